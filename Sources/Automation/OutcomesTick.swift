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
    private let holder = UUID().uuidString

    package init(records: Records, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.records = records
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        try await Wheel.turn(
            after: .seconds(5), every: .seconds(3600), failure: "counting outcomes failed", logger: logger
        ) {
            guard try await records.lease("outcomes", to: holder, milliseconds: 600_000, at: now()) else { return }
            try await RefreshOutcomes(records: records).run(asOf: now())
        }
    }
}
