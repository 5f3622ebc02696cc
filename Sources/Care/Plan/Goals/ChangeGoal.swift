import Access
package import FHIR
package import Records

/// Writes down how far a goal has come, or changes what was agreed.
package struct ChangeGoal: Sendable {
    package let person: String
    /// The id of the Goal.
    package let goal: String
    /// Of the goal that was read.
    package let version: Int
    package let words: String?
    /// A ``GoalLevel``, or `cancelled` when the person no longer wants it.
    package let level: String?
    package let note: String?
    /// `yyyy-mm-dd`.
    package let due: String?
    /// The number to reach; left out, it stays.
    package let target: String?
    package let importance: String?
    package let confidence: String?
    package let today: CalendarDay

    package init(
        person: String, goal: String, version: Int, words: String?, level: String?, note: String?, due: String?,
        target: String?, importance: String?, confidence: String?, today: CalendarDay
    ) {
        self.person = person
        self.goal = goal
        self.version = version
        self.words = words
        self.level = level
        self.note = note
        self.due = due
        self.target = target
        self.importance = importance
        self.confidence = confidence
        self.today = today
    }

    package static let dropped = "cancelled"

    /// - Returns: the goal.
    /// - Throws: ``FormProblems``, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let stored = try change.reader.get("Goal", goal)
        guard stored.root.text("subject", "reference") == "Patient/\(person)" else {
            throw RecordsFailure.notFound(type: "Goal", id: goal)
        }
        var known = stored.root.list("target").first.flatMap { GoalTarget($0) }
        var checks = PlanChecks()
        let words = checks.text("words", words, most: 500, missing: "Write the goal in the person's words.")
        let note = checks.short("note", note, most: 2_000)
        // A day that was agreed stands even when it has passed; a new one lies ahead.
        let day =
            due == known?.due ? due : checks.day("due", due, from: today, missing: "Agree on a day by which.")?.text
        let number = checks.number("target", target)
        let importance = checks.outOfTen("importance", importance)
        let confidence = checks.outOfTen("confidence", confidence)
        let isDropped = level == Self.dropped
        let reached = level.flatMap(GoalLevel.init(rawValue:))
        if !isDropped, reached == nil {
            checks.refuse("level", "Say how far it has come.")
        }
        if isDropped, note == nil {
            checks.refuse("note", "Say why the goal is dropped.")
        }
        try checks.finish()
        var json = stored.value
        json["description"] = ["text": .string(words)]
        if known != nil {
            known?.due = day
            if let number, [.atLeast, .atMost, .dropPercent, .withinOfBaseline].contains(known?.direction) {
                known?.target = number
            }
            json["target"] = known.map { [$0.json] }
        }
        if let reached { json["achievementStatus"] = AddGoal.level(reached) }
        json["lifecycleStatus"] = isDropped ? "cancelled" : "active"
        json["statusDate"] = .string(FHIRDate.day(change.now))
        json["extension"] = extensions(stored, importance, confidence)
        if let note {
            json["note"] = .array((json["note"]?.array ?? []) + [Self.note(note, in: change)])
        }
        return try change.update(json, ifVersion: version)
    }

    private func extensions(_ stored: Resource, _ importance: Int?, _ confidence: Int?) -> JSON? {
        let own = [GoalForm.importanceURL: importance, GoalForm.confidenceURL: confidence]
        var kept = stored.root.list("extension").filter { own[$0.text("url") ?? ""] == nil }.map(\.value)
        for (url, value) in [(GoalForm.importanceURL, importance), (GoalForm.confidenceURL, confidence)] {
            if let value { kept.append(["url": .string(url), "valueInteger": .int(value)]) }
        }
        return kept.isEmpty ? nil : .array(kept)
    }

    static func note(_ text: String, in change: Change) -> JSON {
        .compact([
            "authorReference": change.caller.practitioner.map { ["reference": .string($0)] },
            "time": .string(FHIRDate.instant(change.now)), "text": .string(text),
        ])
    }
}
