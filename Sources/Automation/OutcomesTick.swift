import Care
import Foundation
package import Logging
package import Records
package import ServiceLifecycle

/// Counts the outcomes in the background: soon after start, then every hour; one of several server processes at a time.
package struct OutcomesTick: Service {
    private let records: Records
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private static let afterStart = Duration.seconds(5)
    private static let pause = Duration.seconds(3600)
    private let holder = UUID().uuidString

    package init(records: Records, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.records = records
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            var wait = Self.afterStart
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: wait)
                    wait = Self.pause
                    let mine = try await records.lease("outcomes", to: holder, milliseconds: 600_000, at: now())
                    if mine {
                        try await RefreshOutcomes(records: records).run(asOf: now())
                    }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("counting outcomes failed", metadata: ["kind": "\(type(of: error))"])
                }
            }
        }
    }
}
