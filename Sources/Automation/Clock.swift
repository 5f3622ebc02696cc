import FHIR
package import Foundation
package import Logging
package import Records
import ServiceLifecycle

/// Sets off scheduled work: each minute, and once a night from two o'clock where the site is. A night that was missed
/// because the server did not run is made up for at the next start. Work that fails does not hold up other work. Of
/// several server processes one does the night's work; when it dies at it, another begins it anew.
package struct Clock: Service {
    private let records: Records
    private let work: [ScheduledWork]
    private let zone: TimeZone
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private static let lastNight = "clock.last-night"
    private static let lease = "night"
    private static let leaseMilliseconds: Int64 = 5 * 60_000
    /// This process among those that share a database.
    private let holder = UUID().uuidString

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
        try await Wheel.turn(
            after: .zero, every: .seconds(60), failure: "the clock waits after a failure", logger: logger, tick)
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
            try await runNightly(night, at: moment)
        }
    }

    private func runNightly(_ night: String, at moment: Int64) async throws {
        guard try await keepLease(Self.leaseMilliseconds) else {
            return
        }
        // Another may have come to the end of it just before.
        if let last = try await records.setting(Self.lastNight), last >= night {
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await Task.sleep(for: .milliseconds(Self.leaseMilliseconds / 5))
                    _ = try await keepLease(Self.leaseMilliseconds)
                }
            }
            try await run(.nightly, at: moment)
            group.cancelAll()
        }
        try await records.set(Self.lastNight, to: night)
        _ = try await keepLease(0)
    }

    private func keepLease(_ milliseconds: Int64) async throws -> Bool {
        try await records.lease(Self.lease, to: holder, milliseconds: milliseconds, at: now())
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
