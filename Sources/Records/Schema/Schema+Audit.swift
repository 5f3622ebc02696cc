extension Schema {
    /// The seals of the audit, and the texts of long searches. `hash` and `text` are what the hash is of.
    static let auditTables = [
        """
        CREATE TABLE audit_seal (
            lane BIGINT NOT NULL, number BIGINT NOT NULL, last BIGINT NOT NULL, total BIGINT NOT NULL,
            at BIGINT NOT NULL, hash {bytes} NOT NULL, marks {bytes} NOT NULL, signature {bytes} NOT NULL,
            PRIMARY KEY (lane, number))
        """,
        "CREATE TABLE audit_query (hash TEXT PRIMARY KEY, text TEXT NOT NULL) {clustered}",
        "CREATE INDEX audit_time ON audit (at, lane, seq)",
        "CREATE INDEX audit_export ON audit (at, lane, seq) WHERE action = 'E'",
        "CREATE INDEX audit_person ON audit (person, at, lane, seq) WHERE person <> 0",
    ]

    /// Under which setting the last row of a lane stands that was made before there were seals.
    static func unchained(_ lane: Int64) -> String { "audit.unchained.\(lane)" }

    private static let appendOnly = ["audit", "audit_seal", "audit_query"]

    /// Rules of the database itself: what is in the audit is neither changed nor removed, whoever asks.
    static func keepAudit(on connection: any Connection) throws {
        switch connection.kind {
        case .sqlite:
            for table in appendOnly {
                for change in ["UPDATE", "DELETE"] {
                    try connection.run(
                        script: """
                            CREATE TRIGGER IF NOT EXISTS \(table)_no_\(change.lowercased()) BEFORE \(change) ON \(table)
                            BEGIN SELECT RAISE(ABORT, 'the audit is only appended to'); END
                            """)
                }
            }
        case .postgres:
            try connection.run(
                script: """
                    CREATE OR REPLACE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'the audit is only appended to'; END $$
                    """)
            for table in appendOnly {
                try connection.run(
                    script: """
                        DROP TRIGGER IF EXISTS \(table)_is_kept ON \(table);
                        CREATE TRIGGER \(table)_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON \(table)
                            FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()
                        """)
            }
        }
    }
}
