import Foundation

/// One writer, many requests: what has gathered while the last commit ran goes into the next transaction, each request in
/// a savepoint of its own. All are answered after the commit is on the disk.
actor GroupCommit {
    private struct Job: Sendable {
        /// Runs inside a savepoint; throwing undoes only this job.
        let run: @Sendable (any Connection) throws -> Void
        /// Told after the commit, or why it did not happen.
        let answer: @Sendable ((any Error)?) -> Void
    }

    /// What belongs to every transaction.
    struct Frame: Sendable {
        /// Before the first request.
        var opening: @Sendable (any Connection) throws -> Void = { _ in }
        /// After the last, before the commit.
        var closing: @Sendable (any Connection) throws -> Void = { _ in }
        /// The transaction is durable.
        var committed: @Sendable () -> Void = {}
        /// The transaction was undone.
        var undone: @Sendable () -> Void = {}
    }

    private let engine: any Engine
    private let frame: Frame
    private var waiting: [Job] = []
    private var isRunning = false

    init(engine: any Engine, frame: Frame = Frame()) {
        self.engine = engine
        self.frame = frame
    }

    /// Runs a body in the next transaction. Where the connection was lost before the commit it is run once more on a new
    /// one, so it must not count on running only once.
    /// - Parameter body: reads and writes inside the transaction.
    /// - Returns: what the body gave, after the commit is durable.
    /// - Throws: what the body threw, which undoes this body alone, or why the commit did not happen.
    func run<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let result = ResultBox<T>()
            waiting.append(
                Job(
                    run: { connection in result.value = .success(try body(connection)) },
                    answer: { failure in
                        if let failure {
                            continuation.resume(throwing: failure)
                        } else if let value = result.value {
                            continuation.resume(with: value)
                        }
                    }))
            if !isRunning {
                isRunning = true
                Task { await self.drain() }
            }
        }
    }

    private func drain() async {
        while !waiting.isEmpty {
            let jobs = waiting
            waiting = []
            let failures: [(any Error)?]
            do {
                failures = try await commit(jobs)
            } catch {
                failures = Array(repeating: error, count: jobs.count)
            }
            for (job, failure) in zip(jobs, failures) {
                job.answer(failure)
            }
        }
        isRunning = false
    }

    private func commit(_ jobs: [Job]) async throws -> [(any Error)?] {
        let frame = frame
        do {
            return try await engine.write { try Self.commit(jobs, in: frame, on: $0) }
        } catch EngineFailure.connectionLost {
            // The database was restarted or another has taken its place. Nothing of these was done.
            return try await engine.write { try Self.commit(jobs, in: frame, on: $0) }
        }
    }

    private static func commit(
        _ jobs: [Job], in frame: Frame, on connection: any Connection
    ) throws -> [(any Error)?] {
        var failures: [(any Error)?] = []
        var lastIsGood = false
        try connection.begin()
        do {
            try frame.opening(connection)
            for (place, job) in jobs.enumerated() {
                try connection.send("SAVEPOINT request")
                do {
                    try job.run(connection)
                    // Whose mistake it was must be known before the next one begins.
                    if place + 1 < jobs.count {
                        try connection.settle()
                    }
                    failures.append(nil)
                    lastIsGood = true
                } catch {
                    try undo(on: connection, after: error)
                    failures.append(error)
                    lastIsGood = false
                }
                if place + 1 < jobs.count {
                    try connection.send("RELEASE SAVEPOINT request")
                }
            }
            do {
                try finish(frame, on: connection)
            } catch let error as EngineFailure where lastIsGood && error.isOfAStatement {
                // What the last one had sent went wrong, so that its end was never reached.
                try undo(on: connection, after: error)
                frame.undone()
                try finish(frame, on: connection)
                failures[failures.count - 1] = error
            }
            frame.committed()
            return failures
        } catch {
            // A full disk may have rolled back by itself already.
            _ = try? connection.run("ROLLBACK")
            frame.undone()
            throw error
        }
    }

    private static func finish(_ frame: Frame, on connection: any Connection) throws {
        try connection.send("RELEASE SAVEPOINT request")
        try frame.closing(connection)
        try connection.commit()
    }

    /// Back to the savepoint. What is still in the pipeline fails with it, and is not worth a word of its own.
    private static func undo(on connection: any Connection, after error: any Error) throws {
        if error as? EngineFailure == .connectionLost {
            throw error
        }
        do {
            try connection.settle()
        } catch EngineFailure.connectionLost {
            throw EngineFailure.connectionLost
        } catch {}
        try connection.run("ROLLBACK TO SAVEPOINT request")
    }
}

extension EngineFailure {
    /// One statement failed; the connection stands.
    fileprivate var isOfAStatement: Bool {
        switch self {
        case .database, .nulInText: true
        case .connectionLost, .outcomeUnknown: false
        }
    }
}

/// Holds a job's result between the writing queue and its answer.
/// `@unchecked`: it is set before the commit and read after it, never at the same time.
private final class ResultBox<T>: @unchecked Sendable {
    var value: Result<T, any Error>?
}
