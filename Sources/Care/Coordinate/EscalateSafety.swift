import Access
import FHIR
package import Records

/// Moves safety items on that nobody has acknowledged: one without an owner goes to who is on duty, one whose time has
/// passed goes to the backup. It changes nothing when there is nobody to move it to; it then stays on top for everyone.
package struct EscalateSafety: Sendable {
    package init() {}

    /// - Returns: how many items moved.
    @discardableResult
    package func perform(in change: Change) throws -> Int {
        let waiting = try change.reader.rows(Self.waiting, ["task", "owner", "due"])
        guard !waiting.isEmpty else {
            return 0
        }
        let duty = try DutyRoster.onDuty(by: change.reader, at: change.now)
        var moved = 0
        for row in waiting {
            let owner = row.text("owner") ?? ""
            let isLate = (row.integer("due") ?? Work.noDue) < change.now
            guard let next = owner.isEmpty ? duty.who : isLate ? duty.backup ?? duty.who : nil, next != owner,
                let id = row.text("task")
            else {
                continue
            }
            try move(id, to: next, wasOwned: !owner.isEmpty, in: change)
            moved += 1
        }
        return moved
    }

    /// Whether something waits that may have to move on, at a moment in milliseconds since 1970.
    package static func isNeeded(by reader: Reader, now: Int64) throws -> Bool {
        try reader.rows(waiting, ["owner", "due"]).contains { row in
            (row.text("owner") ?? "").isEmpty || (row.integer("due") ?? Work.noDue) < now
        }
    }

    private func move(_ id: String, to next: String, wasOwned: Bool, in change: Change) throws {
        let task = try CareTask.open(id, version: nil, in: change)
        let name = try Colleague.name(next, by: change.reader) ?? next
        let words =
            wasOwned
            ? "Not acknowledged in time. Moved on to \(name)." : "Nobody owned this. Given to \(name), who is on duty."
        _ = try task.store(words, in: change) { json in
            json["owner"] = ["reference": .string(next)]
            json["status"] = "requested"
        }
    }

    private static var waiting: RowQuery {
        var query = RowQuery(Work.table)
        query.conditions = [.init("rank", .equal, .integer(Work.safety))]
        query.order = [("due", false)]
        query.limit = 500
        return query
    }
}
