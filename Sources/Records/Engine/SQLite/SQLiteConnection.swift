import Foundation
import GRDB
import GRDBSQLite

/// One connection of SQLite's pool. Nothing waits here: what is sent or asked is done at once.
struct SQLiteConnection: Connection {
    let kind = EngineKind.sqlite
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

    func ask(_ sql: String, _ values: [SQLValue], _ each: @escaping (any SQLRow) throws -> Void) throws {
        try rows(sql, values, each)
    }

    func pipelined(_ sql: String, _ bindings: [[SQLValue]], _ each: (Int, any SQLRow) throws -> Void) throws {
        let statement = try prepare(sql)
        for (position, values) in bindings.enumerated() {
            statement.bind(all: values)
            try statement.rows { try each(position, $0) }
        }
    }

    func insert(
        into table: String, columns: [String], count: Int, _ row: (Int, any RowWriter) throws -> Void
    ) throws {
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let statement = try prepare(
            "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places)) ON CONFLICT DO NOTHING")
        let writer = SQLiteRowWriter(statement)
        for position in 0..<count {
            writer.column = 0
            try row(position, writer)
            try statement.run()
        }
    }

    func settle() {}

    func begin() throws {
        try run("BEGIN IMMEDIATE")
    }

    func commit() throws {
        try run("COMMIT")
    }
}

private final class SQLiteRowWriter: RowWriter {
    private let statement: any PreparedStatement
    var column = 0

    init(_ statement: any PreparedStatement) {
        self.statement = statement
    }

    func add(_ value: Int64) {
        column += 1
        statement.bind(column, value)
    }

    func add(_ value: Double) {
        column += 1
        statement.bind(column, value)
    }

    func add(_ value: String) {
        column += 1
        statement.bind(column, value)
    }

    func add(_ value: [UInt8]?) {
        column += 1
        if let value {
            statement.bind(column, value)
        } else {
            statement.bindNull(column)
        }
    }
}

/// Binds straight to SQLite: the library's argument boxes cost more than the rows on an import.
private final class SQLitePrepared: PreparedStatement {
    private let statement: Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer?
    private var holdsNul = false
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
            if memchr(start, 0, utf8.count) != nil {
                holdsNul = true
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
        guard !holdsNul else {
            holdsNul = false
            throw EngineFailure.nulInText
        }
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

    func append(text column: Int, to bytes: inout [UInt8]) {
        guard let start = sqlite3_column_text(handle, Int32(column)) else {
            return
        }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
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
