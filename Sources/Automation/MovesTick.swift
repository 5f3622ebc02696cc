package import Care
import Foundation
package import Logging
package import Records
package import ServiceLifecycle

/// Carries out the defaults that supervisors publish for a protocol, soon after they do; one of several server processes
/// at a time. What was begun when a process ended goes on with the next.
package struct MovesTick: Service {
    private let work: MoveEverybody
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private static let pause = Duration.seconds(3)
    private let holder = UUID().uuidString

    package init(_ work: MoveEverybody, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.work = work
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        try await Wheel.turn(
            after: Self.pause, every: Self.pause, failure: "moving plans waits after a failure", logger: logger
        ) {
            try await work.run(by: holder, now: now)
        }
    }
}

/// Its name alone: the service group writes each service out as text, and all the clinical content hangs on this one.
extension MovesTick: CustomStringConvertible {
    package var description: String { "moves" }
}
