import Records

/// Goals for one measure that cannot both be reached, and what is on a plan twice.
enum GoalConflicts {
    /// - Parameter goals: those that are worked on, by whomever.
    /// - Returns: contradictions and repeats.
    static func among(goals: [PlanGoal]) -> [PlanConflict] {
        var found: [PlanConflict] = []
        for (place, first) in goals.enumerated() {
            for second in goals.dropFirst(place + 1) {
                guard let one = first.target, let other = second.target, isSame(one, other) else {
                    continue
                }
                let detail = "“\(first.words)” (\(one.words)) and “\(second.words)” (\(other.words))"
                let both = [first.resource.reference, second.resource.reference]
                if let left = one.reached, let right = other.reached, !left.overlaps(right) {
                    found.append(
                        PlanConflict(.targets, "\(one.name): two goals that cannot both be reached", detail, both))
                } else if one.reached == other.reached, one.direction == other.direction, one.target == other.target,
                    one.loinc != nil || one.direction != .saidMet
                {
                    found.append(
                        PlanConflict(.duplicatePlan, "\(one.name): the same goal twice", detail, both, isAlert: true))
                }
            }
        }
        return found
    }

    /// One measure: the same code, or the same name where one has no code; and one unit.
    private static func isSame(_ one: GoalTarget, _ other: GoalTarget) -> Bool {
        let isSameName = one.name.plainWords == other.name.plainWords
        let isSameCode = one.loinc != nil && one.loinc == other.loinc
        let units = [one.unit, other.unit].map { ($0 ?? "").plainWords }
        return (isSameCode || isSameName) && (units[0] == units[1] || units.contains(""))
    }

    /// Steps of one name.
    static func doubles(_ steps: [PlanStep]) -> [PlanConflict] {
        var titles: [String] = []
        for step in steps where !titles.contains(step.title.plainWords) {
            titles.append(step.title.plainWords)
        }
        return titles.compactMap { title in
            let same = steps.filter { $0.title.plainWords == title }
            guard let first = same.first, same.count > 1 else {
                return nil
            }
            return PlanConflict(
                .duplicatePlan, "The same step \(same.count) times", first.title, same.map(\.resource.reference))
        }
    }
}

extension String {
    /// Small letters, words parted by one space.
    var plainWords: String {
        lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "%" }.joined(separator: " ")
    }
}
