import Foundation
import GRDB

/// A SQLite file that is only looked at, also while a server writes it. It takes no lock of the folder, and never moves
/// the write-ahead log into the file.
final class SQLiteOnlyRead: Engine {
    private let queue: DatabaseQueue
    let kind = EngineKind.sqlite
    var threads: any TaskExecutor { globalConcurrentExecutor }

    enum Failure: Error {
        case readOnly
    }

    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "records.look"
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await queue.read { try body(SQLiteConnection($0)) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        throw Failure.readOnly
    }

    func close() throws {
        try queue.close()
    }
}
