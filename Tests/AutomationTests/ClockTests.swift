import Automation
import Foundation
import Logging
import Records
import Synchronization
import TestSupport
import Testing

struct ClockTests {
    /// What was run, and the time that the test makes pass.
    private final class Bench: Sendable {
        let now: Mutex<Int64>
        let done = Mutex<[String]>([])

        init(_ now: Int64) { self.now = Mutex(now) }
    }

    private static let start: Int64 = 1_795_255_200_000

    @Test func `each minute's work runs at each tick, a night's once after two o'clock`() async throws {
        let scratch = try await ScratchRecords.open()
        let bench = Bench(Self.start)
        struct Broken: Error {}
        let work = [
            ScheduledWork("broken", .everyMinute) { _, _ in throw Broken() },
            ScheduledWork("minute", .everyMinute) { _, _ in bench.done.withLock { $0.append("minute") } },
            ScheduledWork("night", .nightly) { _, _ in bench.done.withLock { $0.append("night") } },
        ]
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        let clock = Clock(
            records: scratch.records, work: work, zone: zone, now: { bench.now.withLock { $0 } },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        func tick(hoursLater hours: Int64) async throws -> [String] {
            bench.done.withLock { $0 = [] }
            bench.now.withLock { $0 = Self.start + hours * 3_600_000 }
            try await clock.tick()
            return bench.done.withLock { $0 }
        }
        // 10:00 UTC is 05:00 in New York; its next two o'clock is 21 hours later.
        #expect(try await tick(hoursLater: 0) == ["minute"])
        #expect(try await tick(hoursLater: 20) == ["minute"])
        #expect(try await tick(hoursLater: 21) == ["minute", "night"])
        #expect(try await tick(hoursLater: 22) == ["minute"])
        #expect(try await tick(hoursLater: 80) == ["minute", "night"])
    }
}
