import FHIR
package import Foundation
package import Logging
package import Records
import ServiceLifecycle

/// Sets off scheduled work: each minute, and once a night from two o'clock where the site is. A night that was missed
/// because the server did not run is made up for at the next start. Work that fails does not hold up other work.
package struct Clock: Service {
    private let records: Records
    private let work: [ScheduledWork]
    private let zone: TimeZone
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private static let lastNight = "clock.last-night"

    package init(
        records: Records, work: [ScheduledWork], zone: TimeZone, now: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        self.records = records
        self.work = work
        self.zone = zone
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await tick()
                    try await Task.sleep(for: .seconds(60))
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("the clock waits after a failure", metadata: ["kind": "\(type(of: error))"])
                    try? await Task.sleep(for: .seconds(60))
                }
            }
        }
    }

    /// Does what is due now.
    package func tick() async throws {
        let moment = now()
        try await run(.everyMinute, at: moment)
        let night = night(of: moment)
        guard let last = try await records.setting(Self.lastNight) else {
            // Nothing is stale yet on the first day.
            try await records.set(Self.lastNight, to: night)
            return
        }
        if night > last {
            try await run(.nightly, at: moment)
            try await records.set(Self.lastNight, to: night)
        }
    }

    private func run(_ rhythm: ScheduledWork.Rhythm, at moment: Int64) async throws {
        for item in work where item.rhythm == rhythm {
            do {
                try await item.work(records, moment)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.error(
                    "scheduled work failed", metadata: ["work": "\(item.name)", "kind": "\(type(of: error))"])
            }
        }
    }

    /// The day whose two o'clock in the morning was the last to pass, for example `2026-11-21`.
    private func night(of moment: Int64) -> String {
        let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment / 1000)))) * 1000
        return FHIRDate.day(moment + offset - 2 * 3_600_000)
    }
}

/// Its name alone: the service group writes each service out as text, and all the clinical content hangs on this one.
extension Clock: CustomStringConvertible {
    package var description: String { "clock" }
}
