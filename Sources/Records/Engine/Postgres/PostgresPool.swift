import Synchronization

/// Connections for readers, made when they are first needed. Who used one last is given it first: its statements are warm.
final class PostgresPool: Sendable {
    private struct State {
        var free: [PostgresLane] = []
        var all: [PostgresLane] = []
        var waiting: [CheckedContinuation<PostgresLane, Never>] = []
    }

    private let state = Mutex(State())
    private let most: Int
    private let make: @Sendable (Int) -> PostgresLane

    init(most: Int, _ make: @escaping @Sendable (Int) -> PostgresLane) {
        self.most = most
        self.make = make
    }

    func withLane<T: Sendable>(_ body: (PostgresLane) async throws -> T) async throws -> T {
        let lane = await take()
        defer { give(lane) }
        return try await body(lane)
    }

    private func take() async -> PostgresLane {
        await withCheckedContinuation { continuation in
            let lane = state.withLock { state -> PostgresLane? in
                if let free = state.free.popLast() {
                    return free
                }
                if state.all.count < most {
                    let fresh = make(state.all.count)
                    state.all.append(fresh)
                    return fresh
                }
                state.waiting.append(continuation)
                return nil
            }
            if let lane {
                continuation.resume(returning: lane)
            }
        }
    }

    private func give(_ lane: PostgresLane) {
        let next = state.withLock { state -> CheckedContinuation<PostgresLane, Never>? in
            guard !state.waiting.isEmpty else {
                state.free.append(lane)
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: lane)
    }

    func close() {
        for lane in state.withLock({ $0.all }) {
            lane.close()
        }
    }
}
