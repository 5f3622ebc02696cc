/// The tables of Records, in SQL that SQLite and PostgreSQL both read. `{clustered}` and `{bytes}` are the engine's.
///
/// A resource, a place that a reference points to and a person are all one small integer, `rid`. A place that is only
/// pointed to has version 0 and no body. `present` has a bit for each search parameter that the resource has a value for,
/// by its number within the type. The indexes whose name ends in `_of` lead from a resource to its rows: a candidate is
/// compared by them, and sorted.
enum Schema {
    static let version: Int64 = 1

    static let tables = [
        """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)
        """,
        """
        CREATE TABLE word (id BIGINT PRIMARY KEY, text TEXT NOT NULL UNIQUE)
        """,
        """
        CREATE TABLE resource (
            rid INTEGER PRIMARY KEY, type BIGINT NOT NULL, id TEXT NOT NULL, person BIGINT NOT NULL,
            version BIGINT NOT NULL, updated BIGINT NOT NULL, deleted BIGINT NOT NULL, source BIGINT NOT NULL,
            present BIGINT NOT NULL DEFAULT 0, body {bytes}, UNIQUE (type, id))
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
            unit TEXT NOT NULL, system BIGINT NOT NULL, rid BIGINT NOT NULL,
            PRIMARY KEY (parameter, low, high, unit, system, rid)) {clustered}
        """,
        "CREATE INDEX index_quantity_of ON index_quantity (rid, parameter, low)",
        """
        CREATE TABLE index_number (
            parameter BIGINT NOT NULL, low DOUBLE PRECISION NOT NULL, high DOUBLE PRECISION NOT NULL,
            rid BIGINT NOT NULL, PRIMARY KEY (parameter, low, high, rid)) {clustered}
        """,
        "CREATE INDEX index_number_of ON index_number (rid, parameter, low)",
        // What stands together in one element of a resource, such as a code and a value of one component.
        """
        CREATE TABLE index_composite (
            parameter BIGINT NOT NULL, code TEXT NOT NULL, system BIGINT NOT NULL, low DOUBLE PRECISION NOT NULL,
            high DOUBLE PRECISION NOT NULL, text TEXT NOT NULL, more BIGINT NOT NULL, rid BIGINT NOT NULL,
            PRIMARY KEY (parameter, code, system, low, high, text, more, rid)) {clustered}
        """,
        "CREATE INDEX index_composite_of ON index_composite (rid, parameter)",
        """
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY, rid BIGINT NOT NULL, version BIGINT NOT NULL, person BIGINT NOT NULL)
        """,
        """
        CREATE TABLE reader (name TEXT PRIMARY KEY, seq BIGINT NOT NULL)
        """,
        "CREATE TABLE stale_person (person BIGINT PRIMARY KEY)",
        """
        CREATE TABLE audit (
            lane BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, account TEXT NOT NULL, action TEXT NOT NULL,
            person BIGINT NOT NULL, rid BIGINT NOT NULL, version BIGINT NOT NULL, outcome TEXT NOT NULL,
            detail TEXT NOT NULL, PRIMARY KEY (lane, seq)) {clustered}
        """,
        """
        CREATE TABLE account (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, roles TEXT NOT NULL, practitioner TEXT, password TEXT NOT NULL,
            must_change BIGINT NOT NULL, failures BIGINT NOT NULL, locked_until BIGINT NOT NULL, ended BIGINT NOT NULL)
        """,
        """
        CREATE TABLE session (
            token {bytes} PRIMARY KEY, account TEXT NOT NULL, csrf TEXT NOT NULL, created BIGINT NOT NULL,
            seen BIGINT NOT NULL)
        """,
        """
        CREATE TABLE token (
            hash {bytes} PRIMARY KEY, client TEXT NOT NULL, scopes TEXT NOT NULL, panel TEXT, created BIGINT NOT NULL,
            ended BIGINT NOT NULL)
        """,
    ]

    /// Makes the tables of Records and of the projections, or checks that they are of this version.
    static func prepare(_ connection: any Connection, projections: [any Projection]) throws {
        try connection.run("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        if let found = try connection.first("SELECT version FROM schema_version", [], { $0.integer(0) }) {
            guard found == version else {
                throw RecordsFailure.schema(found: Int(found), expected: Int(version))
            }
        } else {
            for table in tables {
                try connection.run(adapted(table))
            }
            try connection.run("INSERT INTO schema_version VALUES ($1)", [.integer(version)])
        }
        for projection in projections {
            for table in projection.tables {
                try table.create(on: connection)
            }
        }
    }

    static func adapted(_ statement: String) -> String {
        statement.replacing("{clustered}", with: "WITHOUT ROWID").replacing("{bytes}", with: "BLOB")
    }
}
