import Access
import Care

/// The consents of a person and what is asked for, as the page shows them.
struct ConsentLines {
    struct Agreed {
        let title: String
        let state: String
        let tone: String
        let detail: String
        let form: FormModel?
    }

    /// What a consent gates, and how the gate stands.
    struct Gate {
        let title: String
        let state: String
        let tone: String
        let about: String
    }

    struct Asked {
        struct Text {
            let language: String
            let code: String
            let text: String
        }

        let title: String
        let gates: String
        let without: String
        let texts: [Text]
    }

    let record: EngageRecord
    let path: String
    let services: Services

    /// Newest first.
    var agreed: [Agreed] { record.ledger.entries.map(line) }

    /// What may be asked for: what it opens, what holds without an answer, and the words.
    var asked: [Asked] {
        services.care.consents.terms.filter { terms in
            !ConsentKind.elsewhere.contains { $0.rawValue == terms.kind }
        }.map { terms in
            let lasts = terms.lastsDays.map { " A yes ends after \($0) days where no other day is said." } ?? ""
            return Asked(
                title: terms.title, gates: terms.gates,
                without: (terms.presumed.map { "Without an answer: \($0)" } ?? "Without a yes it stays closed.")
                    + lasts + (terms.needsSignature ? " A yes needs a signature." : ""),
                texts: terms.words.map { words in
                    Asked.Text(language: Words.language(words.language), code: words.language, text: words.text)
                })
        }
    }

    var gates: [Gate] {
        record.gates.map { act, state in
            let (words, tone): (String, String) =
                switch state {
                case .open(let until):
                    (
                        "open"
                            + (until.map {
                                " until \(Words.day($0, now: services.now(), zone: services.zone))"
                            } ?? ""), "good"
                    )
                case .presumed: ("open without an answer", "note")
                case .unasked: ("not asked", "soon")
                case .refused: ("refused", "now")
                case .ended: ("taken back or run out", "soon")
                }
            return Gate(
                title: act.title, state: words, tone: tone, about: state.isOpen ? "" : "Meanwhile: \(act.meanwhile)")
        }
    }

    private func line(_ entry: ConsentLedger.Entry) -> Agreed {
        let now = services.now()
        func day(_ moment: Int64?) -> String {
            moment.map { Words.day($0, now: now, zone: services.zone) } ?? "a day not recorded"
        }
        let policy = services.care.consents
        let about =
            entry.channel.flatMap { policy[$0]?.title } ?? entry.program.flatMap { services.care.programs[$0]?.title }
            ?? entry.caregiver.flatMap { record.names[$0] }
        let isOfParent = entry.kind == .representative
        let agreeing = entry.givenBy.flatMap { record.names[$0] } ?? (isOfParent ? "The care team" : record.spokenName)
        let did = entry.isRefusal ? "said no" : isOfParent ? "wrote this" : "agreed"
        var detail = "\(agreeing) \(did) on \(day(entry.given))"
        if let recorder = entry.recorder.flatMap({ record.names[$0] }) {
            detail += ", written down by \(recorder)"
        }
        if let how = entry.how {
            detail += ", \(how.words.lowercased())"
        }
        if let witness = entry.witness {
            detail += ", heard by \(witness)"
        }
        let holds = entry.holds(at: now)
        if holds {
            detail += entry.until.map { ", until \(day($0))" } ?? ", until taken back"
        }
        if let ended = entry.ended {
            detail +=
                ". Ended on \(day(ended))" + (entry.endedBecause.map { ": \($0)" } ?? "")
                + (entry.endedBy.flatMap { record.names[$0] }.map { ", written down by \($0)" } ?? "")
        }
        if let text = entry.textRead {
            let version = text.split(separator: "/").last.map(String.init) ?? text
            let language = entry.language.map(Words.language) ?? "a language not recorded"
            detail += ". Read out in \(language), text version \(version)"
        }
        if let said = entry.said {
            detail += ". Said: “\(said)”"
        }
        let ended = entry.isActive ? "ran out" : entry.ended == nil ? "not understood" : "taken back"
        return Agreed(
            title: policy.title(entry.kind) + (about.map { ": \($0)" } ?? ""),
            state: !holds ? ended : entry.isRefusal ? "refused" : "holds",
            tone: !holds ? "soon" : entry.isRefusal ? "now" : "good", detail: detail,
            // Why a parent is no longer let in is asked on the page of the portal.
            form: holds && !isOfParent
                ? FormModel("\(path)/consents/\(entry.id)/end", submit: "Take back", version: entry.version) : nil)
    }
}
