/// The tables of Records, in SQL that SQLite and PostgreSQL both read. What stands in braces is the
/// engine's.
///
/// A resource, a place that a reference points to and a person are all one small integer, `rid`. A place that is only
/// pointed to has version 0 and no body. `present` has a bit for each search parameter that the resource has a value for,
/// by its number within the type. The indexes whose name ends in `_of` lead from a resource to its rows: a candidate is
/// compared by them, and sorted.
enum Schema {
    static let version: Int64 = 5

    static let tables =
        [
            """
            CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)
            """,
            """
            CREATE TABLE word (id BIGINT PRIMARY KEY, text TEXT NOT NULL UNIQUE)
            """,
            """
            CREATE TABLE resource (
                rid {rowid} PRIMARY KEY, type BIGINT NOT NULL, id TEXT NOT NULL, person BIGINT NOT NULL,
                version BIGINT NOT NULL, updated BIGINT NOT NULL, deleted BIGINT NOT NULL, source BIGINT NOT NULL,
                present BIGINT NOT NULL DEFAULT 0, labels BIGINT NOT NULL DEFAULT 0, body {bytes},
                UNIQUE (type, id))
            """,
            "CREATE INDEX resource_order ON resource (type, rid) WHERE version > 0 AND deleted = 0",
            "CREATE INDEX resource_updated ON resource (type, updated, rid) WHERE version > 0",
            "CREATE INDEX resource_person ON resource (person, type) WHERE person <> 0",
            """
            CREATE TABLE history (
                rid BIGINT NOT NULL, version BIGINT NOT NULL, updated BIGINT NOT NULL, deleted BIGINT NOT NULL,
                body {bytes}, PRIMARY KEY (rid, version))
            """,
            "CREATE INDEX history_updated ON history (updated, rid)",
            """
            CREATE TABLE index_token (
                parameter BIGINT NOT NULL, code TEXT NOT NULL, system BIGINT NOT NULL, rid BIGINT NOT NULL,
                PRIMARY KEY (parameter, code, system, rid)) {clustered}
            """,
            "CREATE INDEX index_token_of ON index_token (rid, parameter, code)",
            """
            CREATE TABLE index_string (
                parameter BIGINT NOT NULL, value TEXT NOT NULL, rid BIGINT NOT NULL, exact BIGINT NOT NULL,
                PRIMARY KEY (parameter, value, rid, exact)) {clustered}
            """,
            "CREATE INDEX index_string_of ON index_string (rid, parameter, value)",
            """
            CREATE TABLE index_uri (
                parameter BIGINT NOT NULL, value BIGINT NOT NULL, rid BIGINT NOT NULL,
                PRIMARY KEY (parameter, value, rid)) {clustered}
            """,
            """
            CREATE TABLE index_date (
                parameter BIGINT NOT NULL, low BIGINT NOT NULL, high BIGINT NOT NULL, rid BIGINT NOT NULL,
                PRIMARY KEY (parameter, low, high, rid)) {clustered}
            """,
            "CREATE INDEX index_date_of ON index_date (rid, parameter, low, high)",
            // A search for what is later than a moment would have to walk through all that began before it; only what lasts
            // long can do so and still end after it.
            "CREATE INDEX index_date_long ON index_date (parameter, high, low, rid) WHERE high - low > 93600000",
            """
            CREATE TABLE index_reference (
                parameter BIGINT NOT NULL, target BIGINT NOT NULL, rid BIGINT NOT NULL,
                PRIMARY KEY (parameter, target, rid)) {clustered}
            """,
            "CREATE INDEX index_reference_of ON index_reference (rid, parameter, target)",
            """
            CREATE TABLE index_quantity (
                parameter BIGINT NOT NULL, low DOUBLE PRECISION NOT NULL, high DOUBLE PRECISION NOT NULL,
                code TEXT NOT NULL, system BIGINT NOT NULL, rid BIGINT NOT NULL, unit TEXT NOT NULL,
                PRIMARY KEY (parameter, low, high, code, system, rid, unit)) {clustered}
            """,
            // Ranges, which may begin below a bound and end above it, lie apart from single values.
            "CREATE INDEX index_quantity_wide ON index_quantity (parameter, high) WHERE high > low",
            "CREATE INDEX index_quantity_of ON index_quantity (rid, parameter, low)",
            """
            CREATE TABLE index_number (
                parameter BIGINT NOT NULL, low DOUBLE PRECISION NOT NULL, high DOUBLE PRECISION NOT NULL,
                rid BIGINT NOT NULL, PRIMARY KEY (parameter, low, high, rid)) {clustered}
            """,
            "CREATE INDEX index_number_wide ON index_number (parameter, high) WHERE high > low",
            "CREATE INDEX index_number_of ON index_number (rid, parameter, low)",
            // What stands together in one element of a resource, such as a code and a value of one component.
            """
            CREATE TABLE index_composite (
                parameter BIGINT NOT NULL, code TEXT NOT NULL, system BIGINT NOT NULL, low DOUBLE PRECISION NOT NULL,
                high DOUBLE PRECISION NOT NULL, text TEXT NOT NULL, more BIGINT NOT NULL, rid BIGINT NOT NULL,
                PRIMARY KEY (parameter, code, system, low, high, text, more, rid)) {clustered}
            """,
            "CREATE INDEX index_composite_wide ON index_composite (parameter, high) WHERE high > low",
            "CREATE INDEX index_composite_of ON index_composite (rid, parameter)",
            """
            CREATE TABLE outbox (
                person BIGINT NOT NULL, seq BIGINT NOT NULL, rid BIGINT NOT NULL, version BIGINT NOT NULL,
                type BIGINT NOT NULL, PRIMARY KEY (person, seq)) {clustered}
            """,
            """
            CREATE TABLE waiting_person (
                person BIGINT PRIMARY KEY, attempts BIGINT NOT NULL, not_before BIGINT NOT NULL, kind TEXT NOT NULL)
            """,
            """
            CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL)
            """,
            "CREATE TABLE stale_person (person BIGINT PRIMARY KEY)",
            """
            CREATE TABLE audit (
                lane BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, account TEXT NOT NULL, action TEXT NOT NULL,
                person BIGINT NOT NULL, rid BIGINT NOT NULL, version BIGINT NOT NULL, outcome TEXT NOT NULL,
                detail TEXT NOT NULL, purpose TEXT NOT NULL DEFAULT '', query TEXT NOT NULL DEFAULT '',
                address TEXT NOT NULL DEFAULT '', PRIMARY KEY (lane, seq)) {clustered}
            """,
            "CREATE INDEX audit_resource ON audit (rid, version) WHERE rid <> 0 AND action <> 'R'",
            """
            CREATE TABLE account (
                id TEXT PRIMARY KEY, name TEXT NOT NULL, roles TEXT NOT NULL, practitioner TEXT, password TEXT NOT NULL,
                must_change BIGINT NOT NULL, ended BIGINT NOT NULL)
            """,
        ] + Self.signInTables + Self.clientTables + Self.accessTables + Self.auditTables
        + Self.portalTables + Self.inboxTables

