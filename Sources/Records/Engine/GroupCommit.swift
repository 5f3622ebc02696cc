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

    private let engine: any Engine
    private var waiting: [Job] = []
    private var isRunning = false

    init(engine: any Engine) {
        self.engine = engine
    }

    /// Runs a body in the next transaction.
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
                failures = try await engine.write { connection in
                    try Self.commit(jobs, on: connection)
                }
            } catch {
                failures = Array(repeating: error, count: jobs.count)
            }
            for (job, failure) in zip(jobs, failures) {
                job.answer(failure)
            }
        }
        isRunning = false
    }

    private static func commit(_ jobs: [Job], on connection: any Connection) throws -> [(any Error)?] {
        var failures: [(any Error)?] = []
        try connection.run("BEGIN IMMEDIATE")
        do {
            for job in jobs {
                try connection.run("SAVEPOINT request")
                do {
                    try job.run(connection)
                    failures.append(nil)
                } catch {
                    try connection.run("ROLLBACK TO SAVEPOINT request")
                    failures.append(error)
                }
                try connection.run("RELEASE SAVEPOINT request")
            }
            try connection.run("COMMIT")
            return failures
        } catch {
            // A full disk may have rolled back by itself already.
            _ = try? connection.run("ROLLBACK")
            throw error
        }
    }
}

/// Holds a job's result between the writing queue and its answer.
/// `@unchecked`: it is set before the commit and read after it, never at the same time.
private final class ResultBox<T>: @unchecked Sendable {
    var value: Result<T, any Error>?
}
