extension Schema {
    /// Makes room for labels. They come from the bodies with the index rows, and the tables of projections are made anew: they
    /// are derived. Version 1, which only SQLite had, passes through here too; not every such database has tokens.
    static func leaveVersionTwo(
        _ projections: [any Projection], from version: Int64, on connection: any Connection
    ) throws {
        try connection.run(script: "ALTER TABLE resource ADD COLUMN labels BIGINT NOT NULL DEFAULT 0")
        let hasTokens =
            try version == 2
            || connection.first("SELECT 1 FROM sqlite_master WHERE name = 'token'", [], { $0.integer(0) }) != nil
        if hasTokens {
            try connection.run(script: "ALTER TABLE token ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0")
        }
        for table in projections.flatMap(\.tables) {
            try connection.run(script: "DROP TABLE IF EXISTS \(table.name)")
        }
    }
}
