import CLibPQ
import Foundation

/// A connection that comes back when it was lost. Used on one thread at a time.
final class PostgresLink {
    private let address: PostgresAddress
    private let settings: String
    private let patience: Duration
    private var connection: PostgresConnection?

    /// - Parameters:
    ///   - address: where the database is.
    ///   - settings: SQL that every new connection begins with.
    ///   - patience: how long it tries to come back to a database that does not answer.
    init(_ address: PostgresAddress, settings: String, patience: Duration) {
        self.address = address
        self.settings = settings
        self.patience = patience
    }

    /// - Throws: why there is no connection.
    func connected() throws -> PostgresConnection {
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
        connection = nil
    }
}
