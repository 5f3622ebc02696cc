import Dispatch
import Foundation
import Synchronization

/// Sees to it that rows get their seal a second after they came, and knows how that goes.
final class AuditSealer: Sendable {
    private struct State {
        var isDue = false
        /// Since when rows wait, on the clock that only runs forward.
        var waiting: ContinuousClock.Instant?
        var failure: String?
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
                state.withLock { $0.failure = "\(error)" }
            }
        }
    }

    /// Everything that had come before `moment` has its seal.
    func sealed(before moment: ContinuousClock.Instant) {
        state.withLock { state in
            state.failure = nil
            if let waiting = state.waiting, waiting <= moment {
                state.waiting = state.isDue ? moment : nil
            }
        }
    }

    /// Writes a lane's head; waits for the disk, and not on the threads that requests run on.
    func keep(_ seal: AuditSeal) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async { [heads, key] in
                continuation.resume(with: Result { try heads.keep(seal, key: key.publicText) })
            }
        }
    }

    var health: AuditHealth {
        state.withLock { state in
            let waited = state.waiting.map { ContinuousClock.now - $0 } ?? .zero
            return AuditHealth(unsealedFor: Double(waited.components.seconds), failure: state.failure)
        }
    }
}

/// How the sealing of the audit goes.
package struct AuditHealth: Sendable {
    /// For how many seconds the oldest row without a seal has waited; a second or so is usual.
    package let unsealedFor: Double
    /// Why the last attempt failed; nil when it went well. Never holds a patient's data.
    package let failure: String?
}
