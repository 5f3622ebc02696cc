import FHIR
package import Records

/// Gives a person to a care manager: every open enrolment gets them, and the open tasks of the care manager before, or
/// of nobody, become theirs. Without an enrolment an outreach task carries the name. Where it is said whose they were, what
/// other care managers have of the person stays with those.
package struct GiveOwner: Sendable {
    /// The id of the Patient.
    package let person: String
    /// For example `Practitioner/ruth`.
    package let owner: String
    /// Whose they were; nil: whoever's.
    package let former: String?

    /// What was given, at the version that it had before.
    package struct Given: Sendable, Equatable {
        package let type: String
        package let id: String
        package let version: Int
    }

    package init(person: String, owner: String, from former: String? = nil) {
        self.person = person
        self.owner = owner
        self.former = former
    }

    /// - Returns: what changed hands.
    /// - Throws: ``FormProblems`` by the field `owner` when there is no such practitioner; ``NotNow`` when the person has
    ///   died.
    @discardableResult
    package func perform(in change: Change) throws -> [Given] {
        guard let practitioner = try change.reader.find(reference: owner), practitioner.type == "Practitioner" else {
            throw FormProblems("owner", "Choose who is to look after them.")
        }
        let record = try change.reader.person(person, ["EpisodeOfCare", "Task"])
        guard let patient = record.patient?.root, PersonState.isListed(patient) else {
            throw NotNow("This person has died or is no longer on the panel.")
        }
        var before: Set<String> = []
        var isEnrolled = false
        var given: [Given] = []
        for episode in record.all("EpisodeOfCare") {
            let root = episode.root
            guard PanelEnrolment.programme(root) != nil,
                ["planned", "waitlist", "active", "onhold"].contains(root.text("status") ?? "")
            else {
                continue
            }
            isEnrolled = true
            let known = root.text("careManager", "reference")
            guard known != owner, former == nil || known == former else {
                continue
            }
            if let known {
                before.insert(known)
            }
            var json = episode.value
            json["careManager"] = ["reference": .string(owner)]
            try change.update(json, ifVersion: episode.version)
            given.append(Given(type: "EpisodeOfCare", id: episode.id, version: episode.version))
        }
        for task in record.all("Task") where PanelTask.openStates.contains(task.root.text("status") ?? "") {
            let known = task.root.text("owner", "reference")
            // What somebody else has taken on stays with them.
            guard known.map(before.contains) ?? (former == nil) else {
                continue
            }
            var json = task.value
            json["owner"] = ["reference": .string(owner)]
            try change.update(json, ifVersion: task.version)
            given.append(Given(type: "Task", id: task.id, version: task.version))
        }
        if !isEnrolled {
            try OpenOutreach(person: person, owner: owner).perform(in: change)
        }
        return given
    }
}
