import Access
package import FHIR
package import Records

/// Puts the five levels of a goal into words, and says where it stands now.
package struct SetGoalScale: Sendable {
    package let person: String
    /// The id of the Goal.
    package let goal: String
    /// Of the goal that was read.
    package let version: Int
    /// By level, from -2 to 2.
    package let words: [Int: String]
    /// A level, as it came with the form.
    package let now: String?

    package init(person: String, goal: String, version: Int, words: [Int: String], now: String?) {
        self.person = person
        self.goal = goal
        self.version = version
        self.words = words
        self.now = now
    }

    /// - Returns: the goal. Levels that only somebody else changed in between keep what they wrote.
    /// - Throws: ``FormProblems``; ``RecordsFailure/stale(current:)`` when both changed the same one.
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
        let now = merge.fields[Self.nowField]
        var checks = PlanChecks()
        var written: [(Int, String)] = []
        for level in GoalScale.levels {
            if let text = checks.short(
                Self.field(level), merge.fields[Self.field(level)], most: TextLimit.line)
            {
                written.append((level, text))
            }
        }
        let level = now.flatMap { Int($0) }
        if now?.isEmpty == false, level.map(GoalScale.levels.contains) != true {
            checks.refuse(Self.nowField, "Choose one of the five levels.")
        }
        if !written.isEmpty, written.count < GoalScale.levels.count, checks.problems.isEmpty {
            let missing = GoalScale.levels.first { level in !written.contains { $0.0 == level } } ?? 0
            checks.refuse(Self.field(missing), "A scale has words for all five levels.")
        }
        if written.isEmpty, level != nil {
            checks.refuse(Self.field(0), "Put the five levels into words first.")
        }
        try checks.finish()
        var json = stored.value
        json.replaceExtensions(
            GoalScale.url,
            by: written.map { level, text in
                [
                    "url": .string(GoalScale.url),
                    "extension": [
                        ["url": "level", "valueInteger": .int(level)], ["url": "words", "valueString": .string(text)],
                    ],
                ]
            })
        json.replaceExtensions(
            GoalScale.nowURL, by: level.map { [["url": .string(GoalScale.nowURL), "valueInteger": .int($0)]] } ?? [])
        return json == stored.value ? stored : try change.update(json, ifVersion: stored.version)
    }

    package static let nowField = "scale-now"

    /// The field of a level.
    package static func field(_ level: Int) -> String { "scale\(level)" }

    /// What was typed beside what stands, from the version that the form was made of.
    /// - Parameters:
    ///   - stored: the goal as it stands.
    ///   - reader: of the records.
    /// - Returns: each level, and where the goal stands, with what is to be saved of it.
    /// - Throws: what the database reports.
    package func merge(over stored: Resource, by reader: Reader) throws -> FieldMerge {
        let stands = Self.fields(GoalScale(stored.root))
        let was =
            version == stored.version
            ? stands : try reader.goal(goal, version: version).map { Self.fields(GoalScale($0.root)) } ?? [:]
        var typed = [Self.nowField: now ?? ""]
        for level in GoalScale.levels { typed[Self.field(level)] = words[level] ?? "" }
        return FieldMerge(base: was, stored: stands, typed: typed)
    }

    private static func fields(_ scale: GoalScale) -> [String: String] {
        var fields = [nowField: scale.now.map(String.init) ?? ""]
        for level in GoalScale.levels { fields[field(level)] = scale.words[level] ?? "" }
        return fields
    }
}