    /// The tables whose contents decide how a search is best done.
    static let searched =
        ["resource"]
        + ["token", "string", "uri", "date", "reference", "quantity", "number", "composite"].map { "index_\($0)" }

    /// Makes the tables of Records and of the projections, or brings those of an older version up to this one.
    /// - Returns: whether the index rows must be made anew from the bodies.
    /// - Throws: ``RecordsFailure/schema(found:expected:)`` for tables of a later version, or what the database reports.
    static func prepare(_ connection: any Connection, projections: [any Projection]) throws -> Bool {
        try connection.run(script: "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        let found = try connection.first("SELECT version FROM schema_version", [], { $0.integer(0) })
        if let found, found > version || found < 1 {
            throw RecordsFailure.schema(found: Int(found), expected: Int(version))
        }
        if found == 1 {
            try leaveVersionOne(on: connection)
        }
        if let found, found < 3 {
            try leaveVersionTwo(on: connection)
            try leaveAccessOfVersionTwo(on: connection)
            try leaveAuditOfVersionTwo(on: connection)
        }
        if let found, found < 4 {
            try leaveVersionThree(on: connection)
        }
        if let found, found < 5 {
            // Tables of projections have other columns now. They are derived, and made anew.
            for table in projections.flatMap(\.tables) {
                try connection.run(script: "DROP TABLE IF EXISTS \(table.name)")
            }
        }
        if found != version {
            try make(on: connection)
            try connection.run("DELETE FROM schema_version")
            try connection.run("INSERT INTO schema_version VALUES ($1)", [.integer(version)])
        }
        for projection in projections {
            for table in projection.tables {
                try table.create(on: connection)
            }
        }
        return found.map { $0 < 5 } ?? false
    }

    private static func make(on connection: any Connection) throws {
        for table in tables {
            try connection.run(script: adapted(table, for: connection.kind))
        }
        try keepAudit(on: connection)
        guard connection.kind == .postgres else {
            return
        }
        try connection.run(
            script: """
                CREATE TABLE IF NOT EXISTS counter (
                    rid BIGINT NOT NULL, change BIGINT NOT NULL, word BIGINT NOT NULL, lane BIGINT NOT NULL)
                    WITH (fillfactor = 10);
                INSERT INTO counter SELECT 0, 0, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM counter);
                """)
        // Bodies are compressed by the server; lz4, where it was built in, costs a tenth of the time.
        let hasLZ4 = try connection.first(
            "SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"
        ) { $0.integer(0) }
        if hasLZ4 != nil {
            try connection.run(
                script: """
                    ALTER TABLE resource ALTER COLUMN body SET COMPRESSION lz4;
                    ALTER TABLE history ALTER COLUMN body SET COMPRESSION lz4;
                    """)
        }
    }

    /// The words in which the engines differ. Text sorts by bytes on both.
    static func adapted(_ statement: String, for kind: EngineKind) -> String {
        var statement = statement.replacing("CREATE TABLE ", with: "CREATE TABLE IF NOT EXISTS ", maxReplacements: 1)
            .replacing("CREATE INDEX ", with: "CREATE INDEX IF NOT EXISTS ", maxReplacements: 1)
        switch kind {
        case .sqlite:
            statement.replace("{clustered}", with: "WITHOUT ROWID")
            statement.replace("{bytes}", with: "BLOB")
            statement.replace("{rowid}", with: "INTEGER")
        case .postgres:
            statement.replace("{clustered}", with: "")
            statement.replace("{bytes}", with: "BYTEA")
            statement.replace("{rowid}", with: "BIGINT")
            statement.replace(" TEXT", with: " TEXT COLLATE \"C\"")
        }
        return statement
    }
}
