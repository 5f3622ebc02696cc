import Access
import Care
import Foundation
import Records

/// The forms of a task. A safety item has neither "close" nor "put aside".
struct TaskForms {
    enum Kind: String, Sendable {
        case take, acknowledge, amend, answer, complete, reassign, pause, resume
    }

    let task: CareTask
    let typed: Form
    let problems: FormProblems?
    /// Reference and name of who can own it.
    let colleagues: [(String, String)]
    let services: Services

    var blocks: [TaskPage.Model.Block] {
        kinds.map { kind in
            TaskPage.Model.Block(title: title(kind), open: isOpen(kind), form: form(kind))
        }
    }

    private var kinds: [Kind] {
        if task.isSafety {
            return [.acknowledge, .reassign]
        }
        if task.code == .amendment {
            return (task.owner == nil ? [.take] : []) + [.amend, .reassign]
        }
        if task.code == .medicineQuestion {
            return (task.owner == nil ? [.take] : []) + [.answer, .reassign]
        }
        // Answered on a page of its own.
        if task.code == .referral {
            return (task.owner == nil ? [.take] : []) + [.reassign]
        }
        let first: [Kind] = task.owner == nil ? [.take, .complete] : [.complete]
        return first + [.reassign, task.pausedUntil == nil ? .pause : .resume]
    }

    private func title(_ kind: Kind) -> String {
        switch kind {
        case .take: "Take it"
        case .acknowledge: "Acknowledge with an outcome"
        case .amend: "Answer the person"
        case .answer: "Answer the question"
        case .complete: "Close with an outcome"
        case .reassign: "Give it to someone else"
        case .pause: "Put it aside until a day"
        case .resume: "Take it up again"
        }
    }

    private func isOpen(_ kind: Kind) -> Bool {
        let faulty = Set((problems?.all ?? []).map(\.field))
        return kind == kinds.first || form(kind).fields.contains { faulty.contains($0.name) }
    }

    func form(_ kind: Kind) -> FormModel {
        FormModel(
            "/tasks/\(task.id)/\(kind.rawValue)", submit: submit(kind), version: task.version, intro: intro(kind),
            fields: fields(kind).with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
    }

    private func submit(_ kind: Kind) -> String {
        switch kind {
        case .take: "Take"
        case .acknowledge: "Acknowledge and close"
        case .amend: "Send the answer and close"
        case .answer: "Answer and close"
        case .complete: "Close the task"
        case .reassign: "Give"
        case .pause: "Put aside"
        case .resume: "Take up again"
        }
    }

    private func intro(_ kind: Kind) -> String? {
        switch kind {
        case .acknowledge:
            "You say that you have dealt with this. Owning it or being told is not enough, and it stays on top until then."
        case .amend:
            "Correct the record first, where it is to be corrected. The person reads your answer in the portal and may add a "
                + "statement. Request, answer and statement stay with the record."
        case .reassign where task.isSafety: "It stays open and on top until someone acknowledges it."
        case .pause: "It leaves Today and comes back on that day."
        default: nil
        }
    }

    private func fields(_ kind: Kind) -> [Field] {
        switch kind {
        case .take, .resume:
            return []
        case .acknowledge:
            return [
                .radios(
                    "safety-outcome", "What came of it?", SafetyOutcome.allCases.map { ($0.rawValue, $0.words) },
                    chosen: typed["safety-outcome"]),
                .area("safety-note", "What was said and done?", value: typed["safety-note"]),
            ]
        case .amend:
            return [
                .radios(
                    "decision", "Is it accepted?",
                    [("accept", "Accepted: the record is corrected"), ("deny", "Denied")], chosen: typed["decision"]),
                Field.select(
                    "ground", "If denied: why?",
                    [("", "Choose")] + DenialGround.allCases.map { ($0.rawValue, $0.words) }, chosen: typed["ground"]
                ).with { $0.hint = "The law (45 CFR 164.526) knows no other reasons." },
                Field.area("answer", "What the person reads", value: typed["answer"], rows: 4).with {
                    $0.hint = "Accepted: what was changed. Denied: why, in plain words."
                },
            ]
        case .answer:
            return [
                .radios(
                    "medicine-answer", "What becomes of the medicine?",
                    [("keep", "It is taken as it is"), ("stop", "It is stopped"), ("change", "It is taken otherwise")],
                    chosen: typed["medicine-answer"]),
                Field.line(
                    "medicine-takes", "If otherwise: how it is taken from now on", value: typed["medicine-takes"]
                )
                .with { $0.hint = "As on a label: 20 mg once a day in the morning" },
                Field.area("medicine-words", "Why", value: typed["medicine-words"], rows: 2).with {
                    $0.hint = "The person reads this on their list."
                },
            ]
        case .complete:
            return [
                .radios(
                    "outcome", "How did it end?", TaskOutcome.allCases.map { ($0.rawValue, $0.words) },
                    chosen: typed["outcome"]),
                Field.area("outcome-note", "What came of it?", value: typed["outcome-note"], rows: 3)
                    .with { $0.hint = "Must be filled unless it is simply done." },
            ]
        case .reassign:
            return [
                .select(
                    "owner", "Who is to do it?",
                    [("", "Choose")] + colleagues.filter { $0.0 != task.owner }, chosen: typed["owner"]),
                Field.line("owner-reason", "Why", value: typed["owner-reason"]).with { $0.optional = true },
            ]
        case .pause:
            return [
                .line("until", "Until which day?", value: typed["until"], type: "date"),
                .line("pause-reason", "Why can it wait?", value: typed["pause-reason"]),
            ]
        }
    }
}

extension Accounts {
    /// Reference and name of everyone who can own a task.
    func colleagues(as caller: Caller) async throws -> [(String, String)] {
        try await team(as: caller).compactMap { account in account.practitioner.map { ($0, account.name) } }
    }
}
