import Logging
import ServiceLifecycle

/// Does the same work over and over until the server ends. A failure is told, and the work waits for its next turn.
enum Wheel {
    /// - Parameters:
    ///   - first: how long before the first turn.
    ///   - pause: how long between two turns.
    ///   - failure: what the log says when a turn fails.
    ///   - logger: where it says so.
    ///   - work: a turn.
    /// - Throws: when the server ends while it is begun.
    static func turn(
        after first: Duration, every pause: Duration, failure: String, logger: Logger,
        _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await cancelWhenGracefulShutdown {
            var wait = first
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: wait)
                    wait = pause
                    try await work()
                } catch is CancellationError {
                    // The right to work may have gone to another process: then this one looks again.
                    if Task.isCancelled { return }
                } catch {
                    logger.error("\(failure)", metadata: ["kind": "\(type(of: error))"])
                }
            }
        }
    }
}
