extension Schema {
    /// Makes room for labels. They come from the bodies with the index rows, and the tables of projections are made anew: they
    /// are derived.
    static func leaveAccessOfVersionTwo(_ projections: [any Projection], on connection: any Connection) throws {
        try connection.run(script: "ALTER TABLE resource ADD COLUMN labels BIGINT NOT NULL DEFAULT 0")
        if try connection.hasTable("token") {
            try connection.run(script: "ALTER TABLE token ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0")
        }
        for table in projections.flatMap(\.tables) {
            try connection.run(script: "DROP TABLE IF EXISTS \(table.name)")
        }
    }
}
