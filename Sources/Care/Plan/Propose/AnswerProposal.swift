import Access
package import FHIR
package import Records

/// The team takes up what was proposed, as it is or changed, or declines it; who proposed it reads the answer.
package struct AnswerProposal: Sendable {
    package enum Decision: String, Sendable, CaseIterable {
        case accept
        case change
        case decline

        package var words: String {
            switch self {
            case .accept: "Accepted, as it is"
            case .change: "Accepted, with a change"
            case .decline: "Not taken up"
            }
        }
    }

    package let person: String
    /// The id of the proposal.
    package let proposal: String
    /// That was read.
    package let version: Int
    /// ``Decision``, as it came with the form.
    package let decision: String?
    /// What was changed or why not; the person reads it.
    package let answer: String?
    /// Of a goal that is taken up: its words, how it is seen that it is reached, and by when.
    package let words: String?
    package let measure: String?
    package let due: String?
    package let today: CalendarDay

    package init(
        person: String, proposal: String, version: Int, decision: String?, answer: String?, words: String?,
        measure: String?, due: String?, today: CalendarDay
    ) {
        self.person = person
        self.proposal = proposal
        self.version = version
        self.decision = decision
        self.answer = answer
        self.words = words
        self.measure = measure
        self.due = due
        self.today = today
    }

    /// - Returns: the proposal.
    /// - Throws: ``FormProblems``; ``NotNow`` when it is answered already; ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let stored = try change.reader.get("CarePlan", proposal)
        guard stored.root.text("subject", "reference") == "Patient/\(person)", let read = PlanProposal(stored) else {
            throw RecordsFailure.notFound(type: "CarePlan", id: proposal)
        }
        guard read.state == .open else {
            throw NotNow("This proposal is answered already.")
        }
        var checks = PlanChecks()
        let decision = decision.flatMap(Decision.init)
        if decision == nil {
            checks.refuse("decision", "Say what becomes of it.")
        }
        let answer = checks.text("answer", answer, most: 2_000, missing: "Write what the person is to read.")
        try checks.finish()
        if decision != .decline {
            try takeUp(read, decision == .change, in: change)
        }
        var json = stored.value
        json["status"] = decision == .decline ? "revoked" : "completed"
        if decision == .change {
            json = CareCode.adding(CareCode.mark("taken-up", "valueCode", "changed"), to: json)
        }
        json["note"] = [ChangeGoal.note(answer, in: change)]
        let saved = try change.update(json, ifVersion: version)
        for task in FinishTasks.open(try change.reader.person(person, ["Task"]))
        where task.code == .planProposal && task.resource.root.text("focus", "reference") == stored.reference {
            try FinishTasks.end(task, as: "completed", why: decision?.words, in: change)
        }
        return saved
    }

    /// A proposed goal becomes one; a change is made by the team on the plan itself.
    private func takeUp(_ proposal: PlanProposal, _ isChanged: Bool, in change: Change) throws {
        guard proposal.kind == .goal else {
            return
        }
        let plan = PlanMark.current(try change.reader.person(person, ["CarePlan"]))
        let goal = try AddGoal(
            person: person, version: plan?.version ?? 0, problem: nil,
            form: GoalForm(
                words: isChanged ? words : proposal.words, measure: measure, direction: "said-met", target: nil,
                unit: nil, due: due, importance: nil, confidence: nil), today: today
        ).perform(in: change)
        guard let author = proposal.author else {
            return
        }
        var json = goal.value
        json["expressedBy"] = .reference(author)
        try change.update(json, ifVersion: goal.version)
    }
}
