extension Schema {
    /// The audit of version 2 had neither purposes nor searches nor seals. Up to where its rows go is kept, so that the
    /// chain begins behind them and says so.
    static func leaveAuditOfVersionTwo(on connection: any Connection) throws {
        let text = connection.kind == .postgres ? "TEXT COLLATE \"C\"" : "TEXT"
        try connection.add("purpose", "\(text) NOT NULL DEFAULT ''", to: "audit")
        try connection.add("query", "\(text) NOT NULL DEFAULT ''", to: "audit")
        try connection.run(
            script: """
                INSERT INTO setting (name, value)
                    SELECT 'audit.unchained.' || lane, CAST(max(seq) AS TEXT) FROM audit GROUP BY lane
                """)
    }
}
