import ArgumentParser
import FHIR
import Foundation
import GRDBSQLite

/// The floor of an import: the same bytes parsed, and the very same rows put into bare SQLite by prepared statements, one
/// resource after another on one core, durable at every batch.
struct ImportFloor: AsyncParsableCommand {
    @Argument(help: "The folder of files that was imported.")
    var source: String

    @Option(help: "The data folder that the import made.")
    var data: String

    @Option(help: "Resources a transaction, as the import takes them.")
    var batch = 8_000

    private struct Table {
        let name: String
        let sql: String
        var rows: [Int64: [[Value]]] = [:]
    }

    private enum Value {
        case integer(Int64)
        case real(Double)
        case text([UInt8])
        case blob([UInt8])
        case null
    }

    private static let tables = [
        "resource", "index_token", "index_string", "index_uri", "index_date", "index_reference", "index_quantity",
        "index_number", "outbox",
    ]

    func run() async throws {
        let (tables, schema, order) = try load()
        let files = try FileManager.default.contentsOfDirectory(atPath: source).sorted().map {
            Array(try Data(contentsOf: URL(filePath: source).appending(path: $0)))
        }
        let bytes = files.reduce(0) { $0 + $1.count }
        let clock = ContinuousClock()
        let parsing = try clock.measure {
            for file in files {
                _ = try JSONDocument(file)
            }
        }
        let place = FileManager.default.temporaryDirectory.appending(path: "floor-\(UUID().uuidString).sqlite").path
        defer {
            for ending in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: place + ending)
            }
        }
        let inserting = try clock.measure { try insert(tables, schema, order, into: place) }
        let seconds = (parsing + inserting) / .seconds(1)
        print(
            """
            {"resources": \(order.count), "rows": \(tables.reduce(0) { $0 + $1.rows.values.reduce(0) { $0 + $1.count } }), \
            "bytes": \(bytes), "parse_s": \(parsing / .seconds(1)), "insert_s": \(inserting / .seconds(1)), \
            "resources_per_s": \(Double(order.count) / seconds)}
            """)
    }

    private func load() throws -> ([Table], [String], [Int64]) {
        let database = try open(data + "/almoner.sqlite")
        defer { sqlite3_close(database) }
        var schema: [String] = []
        try each(database, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid") { row in
            if case .text(let name) = row[0], case .text(let sql) = row[1] {
                let name = String(decoding: name, as: UTF8.self)
                if Self.tables.contains(where: { name.hasPrefix($0) }), !name.hasPrefix("sqlite_") {
                    schema.append(String(decoding: sql, as: UTF8.self))
                }
            }
        }
        var tables: [Table] = []
        for name in Self.tables {
            var columns = 0
            var ridColumn = 0
            try each(database, "SELECT cid, name FROM pragma_table_info('\(name)')") { row in
                if case .text(let column) = row[1], String(decoding: column, as: UTF8.self) == "rid" {
                    ridColumn = columns
                }
                columns += 1
            }
            let places = Array(repeating: "?", count: columns).joined(separator: ",")
            var table = Table(name: name, sql: "INSERT INTO \(name) VALUES (\(places))")
            try each(database, "SELECT * FROM \(name)") { row in
                if case .integer(let rid) = row[ridColumn] {
                    table.rows[rid, default: []].append(row)
                }
            }
            tables.append(table)
        }
        return (tables, schema, tables[0].rows.keys.sorted())
    }

    private func insert(_ tables: [Table], _ schema: [String], _ order: [Int64], into path: String) throws {
        let database = try open(path)
        defer { sqlite3_close(database) }
        for sql in [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536",
            "PRAGMA wal_autocheckpoint = 4000",
        ] + schema {
            guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
                throw ValidationError(String(cString: sqlite3_errmsg(database)))
            }
        }
        let statements = tables.map { table -> OpaquePointer? in
            var statement: OpaquePointer?
            sqlite3_prepare_v2(database, table.sql, -1, &statement, nil)
            return statement
        }
        for (count, rid) in order.enumerated() {
            if count % batch == 0 {
                sqlite3_exec(database, count == 0 ? "BEGIN" : "COMMIT; BEGIN", nil, nil, nil)
            }
            for (table, statement) in zip(tables, statements) {
                for row in table.rows[rid] ?? [] {
                    bind(row, to: statement)
                    guard sqlite3_step(statement) == SQLITE_DONE else {
                        throw ValidationError(String(cString: sqlite3_errmsg(database)))
                    }
                    sqlite3_reset(statement)
                }
            }
        }
        sqlite3_exec(database, "COMMIT", nil, nil, nil)
        for statement in statements {
            sqlite3_finalize(statement)
        }
    }

    private func bind(_ row: [Value], to statement: OpaquePointer?) {
        for (column, value) in row.enumerated() {
            let place = Int32(column + 1)
            switch value {
            case .integer(let number): sqlite3_bind_int64(statement, place, number)
            case .real(let number): sqlite3_bind_double(statement, place, number)
            case .null: sqlite3_bind_null(statement, place)
            // The bytes live until the step is done, so SQLite need not copy them: this is a floor.
            case .text(let bytes):
                bytes.withUnsafeBytes {
                    _ = sqlite3_bind_text(
                        statement, place, $0.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), nil)
                }
            case .blob(let bytes):
                bytes.withUnsafeBytes {
                    _ = sqlite3_bind_blob(statement, place, $0.baseAddress, Int32(bytes.count), nil)
                }
            }
        }
    }

    private func open(_ path: String) throws -> OpaquePointer? {
        var database: OpaquePointer?
        guard sqlite3_open(path, &database) == SQLITE_OK else {
            throw ValidationError("The database \(path) cannot be opened.")
        }
        return database
    }

    private func each(_ database: OpaquePointer?, _ sql: String, _ body: ([Value]) throws -> Void) throws {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
            throw ValidationError(String(cString: sqlite3_errmsg(database)))
        }
        defer { sqlite3_finalize(statement) }
        while sqlite3_step(statement) == SQLITE_ROW {
            try body((0..<sqlite3_column_count(statement)).map { value(statement, $0) })
        }
    }

    private func value(_ statement: OpaquePointer?, _ column: Int32) -> Value {
        let count = Int(sqlite3_column_bytes(statement, column))
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            return .text(Array(UnsafeBufferPointer(start: sqlite3_column_text(statement, column), count: count)))
        case SQLITE_BLOB:
            return .blob(Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, column), count: count)))
        default: return .null
        }
    }
}
