import Foundation
import GRDB
import GRDBSQLite

/// SQLite in one file: write-ahead log, one writer, readers on snapshots, durable at every commit.
final class SQLiteEngine: Engine {
    private let pool: DatabasePool

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

private struct SQLiteConnection: Connection {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    func prepare(_ sql: String) throws -> any PreparedStatement {
        SQLitePrepared(try database.cachedStatement(sql: sql), connection: database.sqliteConnection)
    }

    func run(script: String) throws {
        try database.execute(sql: script)
    }
}

/// Binds straight to SQLite: the library's argument boxes cost more than the rows on an import.
private final class SQLitePrepared: PreparedStatement {
    private let statement: Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer?
    private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ statement: Statement, connection: OpaquePointer?) {
        self.statement = statement
        self.connection = connection
        handle = statement.sqliteStatement
        sqlite3_reset(handle)
    }

    func bind(_ parameter: Int, _ value: Int64) {
        sqlite3_bind_int64(handle, Int32(parameter), value)
    }

    func bind(_ parameter: Int, _ value: Double) {
        sqlite3_bind_double(handle, Int32(parameter), value)
    }

    func bind(_ parameter: Int, _ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            // An empty buffer may have no address, which SQLite would take as NULL.
            guard let start = utf8.baseAddress, !utf8.isEmpty else {
                sqlite3_bind_text(handle, Int32(parameter), "", 0, Self.copies)
                return
            }
            start.withMemoryRebound(to: CChar.self, capacity: utf8.count) { characters in
                _ = sqlite3_bind_text(handle, Int32(parameter), characters, Int32(utf8.count), Self.copies)
            }
        }
    }

    func bind(_ parameter: Int, _ value: [UInt8]) {
        if value.isEmpty {
            sqlite3_bind_zeroblob(handle, Int32(parameter), 0)
        } else {
            sqlite3_bind_blob(handle, Int32(parameter), value, Int32(value.count), Self.copies)
        }
    }

    func bindNull(_ parameter: Int) {
        sqlite3_bind_null(handle, Int32(parameter))
    }

    @discardableResult
    func run() throws -> Int {
        try rows { _ in }
        return Int(sqlite3_changes(connection))
    }

    func rows(_ each: (any SQLRow) throws -> Void) throws {
        defer { sqlite3_reset(handle) }
        let row = SQLiteRow(handle: handle)
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try each(row)
            case SQLITE_DONE: return
            default:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                    message: String(cString: sqlite3_errmsg(connection)), sql: statement.sql)
            }
        }
    }
}

private struct SQLiteRow: SQLRow {
    let handle: OpaquePointer

    func integer(_ column: Int) -> Int64? {
        sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, Int32(column))
    }

    func real(_ column: Int) -> Double? {
        sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL ? nil : sqlite3_column_double(handle, Int32(column))
    }

    func text(_ column: Int) -> String? {
        guard let start = sqlite3_column_text(handle, Int32(column)) else {
            return nil
        }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8]? {
        guard sqlite3_column_type(handle, Int32(column)) != SQLITE_NULL else {
            return nil
        }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        guard count > 0, let start = sqlite3_column_blob(handle, Int32(column)) else {
            return []
        }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    func value(_ column: Int) -> SQLValue {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, Int32(column)))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handle, Int32(column)))
        case SQLITE_TEXT: .text(text(column) ?? "")
        case SQLITE_BLOB: .blob(bytes(column) ?? [])
        default: .null
        }
    }
}
