import Foundation
import GRDB
import Synchronization

/// A SQLite file that is only looked at, also while a server writes it, by several who read side by side. It takes no lock
/// of the folder, and never moves the write-ahead log into the file.
final class SQLiteOnlyRead: Engine {
    private let queues: [DatabaseQueue]
    private let turn = Atomic<Int>(0)
    let kind = EngineKind.sqlite
    var threads: any TaskExecutor { globalConcurrentExecutor }

    enum Failure: Error {
        case readOnly
    }

    init(path: String, readers: Int = 1) throws {
        var configuration = Configuration()
        configuration.label = "records.look"
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        queues = try (0..<max(1, readers)).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return try await queues[Int(turn.magnitude) % queues.count].read { try body(SQLiteConnection($0)) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        throw Failure.readOnly
    }

    func close() throws {
        for queue in queues {
            try queue.close()
        }
    }
}
