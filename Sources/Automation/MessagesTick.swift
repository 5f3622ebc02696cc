import Access
package import Care
import Foundation
package import Logging
package import Records
package import ServiceLifecycle

/// Works on the messages of other systems as soon as they are kept; one of several server processes at a time. What a
/// process had begun when it ended was not begun: each batch is one transaction.
package struct MessagesTick: Service {
    private let records: Records
    private let work: TakeInMessages
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let holder = UUID().uuidString
    /// So often it looks even when nothing came: what failed has its time, and a word may be lost.
    private static let pause = Duration.seconds(5)
    private static let leaseMilliseconds: Int64 = 20_000
    /// Messages a transaction. Whoever sends waits for the writer meanwhile.
    private static let batch = 8
    private static let caller = "feeds"

    package init(
        records: Records, work: TakeInMessages, now: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        self.records = records
        self.work = work
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
                    logger.error("messages wait after a failure", metadata: ["kind": "\(type(of: error))"])
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }

    /// Works on what has come until nothing waits whose time has come.
    /// - Returns: how many messages were settled.
    /// - Throws: why the database could not be used.
    @discardableResult
    package func drain() async throws -> Int {
        var count = 0
        while try await records.hasMessages(at: now()) {
            try Task.checkCancellation()
            let moment = now()
            guard
                try await records.lease(
                    "messages", to: holder, milliseconds: Self.leaseMilliseconds, at: moment)
            else {
                return count
            }
            let work = work
            do {
                count += try await records.write(as: .system(Self.caller), at: moment) {
                    try work.perform(Self.batch, in: $0)
                }
            } catch {
                try await oneByOne(after: error)
            }
        }
        return count
    }

    /// One of them failed and undid the rest: each by itself, and what fails waits.
    private func oneByOne(after failure: any Error) async throws {
        let moment = now()
        let work = work
        let logger = logger
        for _ in 0..<Self.batch {
            let number = try await records.write(as: .system(Self.caller), at: moment) { change in
                try change.inbox().next(1).first?.number
            }
            guard let number else {
                return
            }
            do {
                try await records.write(as: .system(Self.caller), at: moment) { _ = try work.perform(1, in: $0) }
            } catch {
                switch error {
                case RecordsFailure.unavailable, RecordsFailure.outcomeUnknown: throw error
                default: break
                }
                let kind = "\(type(of: error))"
                logger.error("a message could not be worked on", metadata: ["kind": "\(kind)"])
                try await records.write(as: .system(Self.caller), at: moment) {
                    try $0.inbox().postpone(number, because: kind)
                }
            }
        }
    }
}

/// Its name alone: the service group writes each service out as text, and all the clinical content hangs on this one.
extension MessagesTick: CustomStringConvertible {
    package var description: String { "messages" }
}
