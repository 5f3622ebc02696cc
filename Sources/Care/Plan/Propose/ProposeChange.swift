import Access
import FHIR
package import Records

/// The person, or somebody who may see the plan, proposes a goal or a change, or says something about it. The team gets a
/// task and answers.
package struct ProposeChange: Sendable {
    package let person: String
    /// ``PlanProposal/Kind``, as it came with the form.
    package let kind: String?
    /// The Goal that it is about, for example `Goal/5`; nil: the plan as a whole.
    package let about: String?
    package let words: String?

    package init(person: String, kind: String?, about: String?, words: String?) {
        self.person = person
        self.kind = kind
        self.about = about
        self.words = words
    }

    /// So many may wait for their answer.
    private static let mostOpen = 20
    private static let days: Int64 = 7

    /// - Returns: the proposal.
    /// - Throws: ``FormProblems``; ``NotNow`` when many wait already.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var checks = PlanChecks()
        let words = checks.text("words", words, most: 500, missing: "Write what you want to tell us.")
        let kind = kind.flatMap(PlanProposal.Kind.init)
        if kind == nil {
            checks.refuse("kind", "Choose what it is.")
        }
        let record = try change.reader.person(person, ["CarePlan", "EpisodeOfCare", "Goal"])
        let goal = about.flatMap { about in record.all("Goal").first { $0.reference == about } }
        if about != nil, goal == nil {
            checks.refuse("about", "Choose what it is about.")
        }
        try checks.finish()
        guard let kind else {
            throw FormProblems("kind", "Choose what it is.")
        }
        guard PlanProposal.all(record).filter({ $0.state == .open }).count < Self.mostOpen else {
            throw NotNow("Many of your messages wait for an answer. Please call us about this one.")
        }
        let labels = goal?.root["meta"]?["security"]?.value
        let proposal = try change.create(
            .compact([
                "resourceType": "CarePlan",
                "meta": labels.map { ["security": $0] },
                "status": "draft",
                "intent": "proposal",
                "category": [CareCode.concept(PlanProposal.system, kind.rawValue, kind.words)],
                "description": .string(words),
                "subject": .reference("Patient/\(person)"),
                "created": .string(FHIRDate.instant(change.now)),
                "author": .compact([
                    "reference": change.caller.practitioner.map(JSON.string), "display": .string(change.caller.name),
                ]),
                "basedOn": PlanMark.current(record).map { [.reference($0.reference)] },
                "goal": goal.map { [.reference($0.reference)] },
            ]))
        let manager = record.all("EpisodeOfCare").last { $0.root.text("status") == "active" }?
            .root.text("careManager", "reference")
        try OpenTask(
            .planProposal, person: person, title: "Answer a proposal for the plan",
            why: "\(kind.words), from \(change.caller.name): \(words)", owner: manager,
            due: change.now + Self.days * 86_400_000, focus: proposal.reference, labels: labels
        ).perform(in: change)
        return proposal
    }
}
