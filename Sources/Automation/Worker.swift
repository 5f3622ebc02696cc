import Access
import Foundation
package import Logging
package import Records
package import ServiceLifecycle

/// Reads the outbox and sets off the reactions, person by person; a person whose reaction fails does not hold up others.
package struct Worker: Service {
    private let records: Records
    private let reactions: [any Reaction]
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private static let name = "reactions"
    /// Entries a round: all that 100,000 people of the usual size bring.
    private static let mostGathered = 4_000_000
    private static let caller = Caller.system("automation")

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
            while !Task.isCancelled {
                do {
                    if try await drain() == 0 {
                        try await Task.sleep(for: .milliseconds(200))
                    }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("reactions wait after a failure", metadata: ["kind": "\(type(of: error))"])
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }

    /// Handles what has gathered.
    /// - Returns: how many entries it saw.
    @discardableResult
    package func drain(progress: (Int) -> Void = { _ in }) async throws -> Int {
        let outbox = Outbox(records: records)
        var handled = 0
        while true {
            var types: [String: Set<String>] = [:]
            var last: Int64 = 0
            var gathered = 0
            // After a large import the resources of one person lie far apart; they are gathered, so that each person is
            // looked at once and not once a type.
            while gathered < Self.mostGathered {
                let entries = try await outbox.next(for: Self.name, after: last, limit: 20_000)
                guard let end = entries.last else {
                    break
                }
                for entry in entries {
                    if let person = entry.person {
                        types[person, default: []].insert(entry.type)
                    }
                }
                last = end.sequence
                gathered += entries.count
            }
            guard gathered > 0 else {
                return handled
            }
            for chunk in types.sorted(by: { $0.key < $1.key }).chunks(of: 100) {
                try await react(to: chunk)
            }
            try await outbox.done(Self.name, through: last)
            handled += gathered
            progress(handled)
        }
    }

    private func react(to persons: [(key: String, value: Set<String>)]) async throws {
        do {
            try await run(persons)
        } catch  where persons.count > 1 {
            // One of them failed and undid the rest: each by itself, so that only that one is passed over.
            for person in persons {
                do {
                    try await run([person])
                } catch {
                    logger.error("a reaction failed", metadata: ["kind": "\(type(of: error))"])
                }
            }
        } catch {
            logger.error("a reaction failed", metadata: ["kind": "\(type(of: error))"])
        }
    }

    private func run(_ persons: [(key: String, value: Set<String>)]) async throws {
        let reactions = reactions
        try await records.write(as: Self.caller, at: now()) { change in
            for (person, types) in persons {
                for reaction in reactions where !reaction.when.isDisjoint(with: types) {
                    try reaction.react(to: person, in: change)
                }
            }
        }
    }
}

extension Array {
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

/// Its name alone: the service group writes each service out as text, and all the clinical content hangs on this one.
extension Worker: CustomStringConvertible {
    package var description: String { "reactions" }
}
