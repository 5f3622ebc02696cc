import Access
import Care
import Foundation

/// The forms of reaching and enrolling, with what was typed into them.
struct EngageForms {
    struct Titled {
        let id: String
        let title: String
        let open: Bool
        let form: FormModel
    }

    let record: EngageRecord
    let path: String
    let reasons: ProgramReasons
    let policy: ConsentPolicy
    /// What was typed, and into which form.
    let typed: Form
    let into: String?
    let problems: FormProblems?
    let isGood: (String) -> Bool

    func all() -> [Titled] {
        guard !record.isDeceased else {
            return []
        }
        let enrolled = record.enrollments.filter(\.isOpen)
        let openPrograms = record.entries.map(\.program).filter { program in
            !enrolled.contains { $0.program == program.id }
        }
        var forms = [titled("attempt", "Write down an attempt", attempt)]
        forms.append(titled("consent", "Ask for consent", consent))
        forms.append(titled("channels", "Ask how to reach them", channels))
        if !openPrograms.isEmpty {
            forms.append(titled("enrol", "Enrol in a programme", enroll(openPrograms)))
            forms.append(titled("decline", "Accept a no", decline(openPrograms)))
        }
        for (place, enrollment) in enrolled.enumerated() {
            let title =
                record.entries.first { $0.program.id == enrollment.program }?.program.title ?? enrollment.program
            if enrollment.status == .active {
                forms.append(titled("pause-\(place)", "Pause \(title)", pause(enrollment, place)))
            } else {
                forms.append(titled("resume-\(place)", "Go on with \(title)", resume(enrollment)))
            }
        }
        return forms
    }

    private func titled(_ id: String, _ title: String, _ form: FormModel) -> Titled {
        Titled(id: id, title: title, open: into == nil ? id == nextForm : into == id, form: form)
    }

    /// The form that comes next on the way.
    private var nextForm: String? {
        if record.enrollments.contains(where: { $0.status == .onhold }) {
            return "resume-0"
        }
        guard !record.enrollments.contains(where: \.isOpen) else {
            return nil
        }
        if record.ledger.entries.contains(where: { $0.kind == .program && !$0.isRefusal && isGood($0.id) }) {
            return "enrol"
        }
        return record.attempts.first?.reached == true ? "consent" : "attempt"
    }

    func value(_ form: String, _ name: String) -> String? {
        into == form ? typed[name] : nil
    }

    private var attempt: FormModel {
        let outcomes = [("", "Choose")] + reasons.outreachOutcomes.map { ($0.code, $0.words) }
        return FormModel(
            "\(path)/attempt", submit: "Save the attempt",
            fields: ([
                Field.select("outcome", "How did it end?", outcomes, chosen: value("attempt", "outcome")).with {
                    $0.required = true
                },
                .select(
                    "channel", "How did you try?", RecordAttempt.Channel.allCases.map { ($0.rawValue, $0.words) },
                    chosen: value("attempt", "channel")),
                Field.area("note", "What happened", value: value("attempt", "note"), rows: 2).with {
                    $0.optional = true
                },
            ]
                + Self.number(record.phones, value("attempt", "number"))
                + Self.againstConsent(value("attempt", "said-health"), value("attempt", "despite")) + [
                    Field.line(
                        "call-back", "Call back on", value: value("attempt", "call-back"), type: "date"
                    ).with {
                        $0.hint = "Only when the person asked to be called back, or asked us to wait."
                        $0.short = true
                        $0.optional = true
                    },
                    Field.line(
                        "call-back-time", "at", value: value("attempt", "call-back-time"), type: "time"
                    ).with {
                        $0.short = true
                        $0.optional = true
                    },
                ]).faulted(problems))
    }

    /// Which number it was: one that is wrong is not dialled again.
    static func number(_ phones: [String], _ chosen: String?) -> [Field] {
        guard Set(phones).count > 1 else {
            return []
        }
        return [
            Field.select("number", "Which number?", [("", "Not said")] + phones.map { ($0, $0) }, chosen: chosen).with {
                $0.hint = "A wrong number is put out of use."
            }
        ]
    }

    /// What is asked of an attempt that left a message, or used a way that the person has not agreed to.
    static func againstConsent(_ saidHealth: String?, _ despite: String?) -> [Field] {
        [
            .check("said-health", "The message that was left says something about health", isOn: saidHealth != nil),
            Field.line("despite", "Why this way, if they have not agreed to it", value: despite).with {
                $0.optional = true
                $0.hint = "What was done is written down with its reason. It is never left out."
            },
        ]
    }

    private func enroll(_ programs: [Program]) -> FormModel {
        let best = record.entries.first { entry in
            entry.readiness.verdict == .met && programs.contains { $0.id == entry.program.id }
        }
        let managers =
            [("", "Choose")]
            + record.suggestions.map { one in
                let count = record.managers.first { $0.reference == one.desk.staff.reference }?.count ?? 0
                let room = one.hindrance ?? Words.count(count, "person", "people")
                return (one.desk.staff.reference, "\(one.desk.staff.name), \(room)")
            }
        return FormModel(
            "\(path)/enrol", submit: "Enrol", intro: gate(programs),
            fields: [
                .select(
                    "program", "Programme", programs.map { ($0.id, $0.title) },
                    chosen: value("enrol", "program") ?? best?.program.id),
                Field.select("care-manager", "Care manager", managers, chosen: value("enrol", "care-manager")).with {
                    $0.required = true
                },
                Field.area("why", "Why this person", value: value("enrol", "why"), rows: 2).with {
                    $0.optional = true
                    $0.hint = "Needed when the entry criteria are not met."
                },
                .check("waits", "There is no room yet: put on the waiting list", isOn: value("enrol", "waits") != nil),
            ].faulted(problems))
    }

    /// What is missing, before one meets the gate.
    private func gate(_ programs: [Program]) -> String? {
        let closed = record.closedPrograms.filter { program in programs.contains { $0.id == program.id } }
        guard !closed.isEmpty else {
            return nil
        }
        return
            "Consent is missing for \(closed.map(\.title).joined(separator: ", ")): record it first, with the form above."
    }

    private func decline(_ programs: [Program]) -> FormModel {
        FormModel(
            "\(path)/decline", submit: "Save the no",
            fields: [
                .select(
                    "decline-program", "Programme", programs.map { ($0.id, $0.title) },
                    chosen: value("decline", "decline-program")),
                .select(
                    "decline-reason", "Why?", [("", "Choose")] + reasons.declineReasons.map { ($0.code, $0.words) },
                    chosen: value("decline", "decline-reason")),
                Field.area("words", "In the person's words", value: value("decline", "words"), rows: 2).with {
                    $0.optional = true
                },
            ].faulted(problems))
    }

    private func pause(_ enrollment: Enrollment, _ place: Int) -> FormModel {
        let form = "pause-\(place)"
        return FormModel(
            "\(path)/pause/\(enrollment.id)", submit: "Pause", version: enrollment.version,
            fields: [
                Field.area("reason", "Why", value: value(form, "reason"), rows: 2).with { $0.id = "reason-\(place)" },
                Field.line("until", "Look again on", value: value(form, "until"), type: "date").with {
                    $0.id = "until-\(place)"
                    $0.short = true
                },
            ].faulted(problems))
    }

    private func resume(_ enrollment: Enrollment) -> FormModel {
        FormModel(
            "\(path)/resume/\(enrollment.id)", submit: "Go on", version: enrollment.version,
            intro: enrollment.history.last?.reason.map { "Paused: \($0)" })
    }
}
