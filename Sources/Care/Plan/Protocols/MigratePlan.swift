import Access
import FHIR
package import Records

/// Brings what one person has of a protocol to its new version: each open goal and step is kept, changed, cancelled or
/// replaced, and the reason stays with it. Nothing that is open ends without one.
package struct MigratePlan: Sendable {
    package typealias Deed = PlanMigration.Deed

    /// The id of the RequestGroup.
    package let group: String
    /// The version to come to.
    package let version: String
    /// For what is decided one by one, by the id of the item.
    package let deeds: [String: Deed]
    /// For everything else by what becomes of it; what is missing here goes the usual way.
    package let defaults: [ProtocolDiff.Fate: Deed]
    /// For what has no exceptions, by the id of the item; before ``defaults``.
    package let lineDeeds: [String: Deed]
    /// Items that wait for somebody who knows the person, beside those that people have worked on: why, by their ids.
    package let held: [String: [String]]
    /// Why, in plain words.
    package let reason: String
    /// Whether what people have worked on waits for somebody who knows the person; else it goes as decided.
    package let leavesExceptions: Bool
    package let shelf: ProtocolShelf
    package let days: SiteDays

    package init(
        group: String, version: String, deeds: [String: Deed] = [:], defaults: [ProtocolDiff.Fate: Deed] = [:],
        lineDeeds: [String: Deed] = [:], held: [String: [String]] = [:], reason: String, leavesExceptions: Bool,
        shelf: ProtocolShelf, days: SiteDays
    ) {
        self.group = group
        self.version = version
        self.deeds = deeds
        self.defaults = defaults
        self.lineDeeds = lineDeeds
        self.held = held
        self.reason = reason
        self.leavesExceptions = leavesExceptions
        self.shelf = shelf
        self.days = days
    }

    package struct Outcome: Sendable, Equatable {
        package var done: [Deed: Int] = [:]
        /// Items that wait for a decision.
        package var exceptions: [String] = []
        package var person = ""
    }

    /// What is to come, for a page.
    /// - Returns: nil when there is nothing to decide any more.
    package static func look(
        _ group: String, version: String?, shelf: ProtocolShelf, by reader: Reader
    ) throws -> PlanMigration? {
        guard let found = ProtocolGroup(try reader.get("RequestGroup", group)) else {
            throw RecordsFailure.notFound(type: "RequestGroup", id: group)
        }
        let new = try shelf.current(found.protocolID, by: reader)
        guard version == nil || version == new.version else {
            throw NotNow("This protocol has changed once more. Open the page again.")
        }
        let record = try reader.person(found.person, ["Goal", "Task", "CarePlan"])
        guard let old = try before(found, new, record, shelf, by: reader) else {
            return nil
        }
        let migration = PlanMigration(found, diff: ProtocolDiff(from: old, to: new), record: record)
        return migration.items.isEmpty && found.version == new.version ? nil : migration
    }

    /// The version that a person comes from: that of the group, or of what was left to be decided.
    private static func before(
        _ group: ProtocolGroup, _ new: CareProtocol, _ record: PersonRecord, _ shelf: ProtocolShelf, by reader: Reader
    ) throws -> CareProtocol? {
        if group.version != new.version {
            return try shelf.find(group.protocolID, version: group.version, by: reader)
        }
        for resources in ApplyProtocol.standing(of: new, record).values {
            for resource in resources where TakeUpProtocol.isOpen(resource) {
                guard let canonical = ProtocolKey.canonical(of: resource.root), canonical != new.canonical,
                    let bar = canonical.lastIndex(of: "|")
                else { continue }
                let version = String(canonical[canonical.index(after: bar)...])
                if let old = try shelf.find(group.protocolID, version: version, by: reader) { return old }
            }
        }
        return nil
    }

    /// - Throws: ``FormProblems`` when a reason is missing or a deed is not possible; ``NotNow`` when the protocol has
    ///   changed once more; ``RecordsFailure``.
    @discardableResult
    package func perform(in change: Change) throws -> Outcome {
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw FormProblems("reason", "Say why.")
        }
        guard reason.count <= 2_000 else {
            throw FormProblems("reason", "Use at most 2000 characters.")
        }
        var outcome = Outcome()
        guard let migration = try Self.look(group, version: version, shelf: shelf, by: change.reader) else {
            return outcome
        }
        let group = migration.group
        outcome.person = group.person
        var entries = group.entries
        for item in migration.items {
            let chosen = deeds[item.id]
            if let chosen, !item.deeds.contains(chosen) {
                throw FormProblems("deed-\(item.id)", "This cannot be done with it.")
            }
            guard let deed = choice(for: item) else {
                outcome.exceptions.append(item.title)
                continue
            }
            try carryOut(deed, item, migration, &entries, in: change)
            outcome.done[deed, default: 0] += 1
        }
        try store(entries, migration, outcome, in: change)
        if outcome.exceptions.isEmpty { try MoveMark.decided(self.group, reason: reason, in: change) }
        return outcome
    }

    /// What is done with an item; nil when it waits for somebody who knows the person.
    package func choice(for item: PlanMigration.Item) -> Deed? {
        let chosen = deeds[item.id]
        if chosen == nil, leavesExceptions, item.deeds.count > 1, !item.exceptions.isEmpty || held[item.id] != nil {
            return nil
        }
        let wanted = chosen ?? lineDeeds[item.id] ?? item.line.flatMap { defaults[$0.fate] } ?? item.usual
        return item.deeds.contains(wanted) ? wanted : item.usual
    }

    private func words(_ migration: PlanMigration) -> String {
        let (old, new) = (migration.diff.old, migration.diff.new)
        return "\(new.title), version \(old.version) to \(new.version)"
    }

    private func carryOut(
        _ deed: Deed, _ item: PlanMigration.Item, _ migration: PlanMigration, _ entries: inout [ProtocolGroup.Entry],
        in change: Change
    ) throws {
        let edit = EditItem(migration: migration, words: words(migration), reason: reason, days: days)
        switch deed {
        case .keep:
            if let resource = item.resource { try edit.keep(resource, item, in: change) }
        case .change:
            if let resource = item.resource {
                try edit.bring(resource, item, in: change)
            } else if let place = entries.firstIndex(where: { $0.id == item.id }),
                let action = migration.diff.new.action(item.id)
            {
                entries[place].title = action.title
            }
        case .cancel, .replace:
            if let resource = item.resource { try edit.close(resource, in: change) }
            entries.removeAll { $0.id == item.id && ($0.reference == nil || item.resource != nil) }
            if deed == .replace {
                for heir in item.line?.others ?? [] where !entries.contains(where: { $0.id == heir }) {
                    entries.append(.init(id: heir, title: title(heir, migration), words: "Waits"))
                }
            }
        case .add: entries.append(.init(id: item.id, title: item.title, words: "Waits"))
        case .leave: break
        }
    }

    private func title(_ id: String, _ migration: PlanMigration) -> String { migration.diff.line(id)?.title ?? id }

    private func store(
        _ entries: [ProtocolGroup.Entry], _ migration: PlanMigration, _ outcome: Outcome, in change: Change
    ) throws {
        let new = migration.diff.new
        let stored = try change.reader.get("RequestGroup", group)
        var json = stored.value
        json["instantiatesCanonical"] = [.string(new.canonical)]
        json["code"] = ProtocolGroup.code(new)
        json["action"] = ProtocolGroup.actions(entries)
        let summary = Deed.allCases.compactMap { deed in outcome.done[deed].map { "\(deed.rawValue) \($0)" } }
        var lines = ["\(words(migration)): \(reason)", summary.joined(separator: ", ")]
        if !outcome.exceptions.isEmpty { lines.append("To decide: \(outcome.exceptions.joined(separator: "; "))") }
        json["note"] = .array(
            (json["note"]?.array ?? []) + [
                ChangeGoal.note(lines.filter { !$0.isEmpty }.joined(separator: "\n"), in: change)
            ])
        try change.update(json, ifVersion: stored.version)
        if let plan = try change.reader.find(reference: migration.group.plan) {
            var edit = PlanEdit(following: plan)
            // What is kept apart by its labels is named by the group alone.
            if stored.root["meta"]?.list("security").isEmpty ?? true {
                edit.follow(new.url, new.canonical)
            }
            try openGoals(entries, migration, &edit, in: change)
            try edit.save(in: change)
        }
        // What is new opens as it would have at the beginning.
        try AdvanceProtocols(person: migration.group.person, shelf: shelf, days: days).perform(in: change)
    }

    /// Goals that were added or take the place of others.
    private func openGoals(
        _ entries: [ProtocolGroup.Entry], _ migration: PlanMigration, _ edit: inout PlanEdit, in change: Change
    ) throws {
        let goals = Set(migration.diff.new.goals.map { ProtocolKey.goal($0.id) })
        let wanted = entries.filter { $0.reference == nil && goals.contains($0.id) }
        guard !wanted.isEmpty else {
            return
        }
        _ = try TakeUpProtocol(
            person: migration.group.person, careProtocol: migration.diff.new, chosen: Set(wanted.map(\.id)),
            days: days, isWhole: false
        ).perform(into: &edit, in: change)
    }
}
