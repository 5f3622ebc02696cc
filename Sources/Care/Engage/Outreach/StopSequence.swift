import FHIR
package import Records

/// Stops the sequence that runs for a person who has answered by themselves in the portal: by a form, a message for the plan or
/// a correction. Whoever tried gets a task to come back to them, so that the answer is not the end of it.
package struct StopSequence: Sendable {
    /// The id of the Patient.
    package let person: String

    package static let reads: Set<String> = ["CarePlan", "Communication", "QuestionnaireResponse"]

    package init(person: String) {
        self.person = person
    }

    /// - Returns: whether one was stopped.
    /// - Throws: what reading and writing the records throw.
    @discardableResult
    package func perform(in change: Change) throws -> Bool {
        let record = try change.reader.person(person, Self.reads.union(["Task"]))
        let steps = FinishTasks.open(record).filter { $0.code == .outreach }
        guard let step = steps.first(where: { SequenceRun($0.resource.root) != nil }),
            let run = SequenceRun(step.resource.root)
        else {
            return false
        }
        let answers = Self.reads.flatMap { record.all($0) }.filter { stored in
            stored.updated >= run.begun && Self.isTheirs(stored)
        }
        guard let answer = answers.max(by: { ($0.updated, $0.id) < ($1.updated, $1.id) }) else {
            return false
        }
        for one in steps {
            try FinishTasks.end(one, as: "completed", why: "Answered in the portal", in: change)
        }
        try OpenTask(
            .followUp, person: person, title: "Answered in the portal: come back to them",
            why: "They wrote in the portal while they were being tried. What was left of the sequence stopped.",
            owner: step.owner, due: change.now + 86_400_000, focus: answer.reference,
            key: "\(person)/answered/\(run.begun)"
        ).perform(in: change)
        return true
    }

    /// Whether the person, or somebody who acts for them, wrote it.
    private static func isTheirs(_ stored: Resource) -> Bool {
        let author =
            stored.type == "Communication"
            ? stored.root.text("sender", "reference") : stored.root.text("author", "reference")
        return author.map { $0.hasPrefix("Patient/") || $0.hasPrefix("RelatedPerson/") } ?? false
    }
}
