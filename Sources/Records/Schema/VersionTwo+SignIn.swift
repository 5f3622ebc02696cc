extension Schema {
    /// Takes away what version 2 had otherwise; the tables of this version are made afterwards. Everybody signs in anew,
    /// tokens stay, and whoever was locked out is no longer.
    static func leaveVersionTwo(on connection: any Connection) throws {
        try connection.run(script: "DROP TABLE IF EXISTS session")
        for column in ["failures", "locked_until"] where try connection.hasColumn(column, in: "account") {
            try connection.run(script: "ALTER TABLE account DROP COLUMN \(column)")
        }
        try connection.add("until", "BIGINT NOT NULL DEFAULT 0", to: "token")
    }
}

extension Connection {
    /// Adds a column that a table has not got yet. The first builds of version 1 lacked some tables: those are made whole.
    func add(_ column: String, _ kind: String, to table: String) throws {
        if try hasTable(table), try !hasColumn(column, in: table) {
            try run(script: "ALTER TABLE \(table) ADD COLUMN \(column) \(kind)")
        }
    }

    /// Whether a table is there, in the schema that the connection works in.
    func hasTable(_ name: String) throws -> Bool {
        let question =
            switch kind {
            case .sqlite: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"
            case .postgres: "SELECT 1 WHERE to_regclass($1) IS NOT NULL"
            }
        return try first(question, [.text(name)]) { $0.integer(0) } != nil
    }

    func hasColumn(_ name: String, in table: String) throws -> Bool {
        let question =
            switch kind {
            case .sqlite: "SELECT 1 FROM pragma_table_info($1) WHERE name = $2"
            case .postgres:
                "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped"
            }
        return try first(question, [.text(table), .text(name)]) { $0.integer(0) } != nil
    }
}
