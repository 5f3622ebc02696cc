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

    /// - Returns: the goal.
    /// - Throws: ``FormProblems``, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let stored = try change.reader.get("Goal", goal)
        guard stored.root.text("subject", "reference") == "Patient/\(person)" else {
            throw RecordsFailure.notFound(type: "Goal", id: goal)
        }
        var checks = PlanChecks()
        var written: [(Int, String)] = []
        for level in GoalScale.levels {
            if let text = checks.short("scale\(level)", words[level], most: TextLimit.line) {
                written.append((level, text))
            }
        }
        let level = now.flatMap { Int($0) }
        if now?.isEmpty == false, level.map(GoalScale.levels.contains) != true {
            checks.refuse("scale-now", "Choose one of the five levels.")
        }
        if !written.isEmpty, written.count < GoalScale.levels.count, checks.problems.isEmpty {
            let missing = GoalScale.levels.first { level in !written.contains { $0.0 == level } } ?? 0
            checks.refuse("scale\(missing)", "A scale has words for all five levels.")
        }
        if written.isEmpty, level != nil {
            checks.refuse("scale0", "Put the five levels into words first.")
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
        return json == stored.value ? stored : try change.update(json, ifVersion: version)
    }
}
