extension Schema {
    /// Makes room for labels. They come from the bodies with the index rows, and the tables of projections are made anew: they
    /// are derived.
    static func leaveAccessOfVersionTwo(_ projections: [any Projection], on connection: any Connection) throws {
        try connection.add("labels", "BIGINT NOT NULL DEFAULT 0", to: "resource")
        try connection.add("hidden", "BIGINT NOT NULL DEFAULT 0", to: "token")
        for table in projections.flatMap(\.tables) {
            try connection.run(script: "DROP TABLE IF EXISTS \(table.name)")
        }
    }
}
