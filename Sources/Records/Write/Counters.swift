import Synchronization

/// The next numbers that a writing transaction gives. SQLite's one process keeps them; on PostgreSQL, where processes take
/// turns, they are read when a transaction begins and written back before it ends. A number that a failed transaction
/// took is not given again by this process.
final class Counters: Sendable {
    private struct State {
        var lane: Int64 = 0
        var rid: Int64 = 0
        var change: Int64 = 0
        var word: Int64 = 0
        var audit: Int64 = 0
        /// The first numbers of what reads are still bringing into the audit.
        var onTheWay: [Int64] = []
        /// The first numbers of what may or may not have arrived, and until when it can.
        var perhaps: [(first: Int64, until: ContinuousClock.Instant)] = []
        var hasTold = false
        var hasAudited = false
        /// What the transaction began with; nil while it is not known yet.
        var began: [Int64]?
    }

    private let state = Mutex(State())

    /// One lane of the audit a server process, so that processes do not wait for each other. SQLite has one, 0.
    var lane: Int64 { state.withLock { $0.lane } }

    /// To be called once, after the tables are there.
    func load(from connection: any Connection) throws {
        guard connection.kind == .sqlite else {
            let lane = try connection.first("UPDATE counter SET lane = lane + 1 RETURNING lane") { $0.integer(0) }
            state.withLock { $0.lane = lane ?? 1 }
            return
        }
        let rid = try connection.first("SELECT max(rid) FROM resource") { $0.integer(0) } ?? 0
        let change = try connection.first("SELECT max(seq) FROM outbox") { $0.integer(0) } ?? 0
        let word = try connection.first("SELECT max(id) FROM word") { $0.integer(0) } ?? 0
        let audit = try connection.first("SELECT max(seq) FROM audit WHERE lane = $1", [.integer(lane)]) {
            $0.integer(0)
        }
        // A number that has a seal is never given again, not even when its row is gone.
        let sealed = try connection.first("SELECT max(last) FROM audit_seal WHERE lane = $1", [.integer(lane)]) {
            $0.integer(0)
        }
        let last = max(audit ?? 0, sealed ?? 0)
        state.withLock { $0 = State(rid: rid, change: change, word: word, audit: last, began: []) }
    }

    /// To be called when a transaction begins. The numbers come with its first answer.
    func open(on connection: any Connection) throws {
        guard connection.kind == .postgres else {
            return
        }
        state.withLock { $0.began = nil }
        try connection.ask("SELECT rid, change, word FROM counter", []) { row in
            self.state.withLock { state in
                state.rid = row.integer(0) ?? 0
                state.change = row.integer(1) ?? 0
                state.word = row.integer(2) ?? 0
                state.began = [state.rid, state.change, state.word]
            }
        }
    }

    /// To be called before a transaction ends.
    func close(on connection: any Connection) throws {
        guard connection.kind == .postgres else {
            return
        }
        let (began, now) = state.withLock { ($0.began, [$0.rid, $0.change, $0.word]) }
        if let began, began != now {
            try connection.send("UPDATE counter SET rid = $1, change = $2, word = $3", now.map { .integer($0) })
            if began[1] != now[1] {
                try connection.send("SELECT pg_notify(\(PostgresListener.channel), '')")
            }
        }
    }

    func nextRid(on connection: any Connection) throws -> Int64 {
        try next(on: connection) { state in
            state.rid += 1
            return state.rid
        }
    }

    func nextChange(on connection: any Connection) throws -> Int64 {
        try next(on: connection) { state in
            state.hasTold = true
            state.change += 1
            return state.change
        }
    }

    func nextWord(on connection: any Connection) throws -> Int64 {
        try next(on: connection) { state in
            state.word += 1
            return state.word
        }
    }

    /// Whether anything was told since the last call.
    func takeTold() -> Bool {
        state.withLock { state in
            defer { state.hasTold = false }
            return state.hasTold
        }
    }

    func nextAudit() -> Int64 {
        state.withLock { state in
            state.hasAudited = true
            state.audit += 1
            return state.audit
        }
    }

    /// Whether the audit has new rows since the last call.
    func takeAudited() -> Bool {
        state.withLock { state in
            defer { state.hasAudited = false }
            return state.hasAudited
        }
    }

    /// Takes numbers for rows that a read will bring into the audit by itself.
    /// - Returns: the first of them, to be given back by ``endAudit(_:isCertain:)``.
    func beginAudit(_ count: Int) -> Int64 {
        state.withLock { state in
            let first = state.audit + 1
            state.audit += Int64(count)
            state.onTheWay.append(first)
            return first
        }
    }

    /// - Parameters:
    ///   - first: what ``beginAudit(_:)`` gave.
    ///   - isCertain: false when the connection was lost: the rows may still arrive for as long as a statement may run.
    func endAudit(_ first: Int64, isCertain: Bool) {
        state.withLock { state in
            if let place = state.onTheWay.firstIndex(of: first) {
                state.onTheWay.remove(at: place)
            }
            if !isCertain {
                state.perhaps.append((first, .now + Self.longestStatement))
            }
        }
    }

    private static let longestStatement: Duration = .seconds(90)

    /// The last number that was given.
    var lastAudit: Int64 { state.withLock { $0.audit } }

    /// No read will bring a row with this number or a lower one any more.
    var auditMark: Int64 {
        state.withLock { state in
            if !state.perhaps.isEmpty {
                let now = ContinuousClock.now
                state.perhaps.removeAll { $0.until < now }
            }
            let open = state.onTheWay + state.perhaps.map(\.first)
            return open.min().map { $0 - 1 } ?? state.audit
        }
    }

    private func next(
        on connection: any Connection, _ count: (inout State) -> Int64
    ) throws -> Int64 {
        if state.withLock({ $0.began == nil }) {
            try connection.settle()
        }
        return state.withLock { count(&$0) }
    }
}
