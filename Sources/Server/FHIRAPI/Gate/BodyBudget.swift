import Dispatch
import FHIR
import HTTPTypes
import Synchronization

/// The memory that bodies may take together. What does not fit is told to come again.
final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)
    /// Large texts are taken apart one at a time: while that lasts, each needs several times its own size.
    private let large = DispatchQueue(label: "large bodies")
    private static let isLarge = 4 << 20
    private static let isSmall = 1 << 16

    init(limit: Int) {
        self.limit = limit
    }

    /// Does what a body of that many bytes needs where it keeps nobody from their turn.
    func work<T: Sendable>(on bytes: Int, _ body: @escaping @Sendable () throws -> T) async throws -> T {
        guard bytes >= Self.isSmall else {
            return try body()
        }
        guard bytes >= Self.isLarge else {
            return try await Aside.run(body)
        }
        return try await withCheckedThrowingContinuation { continuation in
            large.async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// A part of the budget, given back when the last one who holds it lets go.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let bytes = Mutex(0)

        init(_ budget: BodyBudget) {
            self.budget = budget
        }

        /// - Throws: 503 when nothing is left at the moment.
        func take(_ count: Int) throws {
            guard budget.take(count) else {
                var refusal = Refusal(
                    .serviceUnavailable, .throttled, "The server is reading too much at the moment. Try again.")
                refusal.headers[.retryAfter] = "1"
                throw refusal
            }
            bytes.withLock { $0 += count }
        }

        deinit {
            budget.give(bytes.withLock { $0 })
        }
    }

    private func take(_ count: Int) -> Bool {
        used.withLock { used in
            guard used + count <= limit else {
                return false
            }
            used += count
            return true
        }
    }

    private func give(_ count: Int) {
        used.withLock { $0 -= count }
    }
}
