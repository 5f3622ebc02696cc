extension Schema {
    /// Takes away what version 1 had otherwise; the tables of this version are made afterwards, and the index rows come
    /// again from the bodies. Only SQLite ever had it.
    static func leaveVersionOne(on connection: any Connection) throws {
        for table in ["token", "string", "uri", "date", "reference", "quantity", "number"] {
            try connection.run(script: "DROP TABLE index_\(table)")
        }
        try connection.run(script: "ALTER TABLE resource ADD COLUMN present BIGINT NOT NULL DEFAULT 0")
        // What had not been reacted to stays to be reacted to.
        try connection.run(script: "ALTER TABLE outbox RENAME TO outbox_before")
        let outbox = tables.first { $0.contains("CREATE TABLE outbox") } ?? ""
        try connection.run(script: adapted(outbox, for: connection.kind))
        try connection.run(
            script: """
                INSERT INTO outbox (person, seq, rid, version, type)
                    SELECT o.person, o.seq, o.rid, o.version, r.type FROM outbox_before o
                    JOIN resource r ON r.rid = o.rid WHERE o.seq > coalesce((SELECT max(seq) FROM reader), 0);
                DROP TABLE outbox_before;
                DROP TABLE reader;
                """)
    }
}
