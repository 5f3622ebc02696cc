import CLibPQ
import Dispatch
import Foundation

/// One connection and the thread that it is used on: libpq blocks, and the cooperative threads must not.
/// `@unchecked`: the connection is only touched on the queue.
final class PostgresLane: @unchecked Sendable {
    private let address: PostgresAddress
    private let settings: String
    private let patience: Duration
    private let queue: DispatchQueue
    private var connection: PostgresConnection?

    /// - Parameters:
    ///   - address: where the database is.
    ///   - name: names the thread.
    ///   - settings: SQL that every new connection begins with.
    ///   - patience: how long it tries to come back to a database that does not answer.
    init(_ address: PostgresAddress, name: String, settings: String, patience: Duration) {
        self.address = address
        self.settings = settings
        self.patience = patience
        queue = DispatchQueue(label: "records.\(name)")
    }

    func perform<T: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try body(self.connected()) })
            }
        }
    }

    private func connected() throws -> PostgresConnection {
        if let connection, !connection.isLost {
            return connection
        }
        // A first connection says at once what is wrong; a lost one waits for a database that is being restarted.
        let deadline = ContinuousClock.now + (connection == nil ? .zero : patience)
        connection = nil
        var pause = 0.05
        while true {
            do {
                let fresh = PostgresConnection(try address.open(settings))
                connection = fresh
                return fresh
            } catch {
                guard ContinuousClock.now < deadline else {
                    throw error
                }
                Thread.sleep(forTimeInterval: pause)
                pause = min(pause * 2, 1)
            }
        }
    }

    func close() {
        queue.sync { connection = nil }
    }
}
