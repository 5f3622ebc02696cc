package import FHIR
package import Records

/// One goal of a plan with the steps that serve it.
package struct PlanGoal: Sendable {
    package struct Note: Sendable {
        package let text: String
        /// Milliseconds since 1970.
        package let at: Int64?
        package let author: String?
    }

    package let resource: Resource
    /// In the person's words.
    package let words: String
    package let target: GoalTarget?
    package let level: GoalLevel?
    /// From 0 to 10.
    package let importance: Int?
    package let confidence: Int?
    package let priority: GoalPriority?
    package let scale: GoalScale
    package let problem: String?
    package let notes: [Note]
    package var steps: [PlanStep] = []

    /// - Parameter resource: a Goal.
    package init(_ resource: Resource) {
        let root = resource.root
        func number(_ url: String) -> Int? {
            root.list("extension").first { $0.text("url") == url }?["valueInteger"]?.int
        }
        self.resource = resource
        words = root["description"]?.conceptText ?? "A goal without words"
        target = root.list("target").first.flatMap { GoalTarget($0) }
        level = root.codes("achievementStatus").lazy.compactMap(GoalLevel.init(rawValue:)).first
        importance = number(GoalForm.importanceURL)
        confidence = number(GoalForm.confidenceURL)
        priority = root.codes("priority").lazy.compactMap(GoalPriority.init(rawValue:)).first
        scale = GoalScale(root)
        problem = root.list("addresses").first?.text("reference")
        notes = root.list("note").map {
            Note(
                text: $0.text("text") ?? "", at: $0.text("time").flatMap { FHIRDate($0)?.low },
                author: $0.text("authorReference", "reference"))
        }
    }

    /// Open ones first, then by priority, then by how much they matter.
    var rank: (Int, Int, Int) {
        let place = priority.flatMap { GoalPriority.allCases.firstIndex(of: $0) } ?? 1
        return (isOpen ? 0 : 1, place, 10 - (importance ?? 0))
    }

    /// Whether it is still worked on.
    package var isOpen: Bool {
        !["cancelled", "completed", "rejected", "entered-in-error"].contains(resource.root.text("lifecycleStatus"))
    }
}

/// One step of a plan.
package struct PlanStep: Sendable {
    package static let closed: Set<String> = ["completed", "cancelled", "failed", "rejected", "entered-in-error"]

    package let resource: Resource
    package let title: String
    package let owner: String?
    /// Milliseconds since 1970.
    package let due: Int64?
    package let status: String
    package let goal: String?
    package let details: StepDetails

    /// - Parameter resource: a Task.
    package init(_ resource: Resource) {
        let root = resource.root
        self.resource = resource
        title = root.text("code", "text") ?? root.text("description") ?? "A step"
        owner = root.text("owner", "reference")
        due = root.text("restriction", "period", "end").flatMap { FHIRDate($0)?.low }
        status = root.text("status") ?? "requested"
        goal = root.text("focus", "reference")
        details = StepDetails(root)
    }

    package var isOpen: Bool { !Self.closed.contains(status) }
}

