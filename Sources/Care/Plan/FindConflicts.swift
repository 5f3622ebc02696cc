/// Two parts of a plan that do not fit together.
package struct PlanConflict: Sendable, Equatable {
    package let text: String
    package let detail: String
}

/// Looks for parts of a plan that contradict or repeat each other. It finds what can be told for certain: goals for one
/// measure that cannot both be reached, and steps of one name.
package enum FindConflicts {
    /// - Parameters:
    ///   - goals: those that are worked on.
    ///   - steps: those that are open.
    /// - Returns: what does not fit together, contradictions first.
    package static func among(goals: [PlanGoal], steps: [PlanStep]) -> [PlanConflict] {
        contradictions(goals) + doubles(steps)
    }

    private static func contradictions(_ goals: [PlanGoal]) -> [PlanConflict] {
        var found: [PlanConflict] = []
        for (place, first) in goals.enumerated() {
            for second in goals.dropFirst(place + 1) {
                guard let one = first.target, let other = second.target, isSame(one, other) else {
                    continue
                }
                let detail = "“\(first.words)” (\(one.words)) and “\(second.words)” (\(other.words))"
                if let left = one.reached, let right = other.reached, !left.overlaps(right) {
                    found.append(
                        PlanConflict(text: "\(one.name): two goals that cannot both be reached", detail: detail))
                } else if one.reached == other.reached, one.direction == other.direction, one.target == other.target,
                    one.loinc != nil || one.direction != .saidMet
                {
                    found.append(PlanConflict(text: "\(one.name): the same goal twice", detail: detail))
                }
            }
        }
        return found
    }

    /// One measure: the same code, or the same name where one has no code; and one unit.
    private static func isSame(_ one: GoalTarget, _ other: GoalTarget) -> Bool {
        let isSameName = plain(one.name) == plain(other.name)
        let isSameCode = one.loinc != nil && one.loinc == other.loinc
        let units = [one.unit, other.unit].map { plain($0 ?? "") }
        return (isSameCode || isSameName) && (units[0] == units[1] || units.contains(""))
    }

    private static func doubles(_ steps: [PlanStep]) -> [PlanConflict] {
        var titles: [String] = []
        for step in steps where !titles.contains(plain(step.title)) {
            titles.append(plain(step.title))
        }
        return titles.compactMap { title in
            let same = steps.filter { plain($0.title) == title }
            guard let first = same.first, same.count > 1 else {
                return nil
            }
            return PlanConflict(text: "The same step \(same.count) times", detail: first.title)
        }
    }

    /// Small letters, words parted by one space.
    private static func plain(_ text: String) -> String {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "%" }.joined(separator: " ")
    }
}
