import Foundation
import GRDB
import GRDBSQLite

/// SQLite in one file: write-ahead log, one writer, readers on snapshots, durable at every commit.
final class SQLiteEngine: Engine {
    private let writer: DatabaseQueue
    private let readers: ReadingThreads<SQLiteReader>

    let kind = EngineKind.sqlite

    enum Failure: Error {
        case notDurable
    }

    /// As many reads as run side by side. What waits for the disk holds up nobody as long as there are more of them than
    /// cores.
    private static let mostReaders = 8

    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "records"
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        writer = try DatabaseQueue(path: path, configuration: configuration)
        try writer.inDatabase { database in
            // NORMAL would lose acknowledged rows at a power cut.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA cache_size = -65536")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                throw Failure.notDurable
            }
        }
        readers = ReadingThreads(Self.mostReaders, name: "reader") { try SQLiteReader(path: path) }
    }

    var threads: any TaskExecutor { readers }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await readers.read { try $0.look(body) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await writer.writeWithoutTransaction { try body(SQLiteConnection($0)) }
    }

    func close() throws {
        readers.close()
        try writer.close()
    }
}

/// One connection that reads, used on one thread.
private struct SQLiteReader {
    private let queue: DatabaseQueue

    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "records.reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            // 8 MB a reader: the system's own cache holds the file, and what is mapped would count as ours.
            try database.execute(sql: "PRAGMA cache_size = -8192")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Runs a body on one stable view.
    func look<T>(_ body: (any Connection) throws -> T) throws -> T {
        try queue.unsafeRead { database in
            let connection = SQLiteConnection(database)
            try connection.run("BEGIN")
            let answer: T
            do {
                answer = try body(connection)
            } catch {
                _ = try? connection.run("ROLLBACK")
                throw error
            }
            try connection.run("COMMIT")
            return answer
        }
    }
}
