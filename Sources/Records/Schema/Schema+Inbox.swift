extension Schema {
    /// Messages of other systems, as they came. They stay: what was made of them can be made again from them.
    static let inboxTables = [
        """
        CREATE TABLE inbound (
            number {rowid} PRIMARY KEY, feed TEXT NOT NULL, sender TEXT NOT NULL, control TEXT NOT NULL,
            event TEXT NOT NULL, digest {bytes} NOT NULL, received BIGINT NOT NULL, occurred BIGINT, recorded BIGINT,
            visit TEXT NOT NULL, answer TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL,
            repeats BIGINT NOT NULL, tries BIGINT NOT NULL, not_before BIGINT NOT NULL, body {bytes} NOT NULL)
        """,
        "CREATE INDEX inbound_same ON inbound (sender, control)",
        "CREATE INDEX inbound_state ON inbound (state, number)",
        "CREATE INDEX inbound_visit ON inbound (visit, number) WHERE visit <> ''",
        "CREATE INDEX inbound_person ON inbound (person, number) WHERE person <> ''",
        "CREATE INDEX inbound_feed ON inbound (feed, received)",
        // The numbers by which a message names people.
        """
        CREATE TABLE inbound_key (
            key TEXT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (key, number)) {clustered}
        """,
    ]
}
