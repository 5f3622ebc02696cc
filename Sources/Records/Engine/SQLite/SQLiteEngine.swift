import Foundation
import GRDB
import GRDBSQLite

/// SQLite in one file: write-ahead log, one writer, readers on snapshots, durable at every commit.
final class SQLiteEngine: Engine {
    private let pool: DatabasePool

    let kind = EngineKind.sqlite

    enum Failure: Error {
        case notDurable
    }

    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "records"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            // 12 MB a reader: the system's own cache holds the file, and what is mapped would count as ours.
            try database.execute(sql: "PRAGMA cache_size = -12288")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        // The pool sets NORMAL after its preparation hook, which loses acknowledged rows at a power cut.
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA cache_size = -65536")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                throw Failure.notDurable
            }
        }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await pool.read { try body(SQLiteConnection($0)) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await pool.writeWithoutTransaction { try body(SQLiteConnection($0)) }
    }

    func close() throws {
        try pool.close()
    }
}
