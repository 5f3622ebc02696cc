import FHIR
package import Records

/// Asks somebody to get in touch with a person: a task, one at a time, the first step of a sequence where one is given.
package struct OpenOutreach: Sendable {
    /// The id of the Patient.
    package let person: String
    /// For example `Practitioner/ruth`; nil: whoever looks after the person already, or nobody yet.
    package let owner: String?
    /// How the person is tried step by step; nil: one task by itself.
    package let sequence: OutreachSequence?

    /// Days until it is due.
    package static let days: Int64 = 7

    package init(person: String, owner: String?, sequence: OutreachSequence? = nil) {
        self.person = person
        self.owner = owner
        self.sequence = sequence
    }

    /// - Returns: the task, or the outreach task that is open already, now with that owner.
    /// - Throws: ``NotNow`` when the person has died.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let record = try change.reader.person(person, ["EpisodeOfCare", "Task", "RiskAssessment"])
        guard let patient = record.patient?.root, PersonState.isListed(patient) else {
            throw NotNow("This person has died or is no longer on the panel.")
        }
        let open = record.all("Task").first {
            $0.root.text("code", "coding", "code") == TaskCode.outreach.rawValue
                && PanelTask.openStates.contains($0.root.text("status") ?? "")
        }
        if let open {
            guard let owner, open.root.text("owner", "reference") != owner else {
                return open
            }
            var json = open.value
            json["owner"] = ["reference": .string(owner)]
            return try change.update(json, ifVersion: open.version)
        }
        let risk = PanelRisk(record).why
        let why = risk.isEmpty ? "Asked for from the panel" : risk
        let owner = owner ?? PanelEnrolment.main(of: record)?.careManager
        let first = SequenceRun(person: person, sequence: sequence?.id ?? "", begun: change.now, step: 0)
        if let sequence, let task = try first.open(sequence, owner: owner, why: why, in: change) {
            return task
        }
        return try OpenTask(
            .outreach, person: person, title: "Get in touch", why: why, owner: owner,
            due: change.now + Self.days * 86_400_000
        ).perform(in: change)
    }
}
