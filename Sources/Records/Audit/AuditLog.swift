import Access

/// Who did what to whose record. A write's row is in the write's transaction, a read's is durable before its answer.
struct AuditLog {
    enum Event: String {
        case create = "C"
        case read = "R"
        case update = "U"
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
        let insert = try connection.prepare(
            """
            INSERT INTO audit (lane, seq, at, account, action, person, rid, version, outcome, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """)
        insert.bind(1, counters.lane)
        insert.bind(2, counters.nextAudit())
        insert.bind(3, now)
        insert.bind(4, caller.account)
        insert.bind(5, event.rawValue)
        insert.bind(6, person)
        insert.bind(7, rid)
        insert.bind(8, version)
        insert.bind(9, succeeded ? "0" : "8")
        insert.bind(10, detail)
        try insert.run()
    }
}
