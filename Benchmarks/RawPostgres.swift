import ArgumentParser
import CLibPQ
import Glibc

/// A bare connection to PostgreSQL by libpq: one question after another, values as text, answers in binary.
///
/// Unchecked: it goes to one thread and stays there, which the compiler cannot see of C's pointers.
final class RawPostgres: RawReader, @unchecked Sendable {
    private let connection: OpaquePointer?
    private var kept: [UInt8] = []

    init(address: String, sql: String) throws {
        connection = PQconnectdb(address)
        guard PQstatus(connection) == CONNECTION_OK else {
            throw ValidationError("PostgreSQL: \(String(cString: PQerrorMessage(connection)))")
        }
        let prepared = PQprepare(connection, "q", sql, 0, nil)
        defer { PQclear(prepared) }
        guard PQresultStatus(prepared) == PGRES_COMMAND_OK else {
            throw ValidationError("PostgreSQL: \(String(cString: PQerrorMessage(connection)))")
        }
    }

    deinit {
        PQfinish(connection)
    }

    func ask(_ values: [String], _ count: inout RawCount) {
        let copies = values.map { strdup($0) }
        defer {
            for copy in copies {
                free(copy)
            }
        }
        let pointers = copies.map { UnsafePointer($0) }
        let answer = PQexecPrepared(connection, "q", Int32(values.count), pointers, nil, nil, 1)
        defer { PQclear(answer) }
        count.questions += 1
        guard PQresultStatus(answer) == PGRES_TUPLES_OK else {
            count.failures += 1
            return
        }
        for row in 0..<PQntuples(answer) {
            count.rows += 1
            for column in 0..<PQnfields(answer) {
                let bytes = UnsafeRawBufferPointer(
                    start: PQgetvalue(answer, row, column), count: Int(PQgetlength(answer, row, column)))
                kept.removeAll(keepingCapacity: true)
                kept.append(contentsOf: bytes)
                count.bytes += kept.count
            }
        }
    }
}
