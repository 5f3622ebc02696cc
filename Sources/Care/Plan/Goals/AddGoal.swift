import Access
package import FHIR
package import Records

/// What a form about a goal holds, as it was typed.
package struct GoalForm: Sendable {
    package var words: String?
    package var measure: String?
    package var direction: String?
    package var target: String?
    package var unit: String?
    package var due: String?
    package var importance: String?
    package var confidence: String?
    package var priority: String?

    package init(
        words: String?, measure: String?, direction: String?, target: String?, unit: String?, due: String?,
        importance: String?, confidence: String?, priority: String? = nil
    ) {
        self.words = words
        self.measure = measure
        self.direction = direction
        self.target = target
        self.unit = unit
        self.due = due
        self.importance = importance
        self.confidence = confidence
        self.priority = priority
    }

    static let importanceURL = "urn:almoner:extension:goal-importance"
    static let confidenceURL = "urn:almoner:extension:goal-confidence"
}

/// Agrees on a goal: the person's own words, how one sees that it is reached, and by when.
package struct AddGoal: Sendable {
    package let person: String
    /// Of the plan that was read, 0 when there was none.
    package let version: Int
    /// The id of the Condition it is about; nil when it is about none.
    package let problem: String?
    package let form: GoalForm
    /// The day at the site.
    package let today: CalendarDay

    package init(person: String, version: Int, problem: String?, form: GoalForm, today: CalendarDay) {
        self.person = person
        self.version = version
        self.problem = problem
        self.form = form
        self.today = today
    }

    /// - Returns: the goal.
    /// - Throws: ``FormProblems``, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var checks = PlanChecks()
        let words = checks.text("words", form.words, most: 500, missing: "Write the goal in the person's words.")
        let target = GoalFormTarget(form, today: today, dueNeeded: true, &checks)
        let importance = checks.outOfTen("importance", form.importance)
        let confidence = checks.outOfTen("confidence", form.confidence)
        if let problem,
            try change.reader.find("Condition", problem)?.root.text("subject", "reference") != "Patient/\(person)"
        {
            checks.refuse("problem", "This problem is not on record for this person.")
        }
        try checks.finish()
        var edit = try PlanEdit(person: person, version: version, in: change)
        let goal = try change.create(
            Self.json(
                person: person, words: words, problem: problem.map { "Condition/\($0)" }, target: target.target,
                importance: importance, confidence: confidence,
                priority: form.priority.flatMap(GoalPriority.init(rawValue:)), key: nil, at: change.now
            ).carrying(labelsOf: [problem.map { "Condition/\($0)" }], in: change))
        if let problem {
            edit.address("Condition/\(problem)")
        }
        edit.pursue(goal.reference)
        try edit.save(in: change)
        return goal
    }

    static func json(
        person: String, words: String, problem: String?, target: GoalTarget?, importance: Int?, confidence: Int?,
        priority: GoalPriority? = nil, key: String?, at now: Int64
    ) -> JSON {
        let extensions = [(GoalForm.importanceURL, importance), (GoalForm.confidenceURL, confidence)].compactMap {
            url, value in
            value.map { ["url": .string(url), "valueInteger": .int($0)] as JSON }
        }
        return .compact([
            "resourceType": "Goal",
            "extension": extensions.isEmpty ? nil : .array(extensions),
            "identifier": key.map { [["system": .string(OpenTask.keySystem), "value": .string($0)]] },
            "lifecycleStatus": "active",
            "achievementStatus": level(.inProgress),
            "priority": priority.map(Self.priority),
            "description": ["text": .string(words)],
            "subject": ["reference": .string("Patient/\(person)")],
            "startDate": .string(FHIRDate.day(now)),
            "target": target.map { [$0.json] },
            "statusDate": .string(FHIRDate.day(now)),
            "expressedBy": ["reference": .string("Patient/\(person)")],
            "addresses": problem.map { [["reference": .string($0)]] },
        ])
    }

    static func priority(_ priority: GoalPriority) -> JSON {
        [
            "coding": [["system": .string(GoalPriority.system), "code": .string(priority.rawValue)]],
            "text": .string(priority.title),
        ]
    }

    static func level(_ level: GoalLevel) -> JSON {
        [
            "coding": [["system": .string(GoalLevel.system), "code": .string(level.rawValue)]],
            "text": .string(level.title),
        ]
    }
}

/// The measure of a goal form, checked.
struct GoalFormTarget {
    let target: GoalTarget?

    init(_ form: GoalForm, today: CalendarDay, dueNeeded: Bool, _ checks: inout PlanChecks) {
        let due = checks.day("due", form.due, from: today, missing: dueNeeded ? "Agree on a day by which." : nil)
        let name = checks.text(
            "measure", form.measure, most: TextLimit.line, missing: "Say how you will both see that it is reached.")
        let unit = checks.short("unit", form.unit, most: 40)
        let number = checks.number("target", form.target)
        let direction = form.direction.flatMap(PlanPack.Measure.Direction.init(rawValue:)) ?? .saidMet
        if [.atLeast, .atMost].contains(direction), number == nil, !(checks.problems.contains { $0.field == "target" })
        {
            checks.refuse("target", "Enter the number to reach.")
        }
        target = GoalTarget(
            name: name, unit: unit, direction: direction, target: direction == .saidMet ? nil : number, due: due?.text)
    }
}
