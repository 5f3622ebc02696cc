/// New rows of `resource` and `outbox` that wait until their batch is put in by COPY. What waits here is found and
/// changed here.
final class BulkRows {
    struct Row {
        let rid: Int64
        let type: Int64
        let id: String
        var person: Int64 = 0
        var version: Int64 = 0
        var updated: Int64 = 0
        var source: Int64 = 0
        var present: Int64 = 0
        var labels: Int64 = 0
        var body: [UInt8]?
    }

    struct Told {
        let sequence: Int64
        let rid: Int64
        let version: Int64
        let person: Int64
        let type: Int64
    }

    private struct Key: Hashable {
        let type: Int64
        let id: String
    }

    private var rows: [Row] = []
    private var byKey: [Key: Int] = [:]
    private var byRid: [Int64: Int] = [:]
    private var told: [Told] = []

    func find(type: Int64, id: String) -> Row? {
        byKey[Key(type: type, id: id)].map { rows[$0] }
    }

    func add(_ row: Row) {
        byKey[Key(type: row.type, id: row.id)] = rows.count
        byRid[row.rid] = rows.count
        rows.append(row)
    }

    /// - Returns: false for a row that does not wait here.
    func change(_ rid: Int64, _ change: (inout Row) -> Void) -> Bool {
        guard let place = byRid[rid] else {
            return false
        }
        change(&rows[place])
        return true
    }

    func tell(_ entry: Told) {
        told.append(entry)
    }

    func insert(on connection: any Connection) throws {
        try connection.insert(
            into: "resource",
            columns: [
                "rid", "type", "id", "person", "version", "updated", "deleted", "source", "present", "labels", "body",
            ],
            count: rows.count
        ) { position, writer in
            let row = rows[position]
            writer.add(row.rid)
            writer.add(row.type)
            writer.add(row.id)
            writer.add(row.person)
            writer.add(row.version)
            writer.add(row.updated)
            writer.add(0 as Int64)
            writer.add(row.source)
            writer.add(row.present)
            writer.add(row.labels)
            writer.add(row.body)
        }
        try connection.insert(
            into: "outbox", columns: ["person", "seq", "rid", "version", "type"], count: told.count
        ) { position, writer in
            let entry = told[position]
            writer.add(entry.person)
            writer.add(entry.sequence)
            writer.add(entry.rid)
            writer.add(entry.version)
            writer.add(entry.type)
        }
    }
}
