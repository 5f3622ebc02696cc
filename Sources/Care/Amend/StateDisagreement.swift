import Access
import FHIR
package import Records

/// A person whose correction was denied says why they disagree; it stays with what it is about. 45 CFR 164.526(d)(2)
package struct StateDisagreement: Sendable {
    /// The id of the Patient.
    package let person: String
    /// The Task of the request.
    package let task: String
    package let words: String
    /// Until when the team is to have read it, counted from now.
    private static let dueDays: Int64 = 10

    package init(person: String, task: String, words: String?) {
        self.person = person
        self.task = task
        self.words = words ?? ""
    }

    /// - Throws: ``FormProblems`` on `statement`; ``NotNow`` for a request that was not denied, or has its statement.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let record = try change.reader.person(person, Amendment.reads)
        guard let amendment = Amendment.all(record).first(where: { $0.task.id == task }) else {
            throw RecordsFailure.notFound(type: "Task", id: task)
        }
        guard amendment.state == .denied, amendment.statement == nil,
            let request = record.all("Communication").first(where: { $0.reference == amendment.task.focus }),
            let answer = Amendment.reply(.answer, to: request, among: record.all("Communication"))
        else {
            throw NotNow("A statement can be added once, to a request that was denied.")
        }
        guard !words.isEmpty else {
            throw FormProblems("statement", "Say why you do not agree.")
        }
        guard words.utf8.count <= TextLimit.note / 4 else {
            throw FormProblems("statement", "This is too long. Keep it below \(TextLimit.note / 4) letters.")
        }
        let labels = answer.root.at("meta")?["security"]?.value
        let statement = try change.create(
            Amendment.communication(
                .statement, person: person, from: change.caller.practitioner, words: [words],
                about: amendment.concerns, to: answer.reference, labels: labels, at: change.now))
        try OpenTask(
            .followUp, person: person, title: "Read a statement of disagreement",
            why: "The person does not agree with a denied correction: \(words)",
            owner: answer.root.text("sender", "reference"),
            due: change.now + Self.dueDays * 86_400_000, focus: statement.reference, labels: labels
        ).perform(in: change)
        return statement
    }
}
