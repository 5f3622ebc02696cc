/// What was committed, in its order, for those who react to it. Each reader keeps its own place.
package struct Outbox: Sendable {
    /// One stored version of a resource.
    package struct Entry: Sendable {
        package let sequence: Int64
        /// For example `Encounter`.
        package let type: String
        package let id: String
        package let version: Int
        /// The id of the Patient concerned.
        package let person: String?
    }

    private let records: Records

    package init(records: Records) {
        self.records = records
    }

    /// What a reader has not seen yet, oldest first: behind its noted place, or behind `after`, which it has seen but
    /// not noted yet.
    package func next(for reader: String, after: Int64 = 0, limit: Int) async throws -> [Entry] {
        let types = records.types
        return try await records.engine.read { connection in
            let seen = try connection.first("SELECT seq FROM reader WHERE name = $1", [.text(reader)]) { $0.integer(0) }
            var entries: [Entry] = []
            try connection.rows(
                """
                SELECT o.seq, r.type, r.id, o.version, p.id FROM outbox o JOIN resource r ON r.rid = o.rid
                LEFT JOIN resource p ON p.rid = o.person AND o.person <> 0
                WHERE o.seq > $1 ORDER BY o.seq LIMIT $2
                """, [.integer(max(seen ?? 0, after)), .integer(Int64(limit))]
            ) { row in
                if let sequence = row.integer(0), let type = row.integer(1).flatMap(types.name), let id = row.text(2) {
                    entries.append(
                        Entry(
                            sequence: sequence, type: type, id: id, version: Int(row.integer(3) ?? 0),
                            person: row.text(4)))
                }
            }
            return entries
        }
    }

    /// Notes how far a reader has come, and lets go of what all readers have seen.
    package func done(_ reader: String, through sequence: Int64) async throws {
        try await records.transaction { connection, _ in
            try connection.run(
                "INSERT INTO reader VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seq = $2",
                [.text(reader), .integer(sequence)])
            try connection.run("DELETE FROM outbox WHERE seq <= (SELECT min(seq) FROM reader)")
        }
    }
}
