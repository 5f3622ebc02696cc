extension Schema {
    /// What decides over access besides the records themselves.
    static let accessTables = [
        // When the consents of a person next open or close something.
        "CREATE TABLE disclosure (person BIGINT PRIMARY KEY, due BIGINT NOT NULL)",
        // The glass that somebody has broken for one person.
        """
        CREATE TABLE glass (
            id TEXT PRIMARY KEY, account TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL,
            since BIGINT NOT NULL, until BIGINT NOT NULL, reviewer TEXT, reviewed BIGINT NOT NULL,
            conclusion TEXT NOT NULL)
        """,
        "CREATE INDEX glass_account ON glass (account, until)",
        "CREATE INDEX glass_open ON glass (reviewed, since)",
    ]
}
