import Access

/// One line of the audit: who did what to whose record. Less than 250 bytes, never clinical content.
struct AuditRow: Sendable {
    let lane: Int64
    let sequence: Int64
    /// Milliseconds since 1970.
    let at: Int64
    let account: String
    let action: String
    let person: Int64
    let rid: Int64
    let version: Int64
    let outcome: String
    let detail: String
}

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
    /// - Throws: what the database reports.
    func write(
        _ event: Event, by caller: Caller, at now: Int64, person: Int64 = 0, rid: Int64 = 0, version: Int64 = 0,
        succeeded: Bool = true, detail: String
    ) throws {
        try Self.insert(
            Self.row(
                event, by: caller, at: now, person: person, rid: rid, version: version, succeeded: succeeded,
                detail: detail, counters: counters), on: connection)
    }

    static func row(
        _ event: Event, by caller: Caller, at now: Int64, person: Int64 = 0, rid: Int64 = 0, version: Int64 = 0,
        succeeded: Bool = true, detail: String, counters: Counters
    ) -> AuditRow {
        AuditRow(
            lane: counters.lane, sequence: counters.nextAudit(), at: now,
            account: IndexText.kept(caller.account),
            action: event.rawValue, person: person, rid: rid, version: version, outcome: succeeded ? "0" : "8",
            detail: IndexText.kept(detail))
    }

    /// A row that is there already is passed over: a journal may be drained twice.
    static func insert(_ row: AuditRow, on connection: any Connection) throws {
        let insert = try connection.prepare(
            """
            INSERT INTO audit (lane, seq, at, account, action, person, rid, version, outcome, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
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
        try insert.send()
    }

    /// Many rows that are not there yet.
    static func insert(_ rows: [AuditRow], on connection: any Connection) throws {
        let columns = ["lane", "seq", "at", "account", "action", "person", "rid", "version", "outcome", "detail"]
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
        }
    }
}

/// Keeps the rows of reads before the answer is sent.
protocol ReadAudit: Sendable {
    /// Called on the reading connection, after the last look and before the answer.
    func keep(_ rows: [AuditRow], on connection: any Connection) throws
}

/// The audit of reads on PostgreSQL: committed behind the view, without waiting for the disk. A killed process loses none;
/// what the server may lose at a power cut is what it wrote in the last moments, three times its `wal_writer_delay`.
struct DatabaseReadAudit: ReadAudit {
    func keep(_ rows: [AuditRow], on connection: any Connection) throws {
        if let connection = connection as? PostgresConnection {
            connection.note(rows)
        } else {
            try AuditLog.insert(rows, on: connection)
        }
    }
}
