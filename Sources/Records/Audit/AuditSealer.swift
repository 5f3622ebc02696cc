import Dispatch
import Foundation
import Synchronization

/// Sees to it that rows get their seal a second after they came, and knows how that goes.
final class AuditSealer: Sendable {
    private typealias Failure = (code: AuditFailure, words: String)

    private struct State {
        var isDue = false
        /// Since when rows wait, on the clock that only runs forward.
        var waiting: ContinuousClock.Instant?
        var failure: Failure?
        var tell: (@Sendable (AuditFailure?) -> Void)?
        /// The last seal of each lane that this process has made or found.
        var known: [Int64: AuditSeal] = [:]
        /// The number of the last head of each lane that was written.
        var kept: [Int64: Int64] = [:]
        /// The lanes whose last head could not be written.
        var owed: Set<Int64> = []
        var work: (@Sendable () async throws -> Void)?
    }

    let key: AuditKey
    let heads: AuditHeads
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "audit sealer")
    private static let pause: DispatchTimeInterval = .seconds(1)

    init(_ places: AuditPlaces) throws {
        key = try AuditKey(file: places.key)
        heads = try AuditHeads(places.heads)
    }

    /// - Parameter work: seals what waits.
    func whenDue(_ work: @escaping @Sendable () async throws -> Void) {
        let isWaiting = state.withLock { state in
            state.work = work
            return state.waiting != nil
        }
        if isWaiting {
            wake()
        }
    }

    /// To be called when there are rows without a seal.
    func wake() {
        let isFirst = state.withLock { state in
            state.waiting = state.waiting ?? .now
            guard state.work != nil, !state.isDue else {
                return false
            }
            state.isDue = true
            return true
        }
        if isFirst {
            queue.asyncAfter(deadline: .now() + Self.pause) { [weak self] in self?.begin() }
        }
    }

    private func begin() {
        let work = state.withLock { state in
            state.isDue = false
            return state.work
        }
        guard let work else {
            return
        }
        Task {
            do {
                try await work()
            } catch {
                // What has no seal now gets it with what comes next; until then it is told.
                note((error is AuditHeads.Failure ? .head : .seal, "\(error)"))
            }
        }
    }

    /// - Parameter tell: told each time that sealing begins to fail or to fail otherwise, and nil when it goes well again.
    func whenChanged(_ tell: @escaping @Sendable (AuditFailure?) -> Void) {
        let standing = state.withLock { state in
            state.tell = tell
            return state.failure?.code
        }
        if let standing {
            tell(standing)
        }
    }

    private func note(_ failure: Failure?) {
        let tell = state.withLock { state in
            defer { state.failure = failure }
            return state.failure?.code == failure?.code ? nil : state.tell
        }
        tell?(failure?.code)
    }

    /// Everything that had come before `moment` has its seal.
    func sealed(before moment: ContinuousClock.Instant) {
        note(nil)
        state.withLock { state in
            if let waiting = state.waiting, waiting <= moment {
                state.waiting = state.isDue ? moment : nil
            }
        }
    }

    /// Whether a lane still ends with what was known of it, or goes on from there. A lane whose seals were taken away
    /// behind the server is not sealed anew: that would vouch for what somebody left there.
    func follows(_ last: AuditSeal?, in lane: Int64) -> Bool {
        let follows = state.withLock { state in
            guard let known = state.known[lane] else {
                return true
            }
            let number = last?.number ?? -1
            let isSame = number == known.number && last?.digest == known.digest
            return isSame || number > known.number
        }
        if !follows {
            note((.changed, "The seals of lane \(lane) are not those that were made. Verify the audit."))
        }
        return follows
    }

    /// Writes a lane's head; waits for the disk, and not on the threads that requests run on.
    func keep(_ seal: AuditSeal) async throws {
        state.withLock { state in
            if seal.number >= state.known[seal.lane]?.number ?? 0 {
                state.known[seal.lane] = seal
            }
        }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async { continuation.resume(with: Result { try self.write(seal) }) }
        }
    }

    /// Writes the heads that could not be written before, so that a failure is over only when they are there.
    func keepOwed() async throws {
        for seal in state.withLock({ state in state.owed.sorted().compactMap { state.known[$0] } }) {
            try await keep(seal)
        }
    }

    /// A head never goes back to one that was made before.
    private func write(_ seal: AuditSeal) throws {
        guard state.withLock({ $0.known[seal.lane] }) == seal else {
            return
        }
        state.withLock { _ = $0.owed.insert(seal.lane) }
        try heads.keep(seal, key: key.publicText)
        state.withLock { state in
            state.owed.remove(seal.lane)
            state.kept[seal.lane] = seal.number
        }
    }

    /// Whether the head of a seal, or of a later one of its lane, has been written by this process.
    func hasKept(_ seal: AuditSeal) -> Bool {
        state.withLock { seal.number <= $0.kept[seal.lane] ?? -1 }
    }

    var health: AuditHealth {
        state.withLock { state in
            let waited = state.waiting.map { ContinuousClock.now - $0 } ?? .zero
            return AuditHealth(
                unsealedFor: Double(waited.components.seconds), code: state.failure?.code,
                failure: state.failure?.words)
        }
    }
}

/// Why the audit is not sealed, by a code that stays the same.
package enum AuditFailure: String, Sendable {
    /// A seal could not be made or stored.
    case seal = "audit-seal-failed"
    /// A head could not be written to a folder outside of the database.
    case head = "audit-head-not-written"
    /// What is in the database is not what was sealed: somebody touched it.
    case changed = "audit-seals-changed"
}

/// How the sealing of the audit goes.
package struct AuditHealth: Sendable {
    /// For how many seconds the oldest row without a seal has waited; a second or so is usual.
    package let unsealedFor: Double
    /// Why the last attempt failed; nil when it went well.
    package let code: AuditFailure?
    /// The same in words. Never holds a patient's data.
    package let failure: String?
}
