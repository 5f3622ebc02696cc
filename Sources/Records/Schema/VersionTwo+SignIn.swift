extension Schema {
    /// Takes away what version 2 had otherwise; the tables of this version are made afterwards. Everybody signs in anew,
    /// tokens stay, and whoever was locked out is no longer.
    static func leaveVersionTwo(on connection: any Connection) throws {
        try connection.run(script: "DROP TABLE IF EXISTS session")
        // The first builds of version 1 had no accounts or no tokens: those tables are made whole.
        if try connection.hasTable("account") {
            for column in ["failures", "locked_until"] {
                try connection.run(script: "ALTER TABLE account DROP COLUMN \(column)")
            }
        }
        if try connection.hasTable("token") {
            try connection.run(script: "ALTER TABLE token ADD COLUMN until BIGINT NOT NULL DEFAULT 0")
        }
    }
}

extension Connection {
    /// Whether a table is there, in the schema that the connection works in.
    func hasTable(_ name: String) throws -> Bool {
        let question =
            switch kind {
            case .sqlite: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"
            case .postgres: "SELECT 1 WHERE to_regclass($1) IS NOT NULL"
            }
        return try first(question, [.text(name)]) { $0.integer(0) } != nil
    }
}
