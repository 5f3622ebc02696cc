import Access
import FHIR
package import Records

/// One person who follows the old version, as the default finds them: looked at in the same way when it is tried out and
/// when it is carried out, so that both count the same.
struct MoveCase {
    let migration: PlanMigration
    /// Items that wait beside those that people have worked on: why, by their ids.
    let held: [String: [String]]

    static let isApart = "It is kept apart from whoever set the default."
    static let doesNotFit = "It does not fit with another goal."

    /// Nothing when the group is out of reach of `who`.
    /// - Parameters:
    ///   - group: what the person has taken up.
    ///   - diff: from its version to the new one.
    ///   - who: whoever set the default.
    ///   - reader: of the product itself, which sees everything.
    /// - Throws: what the database reports.
    init?(_ group: ProtocolGroup, _ diff: ProtocolDiff, for who: Caller, by reader: Reader) throws {
        let theirs = reader.seeing(as: who)
        guard try theirs.find("RequestGroup", group.resource.id) != nil else { return nil }
        let record = try reader.person(group.person, ["Goal", "Task", "CarePlan", "DetectedIssue"])
        migration = PlanMigration(group, diff: diff, record: record)
        let openGoals = record.all("Goal").map { PlanGoal($0) }.filter(\.isOpen)
        let unfit = Set(
            SortedConflicts(GoalConflicts.among(goals: openGoals), record).open.flatMap(\.implicated))
        var held: [String: [String]] = [:]
        for item in migration.items where item.deeds.count > 1 {
            guard let resource = item.resource else { continue }
            if try theirs.find(resource.type, resource.id) == nil { held[item.id, default: []].append(Self.isApart) }
            if unfit.contains(resource.reference) { held[item.id, default: []].append(Self.doesNotFit) }
        }
        self.held = held
    }

    /// The verb that carries it out.
    func verb(_ deeds: [String: PlanMigration.Deed], reason: String, shelf: ProtocolShelf, days: SiteDays)
        -> MigratePlan
    {
        MigratePlan(
            group: migration.group.resource.id, version: migration.diff.new.version, lineDeeds: deeds, held: held,
            reason: reason, leavesExceptions: true, shelf: shelf, days: days)
    }

    /// Why an item waits.
    func reasons(_ item: PlanMigration.Item) -> [String] { item.exceptions + (held[item.id] ?? []) }

    static func end(_ done: [PlanMigration.Deed: Int], waits: Int) -> MoveMark.End {
        if waits > 0 { return .waits }
        return [.change, .replace, .cancel, .add].contains { done[$0, default: 0] > 0 } ? .changed : .kept
    }
}