/// All that a page about a person's plan shows.
package struct PlanPicture: Sendable {
    package static let reads: Set<String> = [
        "Patient", "CarePlan", "Goal", "Condition", "Task", "Observation", "MedicationRequest", "MedicationStatement",
        "QuestionnaireResponse",
    ]

    package struct Problem: Sendable {
        /// nil: goals without a problem.
        package let condition: Resource?
        package let text: String
        package let isBarrier: Bool
        package var goals: [PlanGoal]
    }

    /// nil when there is none of ours.
    package let plan: Resource?
    package let problems: [Problem]
    /// Steps that serve no goal of the plan.
    package let otherSteps: [PlanStep]
    package let review: PlanStep?
    package let matters: WhatMatters?
    /// What is written in words.
    package let parts: [PlanPart: String]
    /// Those that are taken now, by name.
    package let medicines: [Medicine]
    /// Plans and goals that came with imported records.
    package let fromRecords: [(title: String, detail: String?)]
    /// Active conditions that are not on the plan yet.
    package let otherConditions: [Resource]
    /// When any part of the plan was last changed, milliseconds since 1970.
    package let changed: Int64?

    /// The goals that are worked on.
    package var openGoals: [PlanGoal] { problems.flatMap(\.goals).filter(\.isOpen) }

    package var openSteps: [PlanStep] { (problems.flatMap(\.goals).flatMap(\.steps) + otherSteps).filter(\.isOpen) }

    /// - Parameters:
    ///   - record: the types of ``reads``.
    ///   - names: of medicines that the record only refers to, see ``Medicine/names(of:by:)``.
    package init(_ record: PersonRecord, names: [String: String] = [:]) {
        let plan = PlanMark.current(record)
        self.plan = plan
        matters = WhatMatters(record)
        let references = Self.references(plan)
        let tasks = record.all("Task").filter { task in
            references.contains(task.reference)
                || task.root.list("basedOn").contains { $0.text("reference") == plan?.reference }
        }
        var steps = tasks.filter { $0.root.codes("code").contains(TaskCode.intervention.rawValue) }.map(PlanStep.init)
        steps.sort { ($0.isOpen ? 0 : 1, $0.due ?? .max) < ($1.isOpen ? 0 : 1, $1.due ?? .max) }
        review = tasks.last { SetReview.isOpenReview($0) }.map(PlanStep.init)
        var goals = record.all("Goal").filter { references.contains($0.reference) }.map(PlanGoal.init)
        for place in goals.indices {
            goals[place].steps = steps.filter { $0.goal == goals[place].resource.reference }
        }
        goals.sort { $0.rank < $1.rank }
        let known = Set(goals.map(\.resource.reference))
        otherSteps = steps.filter { !known.contains($0.goal ?? "") }
        problems = Self.problems(plan, goals, record)
        parts = PlanPart.read(plan?.root)
        medicines = Medicine.current(in: record, names: names)
        fromRecords = Self.imported(record, without: references)
        otherConditions = record.all("Condition").filter { condition in
            !references.contains(condition.reference)
                && condition.root.codes("clinicalStatus").contains { ["active", "recurrence", "relapse"].contains($0) }
        }
        changed = ([plan].compactMap(\.self) + goals.map(\.resource) + tasks).map(\.updated).max()
    }

    static func references(_ plan: Resource?) -> Set<String> {
        guard let root = plan?.root else {
            return []
        }
        let direct = (root.list("addresses") + root.list("goal")).compactMap { $0.text("reference") }
        return Set(direct + root.list("activity").compactMap { $0.text("reference", "reference") })
    }

    private static func problems(_ plan: Resource?, _ goals: [PlanGoal], _ record: PersonRecord) -> [Problem] {
        let addressed = plan?.root.list("addresses").compactMap { $0.text("reference") } ?? []
        let conditions = Dictionary(record.all("Condition").map { ($0.reference, $0) }) { first, _ in first }
        var problems: [Problem] = addressed.compactMap { reference in
            guard let condition = conditions[reference] else {
                return nil
            }
            return Problem(
                condition: condition, text: condition.root["code"]?.conceptText ?? "A problem without a name",
                isBarrier: isBarrier(condition), goals: goals.filter { $0.problem == reference })
        }
        let loose = goals.filter { !addressed.contains($0.problem ?? "") || conditions[$0.problem ?? ""] == nil }
        if !loose.isEmpty {
            problems.append(Problem(condition: nil, text: "Goals of their own", isBarrier: false, goals: loose))
        }
        return problems
    }

    static func isBarrier(_ condition: Resource) -> Bool {
        condition.root.list("category").contains { category in
            category.list("coding").contains { $0.text("code") == "health-concern" }
        }
    }

    private static func imported(_ record: PersonRecord, without own: Set<String>) -> [(title: String, detail: String?)]
    {
        let plans = record.all("CarePlan").filter { !PlanMark.isOurs($0) && $0.root.text("status") == "active" }
        let goals = record.all("Goal").filter { goal in
            !own.contains(goal.reference)
                && ["accepted", "active", "planned"].contains(goal.root.text("lifecycleStatus"))
                && !goal.root.list("extension").contains { $0.text("url") == GoalForm.importanceURL }
        }
        let planLines = plans.map { plan in
            let steps = plan.root.list("activity").compactMap { $0.at("detail", "code")?.conceptText }
            let title =
                plan.root.text("title")
                ?? plan.root.list("category").lazy.compactMap(\.conceptText).last ?? "A care plan"
            return (title: title, detail: steps.isEmpty ? nil : steps.joined(separator: ", "))
        }
        return planLines + goals.map { (title: $0.root["description"]?.conceptText ?? "A goal", detail: "Goal") }
    }
}
