import ArgumentParser
import GRDBSQLite

/// A bare connection to SQLite.
///
/// Unchecked: it goes to one thread and stays there, which the compiler cannot see of C's pointers.
final class RawSQLite: RawReader, @unchecked Sendable {
    private let database: OpaquePointer?
    private let statement: OpaquePointer?
    private var kept: [UInt8] = []

    init(path: String, sql: String) throws {
        var database: OpaquePointer?
        var statement: OpaquePointer?
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK,
            sqlite3_exec(database, "PRAGMA cache_size = -12288", nil, nil, nil) == SQLITE_OK,
            sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK
        else {
            throw ValidationError("SQLite: \(String(cString: sqlite3_errmsg(database)))")
        }
        self.database = database
        self.statement = statement
    }

    deinit {
        sqlite3_finalize(statement)
        sqlite3_close(database)
    }

    func ask(_ values: [String], _ count: inout RawCount) {
        for (place, value) in values.enumerated() {
            if let number = Int64(value) {
                sqlite3_bind_int64(statement, Int32(place + 1), number)
            } else {
                // Copied by SQLite: the text does not outlive this line.
                sqlite3_bind_text(
                    statement, Int32(place + 1), value, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
            }
        }
        while true {
            let step = sqlite3_step(statement)
            guard step == SQLITE_ROW else {
                count.failures += step == SQLITE_DONE ? 0 : 1
                break
            }
            count.rows += 1
            for column in 0..<sqlite3_column_count(statement) {
                let bytes = UnsafeRawBufferPointer(
                    start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
                kept.removeAll(keepingCapacity: true)
                kept.append(contentsOf: bytes)
                count.bytes += kept.count
            }
        }
        sqlite3_reset(statement)
        count.questions += 1
    }
}
