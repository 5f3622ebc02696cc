package import Access
package import FHIR
package import Records

/// A sequence that runs for a person: the open Task is its present step. Which one it is stands in the key of the Task,
/// `PERSON/sequence/ID/BEGUN/STEP`, so that a step is never opened twice.
package struct SequenceRun: Sendable, Equatable {
    package let person: String
    /// The id of the ``OutreachSequence``.
    package let sequence: String
    /// When its first step was opened, milliseconds since 1970.
    package let begun: Int64
    /// From 0.
    package let step: Int

    package init(person: String, sequence: String, begun: Int64, step: Int) {
        self.person = person
        self.sequence = sequence
        self.begun = begun
        self.step = step
    }

    /// - Returns: nil for a task that is no step.
    package init?(_ task: JSONNode) {
        let key = task.list("identifier").first { $0.text("system") == OpenTask.keySystem }?.text("value")
        let parts = (key ?? "").split(separator: "/").map(String.init)
        guard parts.count == 5, parts[1] == "sequence", let begun = Int64(parts[3]), let step = Int(parts[4]),
            step > 0
        else {
            return nil
        }
        self.init(person: parts[0], sequence: parts[2], begun: begun, step: step - 1)
    }

    var key: String { "\(person)/sequence/\(sequence)/\(begun)/\(step + 1)" }

    /// The step that comes next, after those by ways that are closed to us.
    /// - Parameters:
    ///   - sequence: the one that runs.
    ///   - isOpen: whether a way may be used.
    /// - Returns: nil at the end.
    func next(in sequence: OutreachSequence, _ isOpen: (RecordAttempt.Channel) -> Bool) -> SequenceRun? {
        let later = sequence.steps.indices.filter { $0 > step }
        return later.first { isOpen(sequence.steps[$0].channel) }
            .map { SequenceRun(person: person, sequence: self.sequence, begun: begun, step: $0) }
    }

    /// Opens the Task of this step, not before a day has passed since the one before.
    /// - Parameters:
    ///   - sequence: the one that runs.
    ///   - owner: who does it.
    ///   - why: what came before, in words.
    ///   - focus: the attempt that it follows, as a reference.
    ///   - change: the change it is part of.
    /// - Returns: the Task; nil where there is no such step.
    /// - Throws: what writing it throws.
    func open(
        _ sequence: OutreachSequence, owner: String?, why: String, focus: String? = nil, in change: Change
    ) throws -> Resource? {
        guard sequence.steps.indices.contains(step) else {
            return nil
        }
        let day: Int64 = 86_400_000
        let one = sequence.steps[step]
        let planned = begun + Int64(one.day) * day
        let due = step == 0 ? planned + day : max(planned, change.now + day)
        let advice = one.advice.map { ". \($0)" } ?? ""
        return try OpenTask(
            .outreach, person: person,
            title: "\(sequence.title): \(one.channel.words.lowercased()), step \(step + 1) of \(sequence.steps.count)",
            why: why + advice, owner: owner, due: due, focus: focus, key: key
        ).perform(in: change)
    }
}

extension RecordAttempt.Channel {
    /// Whether a person may be reached so.
    package func isOpen(_ may: MessagingDecision) -> Bool { way.map(may.isOpen) ?? true }
}
