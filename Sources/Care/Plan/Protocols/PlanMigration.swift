package import FHIR
package import Records

/// What becomes of each goal and step that a person has of a protocol when its next version comes, shown before it
/// happens.
package struct PlanMigration: Sendable {
    /// What is done with one item.
    package enum Deed: String, Sendable, CaseIterable {
        case keep
        case change
        case replace
        case cancel
        case add
        /// Something new is not taken up.
        case leave

        package var words: String {
            switch self {
            case .keep: "Keep as it is"
            case .change: "Change to the new version"
            case .replace: "Close it and open what takes its place"
            case .cancel: "Close it"
            case .add: "Add it"
            case .leave: "Do not add it"
            }
        }
    }

    package struct Item: Sendable {
        /// Of the action; of a goal, `goal.` and its id.
        package let id: String
        package let title: String
        package let line: ProtocolDiff.Line?
        /// What stands for it, open; nil for what waits or is new.
        package let resource: Resource?
        /// The deeds that are possible, the usual first.
        package let deeds: [Deed]
        /// Why somebody who knows the person has to decide; empty for the usual.
        package let exceptions: [String]

        package var usual: Deed { deeds.first ?? .keep }
    }

    package let group: ProtocolGroup
    package let diff: ProtocolDiff
    package let items: [Item]
    /// Goals and steps of the plan that no protocol made: they stay as they are.
    package let own: [String]

    package var exceptions: [Item] { items.filter { !$0.exceptions.isEmpty } }

    /// - Parameters:
    ///   - group: what the person has taken up; of the version that `diff` begins at, or of the new one with items that
    ///     were left for somebody to decide.
    ///   - diff: from the version that the items have to the one that comes.
    ///   - record: with Goal, Task and CarePlan.
    package init(_ group: ProtocolGroup, diff: ProtocolDiff, record: PersonRecord) {
        self.group = group
        self.diff = diff
        let standing = ApplyProtocol.standing(of: diff.old, record)
        let isMoved = group.version == diff.new.version
        var items: [Item] = []
        for entry in group.entries {
            let resource = standing[entry.id]?.last(where: TakeUpProtocol.isOpen)
            if let resource, isMoved, ProtocolKey.canonical(of: resource.root) == diff.new.canonical {
                continue
            }
            // Done and closed: nothing to decide.
            if resource == nil, entry.reference != nil { continue }
            if resource == nil, isMoved { continue }
            items.append(Self.item(entry, resource, diff))
        }
        if !isMoved {
            for line in diff.lines where line.fate == .added && !group.chosen.contains(line.id) {
                guard diff.new.action(line.id)?.isGroup != true else { continue }
                // What takes the place of something is opened with that.
                let heirs = line.others.filter(group.chosen.contains)
                guard heirs.isEmpty else { continue }
                let isMust = diff.new.action(line.id)?.required == .must
                items.append(
                    Item(
                        id: line.id, title: line.title, line: line, resource: nil,
                        deeds: isMust ? [.add, .leave] : [.leave, .add], exceptions: []))
            }
        }
        self.items = items
        let plan = record.all("CarePlan").first { $0.reference == group.plan }
        let linked = Set((plan?.root.list("goal") ?? []).compactMap { $0.text("reference") })
        own =
            record.all("Goal").filter { linked.contains($0.reference) && ProtocolKey($0.root) == nil }.map {
                PlanGoal($0)
            }.filter(\.isOpen).map(\.words)
    }

    private static func item(_ entry: ProtocolGroup.Entry, _ resource: Resource?, _ diff: ProtocolDiff) -> Item {
        let line = diff.line(entry.id)
        let deeds: [Deed] =
            switch line?.fate {
            case .kept, .added, nil: [.keep]
            case .changed: [.change, .keep, .cancel]
            case .replaced: [.replace, .keep, .cancel]
            case .cancelled: [.cancel, .keep]
            }
        return Item(
            id: entry.id, title: resource.map { title($0) } ?? entry.title, line: line, resource: resource,
            deeds: deeds,
            exceptions: deeds.count > 1 ? resource.map { Self.exceptions($0, entry.id, diff.old) } ?? [] : [])
    }

    static func title(_ resource: Resource) -> String {
        resource.type == "Goal" ? PlanGoal(resource).words : PlanStep(resource).title
    }

    /// What people have done with an item, so that it is no longer as the protocol made it.
    private static func exceptions(_ resource: Resource, _ id: String, _ old: CareProtocol) -> [String] {
        var found: [String] = []
        let root = resource.root
        if resource.type == "Goal" {
            let goal = PlanGoal(resource)
            if let made = old.goals.first(where: { ProtocolKey.goal($0.id) == id }) {
                if goal.words != made.words { found.append("It is in the person's own words.") }
                let target = made.targets.first.flatMap { try? $0.target.document().root }.flatMap { GoalTarget($0) }
                var now = goal.target
                now?.due = nil
                if now != target { found.append("Its measure was agreed with the person.") }
            }
            if let level = goal.level, level != .inProgress { found.append("Progress is written down.") }
            if goal.importance != nil || goal.confidence != nil { found.append("The person has rated it.") }
        } else {
            if let made = old.action(id) {
                if PlanStep(resource).title != made.title { found.append("Its title was changed by hand.") }
                if StepDetails(root).everyDays != made.repeats?.everyDays {
                    found.append("Its rhythm was changed by hand.")
                }
            }
            if ["in-progress", "on-hold", "accepted", "received"].contains(root.text("status")) {
                found.append(root.text("status") == "on-hold" ? "It is put aside." : "Somebody has begun it.")
            }
        }
        if !root.list("note").isEmpty { found.append("There are notes on it.") }
        return found
    }
}
