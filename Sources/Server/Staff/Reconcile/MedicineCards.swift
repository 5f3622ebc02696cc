import Care
import Foundation
import Records

/// The lines that somebody has to decide on, each with what the lists say and the form to decide.
struct MedicineCards {
    struct Said {
        let source: String
        let text: String
    }

    struct Card {
        let key: String
        let id: String
        let name: String
        let tag: String
        let tone: String
        let said: [Said]
        let notes: [String]
        let dangers: [String]
        /// What stands already: "Decided: stop, Ruth Adeyemi, 20 Nov".
        let standing: String?
        let answer: String?
        let version: String?
        let choice: [Field]
        let stop: [Field]
        let change: [Field]
        let ask: [Field]
        /// In own words: not needed for what is kept.
        let words: [Field]
    }

    let standing: Reconciliation
    let names: StaffNames
    let wording: MedicineWording
    let typed: Form
    let problems: FormProblems?
    let now: Int64
    let zone: TimeZone

    func card(_ line: MedicineLine) -> Card {
        let outcome = standing.outcome(of: line)
        let decision = standing.decisions[line.key]
        let late = decision == nil ? standing.late[line.key] : nil
        func field(_ name: String) -> String { DecideMedicines.field(name, line.key) }
        let isTyped = typed.all("line").contains(line.key)
        let chosen = isTyped ? typed[field("d")] : (decision?.kind ?? late?.standing)?.rawValue
        func value(_ name: String, _ stored: String?) -> String? { isTyped ? typed[field(name)] : stored }
        let words = value("w", decision?.words ?? late?.answer?.words)
        let wrong = (problems?.all ?? []).map { (field: $0.field, message: $0.message) }
        func reasons(_ kind: MedicineDecision.Kind, _ label: String) -> Field {
            let stored = decision?.kind == kind ? decision?.reason : late?.standing == kind ? "prescriber-says" : nil
            return Field.select(
                field("r-\(kind.rawValue)"), label,
                [("", "Choose")] + wording.reasons.filter { $0.decisions.contains(kind) }.map { ($0.id, $0.staff) },
                chosen: value("r-\(kind.rawValue)", stored))
        }
        return Card(
            key: line.key, id: "line-\(line.key)", name: line.name, tag: line.outcome.title,
            tone: Self.tone(line.outcome),
            said: line.entries.map { entry in
                let idle = entry.isStopped ? " (to be stopped)" : entry.isNotTaken ? " (not taken)" : ""
                return Said(
                    source: entry.source.title,
                    text: "\(entry.name): \(entry.takes ?? "how is not said")\(idle)"
                        + (entry.reason.map { ", for \($0)" } ?? ""))
            },
            notes: line.differences,
            dangers: standing.warnings.filter { $0.keys.contains(line.key) }.map(\.text),
            standing: decision.map { told($0) }, answer: (decision ?? late)?.answer.map { told($0) },
            version: isTyped ? typed[field("v")] : decision.map { String($0.issue.version) },
            choice: [
                Field.radios(
                    field("d"), "What becomes of it?",
                    MedicineDecision.Kind.allCases.map { kind in
                        (kind.rawValue, kind == .keep ? keeping(line) : kind.title)
                    }, chosen: chosen
                ).with { $0.across = true }
            ].with(wrong),
            stop: [reasons(.stop, "Why is it stopped?")].with(wrong),
            change: [
                Field.line(
                    field("t"), "How it is taken from now on", value: value("t", decision?.takes ?? late?.answer?.takes)
                )
                .with { $0.hint = "As on a label: 20 mg once a day in the morning" },
                reasons(.change, "Why is it changed?"),
            ].with(wrong),
            ask: [
                Field.select(
                    field("a"), "Who is asked?", [("", "Choose")] + names.signers,
                    chosen: value("a", decision.flatMap(standing.asked))),
                reasons(.ask, "Why is it asked?"),
                Field.check(
                    field("h"), "Not taken until the answer comes",
                    isOn: value("h", decision?.isHeld == true ? "true" : nil) != nil
                ).with { $0.hint = "Otherwise it is taken as now." },
            ].with(wrong),
            words: [
                Field.line(field("w"), "In own words", value: words).with {
                    $0.hint = "The person reads this. For a question: what is asked."
                    $0.maxlength = String(TextLimit.line)
                }
            ].with(wrong))
    }

    private func keeping(_ line: MedicineLine) -> String {
        let kept = [line.kept?.name, line.kept?.takes].compactMap(\.self).joined(separator: ", ")
        return "Keep: \(kept)"
    }

    private static func tone(_ outcome: MedicineOutcome) -> String {
        switch outcome {
        case .interaction, .duplicate: "now"
        case .unclear, .omitted, .changed, .substituted: "soon"
        case .stopped, .new: "note"
        case .unchanged: "good"
        }
    }

    private func told(_ decision: MedicineDecision) -> String {
        let who = names.name(decision.by) ?? "somebody"
        let when = decision.at.map { ", \(Words.dayTime($0, now: now, zone: zone))" } ?? ""
        return "Decided: \(decision.kind.title.lowercased()), by \(who)\(when)"
    }

    private func told(_ answer: MedicineDecision.Answer) -> String {
        let who = names.name(answer.by) ?? "The prescriber"
        let takes = answer.takes.map { ": \($0)" } ?? ""
        return "\(who) answered: \(answer.kind.title.lowercased())\(takes). \(answer.words)"
    }
}
