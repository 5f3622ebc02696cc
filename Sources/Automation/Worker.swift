import Access
import Foundation
package import Logging
package import Records
package import ServiceLifecycle

/// Sets off the reactions to what was stored, person by person. A person whose reaction fails is tried again later and
/// does not hold up others; several server processes share the work.
package struct Worker: Service {
    private let records: Records
    private let reactions: [any Reaction]
    private let now: @Sendable () -> Int64
    private let logger: Logger
    /// So often it looks even when nothing was stored: what failed has its time, and a word may be lost.
    private static let pause = Duration.seconds(20)
    private static let caller = Caller.system("automation")
    /// People a transaction.
    private static let limit = 100

    package init(
        records: Records, reactions: [any Reaction], now: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        self.records = records
        self.reactions = reactions
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await _ in records.news(every: Self.pause) {
                do {
                    try await drain()
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("reactions wait after a failure", metadata: ["kind": "\(type(of: error))"])
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }

    /// Handles what has gathered, until nothing is left that is due.
    /// - Parameter progress: told how many people have been looked at.
    /// - Throws: why the database could not be used.
    package func drain(progress: (Int) -> Void = { _ in }) async throws {
        let outbox = Outbox(records: records)
        let reactions = reactions
        let logger = logger
        var after: Int64 = 0
        var rounds = 0
        while true {
            try Task.checkCancellation()
            let last = try await outbox.react(
                after: after, limit: Self.limit, as: Self.caller, at: now(),
                failed: { logger.error("a reaction failed", metadata: ["kind": "\($0)"]) },
                { person, types, change in
                    for reaction in reactions where !reaction.when.isDisjoint(with: types) {
                        try reaction.react(to: person, in: change)
                    }
                })
            if let last {
                after = last
                rounds += 1
                progress(rounds * Self.limit)
            } else if after == 0 {
                return
            } else {
                // Once more from the beginning: reactions store something themselves.
                after = 0
            }
        }
    }
}

/// Its name alone: the service group writes each service out as text, and all the clinical content hangs on this one.
extension Worker: CustomStringConvertible {
    package var description: String { "reactions" }
}
