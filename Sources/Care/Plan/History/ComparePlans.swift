import FHIR
import Records

/// Something in which two versions of a plan differ.
package struct PlanDifference: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case added, removed, changed
    }

    package struct Field: Sendable, Equatable {
        package let name: String
        package let before: String
        package let after: String
    }

    package let kind: Kind
    /// "Goal", "Step", "Medicine" and so on.
    package let part: String
    package let title: String
    /// What differs, of what was changed; of what was added or removed, all of it.
    package let fields: [Field]
    /// Whether it changes what was agreed, and not only how far it has come.
    package let isOfSubstance: Bool
}

/// Compares two versions of a plan, item by item.
package enum ComparePlans {
    private struct Item {
        let key: String
        let part: String
        let title: String
        let fields: [(name: String, value: String)]
    }

    /// How far things have come: it moves without the plan being another one.
    private static let progress: Set<String> = ["How far", "State", "Notes", "Due again"]

    /// - Returns: what differs, in the order of the plan: problems, goals, steps, medicines, words.
    package static func differences(from old: PlanPicture, to new: PlanPicture) -> [PlanDifference] {
        let (before, after) = (items(old), items(new))
        let known = Dictionary(before.map { ($0.key, $0) }) { first, _ in first }
        let standing = Set(after.map(\.key))
        var found: [PlanDifference] = after.compactMap { item in
            guard let was = known[item.key] else {
                return PlanDifference(
                    kind: .added, part: item.part, title: item.title,
                    fields: item.fields.map { .init(name: $0.name, before: "", after: $0.value) }, isOfSubstance: true)
            }
            let names =
                item.fields.map(\.name)
                + was.fields.map(\.name).filter { name in
                    !item.fields.contains { $0.name == name }
                }
            let fields = names.compactMap { name -> PlanDifference.Field? in
                let left = was.fields.first { $0.name == name }?.value ?? ""
                let right = item.fields.first { $0.name == name }?.value ?? ""
                return left == right ? nil : .init(name: name, before: left, after: right)
            }
            return fields.isEmpty
                ? nil
                : PlanDifference(
                    kind: .changed, part: item.part, title: was.title, fields: fields,
                    isOfSubstance: fields.contains { !progress.contains($0.name) })
        }
        found += before.filter { !standing.contains($0.key) }.map { item in
            PlanDifference(
                kind: .removed, part: item.part, title: item.title,
                fields: item.fields.map { .init(name: $0.name, before: $0.value, after: "") }, isOfSubstance: true)
        }
        let order = ["Problem", "In the way", "Goal", "Step", "Medicine", "Review", "In words"]
        return found.enumerated().sorted {
            (order.firstIndex(of: $0.element.part) ?? 9, $0.offset)
                < (order.firstIndex(of: $1.element.part) ?? 9, $1.offset)
        }.map(\.element)
    }

    private static func items(_ picture: PlanPicture) -> [Item] {
        var items: [Item] = []
        for problem in picture.problems {
            if let condition = problem.condition {
                items.append(
                    Item(
                        key: condition.reference, part: problem.isBarrier ? "In the way" : "Problem",
                        title: problem.text, fields: [("Name", problem.text)]))
            }
            items += problem.goals.map(goal)
        }
        items += steps(picture)
        items += medicines(picture.medicines)
        items += PlanPart.allCases.compactMap { part in
            picture.parts[part].map {
                Item(key: "part/\(part.rawValue)", part: "In words", title: part.title, fields: [("Words", $0)])
            }
        }
        if let review = picture.review, let due = review.due {
            items.append(
                Item(
                    key: "review", part: "Review", title: "Next review",
                    fields: [("Day", FHIRDate.day(due))]))
        }
        return items
    }

    private static func goal(_ goal: PlanGoal) -> Item {
        var fields: [(String, String)] = [("Words", goal.words)]
        if let target = goal.target {
            fields.append(("Measure", target.words))
            if let due = target.due { fields.append(("By", due)) }
        }
        if let priority = goal.priority { fields.append(("Priority", priority.title)) }
        if let importance = goal.importance { fields.append(("Matters", "\(importance) of 10")) }
        if let confidence = goal.confidence { fields.append(("Sure", "\(confidence) of 10")) }
        fields.append(("Worked on", goal.isOpen ? "yes" : "dropped"))
        fields.append(("How far", goal.level?.title ?? "Begun"))
        if !goal.notes.isEmpty { fields.append(("Notes", String(goal.notes.count))) }
        for (level, words) in goal.scale.words.sorted(by: { $0.key < $1.key }) {
            fields.append(("Scale \(GoalScale.name(level))", words))
        }
        return Item(key: goal.resource.reference, part: "Goal", title: goal.words, fields: fields)
    }

    /// One that repeats is one item, whichever of its turns is open.
    private static func steps(_ picture: PlanPicture) -> [Item] {
        var items: [Item] = []
        for step in picture.problems.flatMap(\.goals).flatMap(\.steps) + picture.otherSteps {
            let key =
                step.details.everyDays == nil
                ? step.resource.reference : "step/\(step.goal ?? "")/\(step.title)"
            guard !items.contains(where: { $0.key == key }) else {
                continue
            }
            var fields: [(String, String)] = [("What", step.title)]
            if let words = step.details.personWords { fields.append(("To the person", words)) }
            if let every = step.details.everyDays { fields.append(("Again every", "\(every) days")) }
            fields.append(("Who", step.owner ?? "nobody"))
            if let due = step.due {
                fields.append((step.details.everyDays == nil ? "Until" : "Due again", FHIRDate.day(due)))
            }
            fields.append(("State", step.isOpen ? "open" : step.status))
            items.append(Item(key: key, part: "Step", title: step.title, fields: fields))
        }
        return items
    }

    /// The same medicine written twice, a renewal of it say, is one.
    private static func medicines(_ all: [Medicine]) -> [Item] {
        var items: [Item] = []
        for medicine in all {
            let key = "medicine/\(medicine.name.lowercased())"
            if !items.contains(where: { $0.key == key }) {
                items.append(
                    Item(
                        key: key, part: "Medicine", title: medicine.name,
                        fields: [("How it is taken", medicine.takes ?? "not recorded")]))
            }
        }
        return items
    }
}
