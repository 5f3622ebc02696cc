import Synchronization

/// The next numbers of the one writing process. A number that a failed transaction took is not given again.
final class Counters: Sendable {
    private struct State {
        var rid: Int64 = 0
        var change: Int64 = 0
        var audit: Int64 = 0
    }

    private let state = Mutex(State())
    /// One lane a server process, so that processes do not wait for each other. SQLite has one.
    let lane: Int64 = 0

    func load(from connection: any Connection) throws {
        let rid = try connection.first("SELECT max(rid) FROM resource") { $0.integer(0) } ?? 0
        // Rows that all readers have seen are gone, so the readers' places count too.
        let change =
            try connection.first(
                "SELECT max(seq) FROM (SELECT seq FROM outbox UNION ALL SELECT seq FROM reader) AS places"
            ) { $0.integer(0) } ?? 0
        let audit = try connection.first("SELECT max(seq) FROM audit WHERE lane = $1", [.integer(lane)]) {
            $0.integer(0)
        }
        state.withLock { $0 = State(rid: rid, change: change, audit: audit ?? 0) }
    }

    func nextRid() -> Int64 {
        state.withLock { state in
            state.rid += 1
            return state.rid
        }
    }

    func nextChange() -> Int64 {
        state.withLock { state in
            state.change += 1
            return state.change
        }
    }

    func nextAudit() -> Int64 {
        state.withLock { state in
            state.audit += 1
            return state.audit
        }
    }
}
