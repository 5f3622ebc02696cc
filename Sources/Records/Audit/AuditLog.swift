import Access

/// Makes the rows of the audit. A write's row is in the write's transaction, a read's is kept before its answer.
struct AuditLog {
    enum Event: String {
        case create = "C"
        case read = "R"
        case update = "U"
        case delete = "D"
        case signIn = "S"
        case refusal = "X"
        case importing = "I"
        case exporting = "E"
    }

    let connection: any Connection
    let counters: Counters

    /// Adds one row to the audit, inside the transaction that stands open.
    /// - Parameters:
    ///   - event: what was done.
    ///   - caller: who did it.
    ///   - now: milliseconds since 1970.
    ///   - person: the patient concerned, 0 for none.
    ///   - rid: the resource concerned, 0 for none.
    ///   - version: the version that came to be, 0 for none.
    ///   - succeeded: false for what was refused or went wrong.
    ///   - detail: a page, a type, a reason; never clinical content.
    ///   - about: more of what was done, such as the scopes of a token, kept as the parameters of a search are.
    /// - Throws: what the database reports.
    func write(
        _ event: Event, by caller: Caller, at now: Int64, person: Int64 = 0, rid: Int64 = 0, version: Int64 = 0,
        succeeded: Bool = true, detail: String, about: String = ""
    ) throws {
        try write(
            Self.row(
                event, by: caller, at: now, person: person, rid: rid, version: version, succeeded: succeeded,
                detail: detail, query: about))
    }

    /// Gives a row its place and adds it, inside the transaction that stands open.
    func write(_ row: AuditRow) throws {
        try Self.insert(row.placed(lane: counters.lane, sequence: counters.nextAudit()), on: connection)
    }

    /// A row that has no place yet.
    static func row(
        _ event: Event, by caller: Caller, at now: Int64, person: Int64 = 0, rid: Int64 = 0, version: Int64 = 0,
        succeeded: Bool = true, detail: String, query: String = ""
    ) -> AuditRow {
        AuditRow(
            at: now, account: IndexText.kept(caller.account), action: event.rawValue, person: person, rid: rid,
            version: version, outcome: succeeded ? "0" : "8", detail: IndexText.kept(detail),
            purpose: caller.purposeOfUse.rawValue, query: AuditQueryText.cut(query),
            address: IndexText.kept(caller.address))
    }

    static let columns = [
        "lane", "seq", "at", "account", "action", "person", "rid", "version", "outcome", "detail", "purpose", "query",
        "address",
    ]

    /// A row that is there already is passed over: a journal may be drained twice.
    static func insert(_ row: AuditRow, on connection: any Connection) throws {
        let insert = try connection.prepare(
            """
            INSERT INTO audit
                (lane, seq, at, account, action, person, rid, version, outcome, detail, purpose, query, address)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING
            """)
        insert.bind(1, row.lane)
        insert.bind(2, row.sequence)
        insert.bind(3, row.at)
        insert.bind(4, row.account)
        insert.bind(5, row.action)
        insert.bind(6, row.person)
        insert.bind(7, row.rid)
        insert.bind(8, row.version)
        insert.bind(9, row.outcome)
        insert.bind(10, row.detail)
        insert.bind(11, row.purpose)
        insert.bind(12, try AuditQueryText.keep(row.query, on: connection))
        insert.bind(13, row.address)
        try insert.send()
    }

    /// Many rows that are not there yet.
    static func insert(_ rows: [AuditRow], on connection: any Connection) throws {
        let queries = try rows.map { try AuditQueryText.keep($0.query, on: connection) }
        try connection.insert(into: "audit", columns: columns, count: rows.count) { position, writer in
            let row = rows[position]
            writer.add(row.lane)
            writer.add(row.sequence)
            writer.add(row.at)
            writer.add(row.account)
            writer.add(row.action)
            writer.add(row.person)
            writer.add(row.rid)
            writer.add(row.version)
            writer.add(row.outcome)
            writer.add(row.detail)
            writer.add(row.purpose)
            writer.add(queries[position])
            writer.add(row.address)
        }
    }
}
