import Synchronization

/// The lanes of other processes on PostgreSQL whose rows have no seal. A process that lives seals its own within seconds;
/// the rows of one that was killed are sealed by another, two minutes after it saw that nothing moves.
final class WaitingLanes: Sendable {
    struct Lane: Hashable, Sendable {
        let lane: Int64
        /// The last row that is sealed, and the last there is.
        let sealed: Int64
        let last: Int64
    }

    private struct State {
        var next: ContinuousClock.Instant?
        var seen: Set<Lane> = []
    }

    private let state = Mutex(State())
    private static let patience: Duration = .seconds(120)

    /// Whether it is time to look again.
    func isDue() -> Bool {
        state.withLock { state in
            guard state.next.map({ $0 <= .now }) ?? true else {
                return false
            }
            state.next = .now + Self.patience
            return true
        }
    }

    /// - Parameter lanes: those that wait now.
    /// - Returns: those that waited the last time already and have not moved.
    func abandoned(of lanes: Set<Lane>) -> [Lane] {
        state.withLock { state in
            defer { state.seen = lanes }
            return lanes.filter { lane in
                state.seen.contains { $0.lane == lane.lane && $0.sealed == lane.sealed }
            }
        }
    }
}

extension Records {
    /// Seals the rows of processes that are no more.
    func adoptLanes() async throws {
        guard engine.kind == .postgres, waitingLanes.isDue() else {
            return
        }
        let own = counters.lane
        let waiting = try await engine.read { connection in
            var lanes: Set<WaitingLanes.Lane> = []
            try connection.rows(
                """
                SELECT n.lane, coalesce(s.last, 0), m.last
                FROM (SELECT generate_series(1, (SELECT lane FROM counter)) AS lane) n
                CROSS JOIN LATERAL (SELECT max(seq) AS last FROM audit a WHERE a.lane = n.lane) m
                LEFT JOIN LATERAL (SELECT max(last) AS last FROM audit_seal z WHERE z.lane = n.lane) s ON TRUE
                WHERE m.last > coalesce(s.last, 0) AND n.lane <> $1
                """, [.integer(own)]
            ) { row in
                if let lane = row.integer(0), let sealed = row.integer(1), let last = row.integer(2) {
                    lanes.insert(WaitingLanes.Lane(lane: lane, sealed: sealed, last: last))
                }
            }
            return lanes
        }
        for lane in waitingLanes.abandoned(of: waiting) {
            try await adopt(lane)
        }
    }

    func adopt(_ lane: WaitingLanes.Lane) async throws {
        let seal = try await writer.run { [sealer] connection in
            // One that was killed between its seal and the head of it left the lane without a head.
            try SealRows(lane: lane.lane, key: sealer.key, connection: connection).seal(upTo: lane.last)
                ?? AuditSeal.last(of: lane.lane, on: connection)
        }
        if let seal {
            try await sealer.keep(seal)
        }
    }
}
