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
    /// A ``GoalPriority``; left out, it stays.
    package let priority: String?
    package let today: CalendarDay

    package init(
        person: String, goal: String, version: Int, words: String?, level: String?, note: String?, due: String?,
        target: String?, importance: String?, confidence: String?, priority: String? = nil, today: CalendarDay
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
        self.priority = priority
        self.today = today
    }

    package static let dropped = "cancelled"

    /// - Returns: the goal. Fields that only somebody else changed in between keep what they wrote.
    /// - Throws: ``FormProblems``; ``RecordsFailure/stale(current:)`` when both changed the same field.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let stored = try change.reader.get("Goal", goal)
        guard stored.root.text("subject", "reference") == "Patient/\(person)" else {
            throw RecordsFailure.notFound(type: "Goal", id: goal)
        }
        let merge = try merge(over: stored, by: change.reader)
        guard merge.clashes.isEmpty else {
            throw RecordsFailure.stale(current: stored)
        }
        func field(_ name: String) -> String? { merge.fields[name].flatMap { $0.isEmpty ? nil : $0 } }
        var known = stored.root.list("target").first.flatMap { GoalTarget($0) }
        var checks = PlanChecks()
        let words = checks.text(
            "words", field("words"), most: 500, missing: "Write the goal in the person's words.")
        let note = checks.short("note", note, most: 2_000)
        // A day that was agreed stands even when it has passed; a new one lies ahead.
        let due = field("due")
        let day =
            due == known?.due ? due : checks.day("due", due, from: today, missing: "Agree on a day by which.")?.text
        let number = checks.number("target", field("target"))
        let importance = checks.outOfTen("importance", field("importance"))
        let confidence = checks.outOfTen("confidence", field("confidence"))
        let isDropped = field("level") == Self.dropped
        let reached = field("level").flatMap(GoalLevel.init(rawValue:))
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
        if let priority = field("priority").flatMap(GoalPriority.init(rawValue:)) {
            json["priority"] = AddGoal.priority(priority)
        }
        json["lifecycleStatus"] = isDropped ? "cancelled" : "active"
        json["statusDate"] = .string(FHIRDate.day(change.now))
        json["extension"] = extensions(stored, importance, confidence)
        if let note {
            json["note"] = .array((json["note"]?.array ?? []) + [Self.note(note, in: change)])
        }
        return try change.update(json, ifVersion: stored.version)
    }

    /// What was typed beside what stands, from the version that the form was made of.
    /// - Parameters:
    ///   - stored: the goal as it stands.
    ///   - reader: of the records.
    /// - Returns: each field with what is to be saved of it.
    /// - Throws: what the database reports.
    package func merge(over stored: Resource, by reader: Reader) throws -> FieldMerge {
        let stands = Self.fields(PlanGoal(stored))
        let was =
            version == stored.version
            ? stands : try reader.goal(goal, version: version).map { Self.fields(PlanGoal($0)) } ?? [:]
        var typed = [
            "words": words ?? "", "level": level ?? "", "due": due ?? "", "importance": importance ?? "",
            "confidence": confidence ?? "",
        ]
        typed["target"] = target
        typed["priority"] = priority
        return FieldMerge(base: was, stored: stands, typed: typed)
    }

    /// The fields of the form that changes a goal.
    private static func fields(_ goal: PlanGoal) -> [String: String] {
        var fields = [
            "words": goal.words, "level": goal.isOpen ? goal.level?.rawValue ?? "" : dropped,
            "due": goal.target?.due ?? "", "importance": goal.importance.map(String.init) ?? "",
            "confidence": goal.confidence.map(String.init) ?? "", "priority": goal.priority?.rawValue ?? "",
        ]
        if let target = goal.target, [.atLeast, .atMost, .dropPercent, .withinOfBaseline].contains(target.direction) {
            fields["target"] = target.target.map(GoalTarget.written) ?? ""
        }
        return fields
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

extension Reader {
    /// A goal as it was at a version; nil when there was none.
    func goal(_ id: String, version: Int) throws -> Resource? {
        try history("Goal", id).first { $0.version == version }
    }
}
