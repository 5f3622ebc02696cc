import ArgumentParser
import CLibPQ
import Crypto
import Foundation
import GRDBSQLite

/// The floors of the audit: the same rows put into a bare table with the same indexes, a thousand a transaction, and
/// SHA-256 of the same bytes, each row behind the hash of the one before.
struct AuditFloor: ParsableCommand {
    @Option(help: "The file of a SQLite database that holds an audit.")
    var sqlite: String?

    @Option(help: "The address of a PostgreSQL database that holds an audit.")
    var postgres: String?

    @Option(help: "At most so many rows are put in; all of the first million are hashed.")
    var rows = 100_000

    private static let columns = [
        "lane", "seq", "at", "account", "action", "person", "rid", "version", "outcome", "detail", "purpose", "query",
    ]
    private static let numbers: Set<Int> = [0, 1, 2, 5, 6, 7]
    private static let transaction = 1_000

    func run() throws {
        let select =
            "SELECT \(Self.columns.joined(separator: ", ")) FROM audit ORDER BY lane, seq LIMIT 1000000"
        let table: any FloorTable
        if let sqlite {
            table = try SQLiteFloorTable(sqlite)
        } else if let postgres {
            table = try PostgresFloorTable(postgres)
        } else {
            throw ValidationError("Name a database: --sqlite or --postgres.")
        }
        let found = try table.rows(select)
        guard !found.isEmpty else {
            throw ValidationError("There is no audit.")
        }
        let clock = ContinuousClock()
        let put = Array(found.prefix(rows))
        let inserting = try clock.measure {
            try table.begin()
            for (number, row) in put.enumerated() {
                try table.insert(row)
                if number % Self.transaction == Self.transaction - 1 {
                    try table.commit()
                    try table.begin()
                }
            }
            try table.commit()
        }
        try table.end()
        let (bytes, ends) = Self.bytes(of: found)
        var check: UInt8 = 0
        let hashing = clock.measure { check = Self.chain(bytes, ends) }
        print(
            """
            {"rows": \(put.count), "insert_per_s": \(Double(put.count) / (inserting / .seconds(1))), \
            "hashed": \(found.count), "bytes_a_row": \(Double(bytes.count) / Double(found.count)), \
            "hash_per_s": \(Double(found.count) / (hashing / .seconds(1))), "check": \(check)}
            """)
    }

    /// What is hashed of each row, and where each ends.
    private static func bytes(of rows: [[String]]) -> (bytes: [UInt8], ends: [Int]) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for row in rows {
            bytes.append(1)
            for (column, value) in row.enumerated() {
                if numbers.contains(column) {
                    withUnsafeBytes(of: (Int64(value) ?? 0).bigEndian) { bytes.append(contentsOf: $0) }
                } else {
                    withUnsafeBytes(of: UInt32(value.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
                    bytes.append(contentsOf: value.utf8)
                }
            }
            ends.append(bytes.count)
        }
        return (bytes, ends)
    }

    private static func chain(_ bytes: [UInt8], _ ends: [Int]) -> UInt8 {
        var hash = SHA256.hash(data: [UInt8]())
        bytes.withUnsafeBytes { all in
            var start = 0
            for end in ends {
                var digest = SHA256()
                hash.withUnsafeBytes { digest.update(bufferPointer: $0) }
                digest.update(bufferPointer: UnsafeRawBufferPointer(rebasing: all[start..<end]))
                hash = digest.finalize()
                start = end
            }
        }
        return hash.first { _ in true } ?? 0
    }
}

/// A bare table beside the audit that has its columns and indexes.
protocol FloorTable {
    func rows(_ sql: String) throws -> [[String]]
    func begin() throws
    func insert(_ row: [String]) throws
    func commit() throws
    func end() throws
}

final class SQLiteFloorTable: FloorTable {
    private var source: OpaquePointer?
    private var target: OpaquePointer?
    private var statement: OpaquePointer?
    private let path: String

    init(_ file: String) throws {
        path = file + ".floor"
        for ending in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + ending)
        }
        guard sqlite3_open_v2(file, &source, SQLITE_OPEN_READONLY, nil) == SQLITE_OK,
            sqlite3_open_v2(path, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK
        else {
            throw ValidationError("SQLite cannot open \(file).")
        }
        try run("PRAGMA journal_mode = wal")
        for sql in try rows(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'audit' AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC"
        ) {
            try run(sql.first ?? "")
        }
        let marks = (1...12).map { "?\($0)" }.joined(separator: ", ")
        guard
            sqlite3_prepare_v3(
                target,
                """
                INSERT INTO audit (lane, seq, at, account, action, person, rid, version, outcome, detail, purpose, query)
                VALUES (\(marks))
                """, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK
        else {
            throw failure
        }
    }

    private var failure: ValidationError { ValidationError("SQLite: \(String(cString: sqlite3_errmsg(target)))") }

    private func run(_ sql: String) throws {
        guard sqlite3_exec(target, sql, nil, nil, nil) == SQLITE_OK else {
            throw failure
        }
    }

    func rows(_ sql: String) throws -> [[String]] {
        var asked: OpaquePointer?
        guard sqlite3_prepare_v2(source, sql, -1, &asked, nil) == SQLITE_OK else {
            throw ValidationError("SQLite: \(String(cString: sqlite3_errmsg(source)))")
        }
        defer { sqlite3_finalize(asked) }
        var found: [[String]] = []
        while sqlite3_step(asked) == SQLITE_ROW {
            found.append(
                (0..<sqlite3_column_count(asked)).map { column in
                    sqlite3_column_text(asked, column).map { String(cString: $0) } ?? ""
                })
        }
        return found
    }

    func begin() throws { try run("BEGIN IMMEDIATE") }

    func insert(_ row: [String]) throws {
        for (place, value) in row.enumerated() {
            if let number = Int64(value) {
                sqlite3_bind_int64(statement, Int32(place + 1), number)
            } else {
                sqlite3_bind_text(
                    statement, Int32(place + 1), value, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
            }
        }
        guard sqlite3_step(statement) == SQLITE_DONE else {
            throw failure
        }
        sqlite3_reset(statement)
    }

    func commit() throws { try run("COMMIT") }

    func end() throws {
        sqlite3_finalize(statement)
        sqlite3_close(target)
        sqlite3_close(source)
        for ending in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + ending)
        }
    }
}

final class PostgresFloorTable: FloorTable {
    private let connection: OpaquePointer?

    init(_ address: String) throws {
        connection = PQconnectdb(address)
        try run("DROP TABLE IF EXISTS audit_floor")
        try run("CREATE TABLE audit_floor (LIKE audit INCLUDING ALL)")
        let marks = (1...12).map { "$\($0)" }.joined(separator: ", ")
        let prepared = PQprepare(
            connection, "floor",
            """
            INSERT INTO audit_floor
            (lane, seq, at, account, action, person, rid, version, outcome, detail, purpose, query) VALUES (\(marks))
            """, 0, nil)
        defer { PQclear(prepared) }
        guard PQresultStatus(prepared) == PGRES_COMMAND_OK else {
            throw failure
        }
    }

    private var failure: ValidationError {
        ValidationError("PostgreSQL: \(String(cString: PQerrorMessage(connection)))")
    }

    private func run(_ sql: String) throws {
        let answer = PQexec(connection, sql)
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_COMMAND_OK else {
            throw failure
        }
    }

    func rows(_ sql: String) throws -> [[String]] {
        let answer = PQexec(connection, sql)
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_TUPLES_OK else {
            throw failure
        }
        return (0..<PQntuples(answer)).map { row in
            (0..<PQnfields(answer)).map { String(cString: PQgetvalue(answer, row, $0)) }
        }
    }

    func begin() throws { try run("BEGIN") }

    func insert(_ row: [String]) throws {
        let copies = row.map { strdup($0) }
        defer {
            for copy in copies {
                free(copy)
            }
        }
        let answer = PQexecPrepared(
            connection, "floor", Int32(row.count), copies.map { UnsafePointer($0) }, nil, nil, 0)
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_COMMAND_OK else {
            throw failure
        }
    }

    func commit() throws { try run("COMMIT") }

    func end() throws {
        try run("DROP TABLE audit_floor")
        PQfinish(connection)
    }
}
