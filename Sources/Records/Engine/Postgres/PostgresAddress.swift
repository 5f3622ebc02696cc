import CLibPQ
import Foundation

/// Where a PostgreSQL database is: a `postgres://` URL, all of whose parts (`sslmode`, several hosts, `options`, …) are
/// libpq's. It may hold a password, so it is never written out.
package struct PostgresAddress: Sendable {
    private let text: String

    /// - Returns: nil for a text that libpq cannot read.
    package init?(_ text: String) {
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else {
            return nil
        }
        guard let options = PQconninfoParse(text, nil) else {
            return nil
        }
        PQconninfoFree(options)
        self.text = text
    }

    /// Whether the text itself holds a password.
    package var holdsPassword: Bool {
        guard let options = PQconninfoParse(text, nil) else {
            return false
        }
        defer { PQconninfoFree(options) }
        var place = options
        while let keyword = place.pointee.keyword {
            if String(cString: keyword) == "password", place.pointee.val != nil {
                return true
            }
            place += 1
        }
        return false
    }

    /// Opens a connection; waits as long as ten seconds.
    /// - Throws: ``EngineFailure/database(code:message:)`` with libpq's reason.
    func open(_ settings: String) throws(EngineFailure) -> OpaquePointer {
        // What stands later wins: these are only what the URL leaves open.
        let pairs = [
            ("connect_timeout", "10"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
            ("keepalives_count", "3"), ("application_name", "almoner"), ("client_encoding", "UTF8"), ("dbname", text),
        ]
        let keywords = pairs.map { strdup($0.0) }
        let values = pairs.map { strdup($0.1) }
        defer {
            for text in keywords + values {
                free(text)
            }
        }
        let opened = PQconnectdbParams(
            keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
        guard let handle = opened else {
            throw .database(code: "53200", message: "There is no memory for a connection.")
        }
        // Notices would go to standard error and may hold values.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        do throws(EngineFailure) {
            try check(handle)
            let done = PQexec(handle, settings)
            defer { PQclear(done) }
            guard PQresultStatus(done) == PGRES_TUPLES_OK || PQresultStatus(done) == PGRES_COMMAND_OK else {
                throw EngineFailure.database(code: "08001", message: Self.reason(handle))
            }
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private func check(_ handle: OpaquePointer) throws(EngineFailure) {
        guard PQstatus(handle) == CONNECTION_OK else {
            throw .database(code: "08001", message: Self.reason(handle))
        }
        guard PQserverVersion(handle) >= 130_000 else {
            throw .database(code: "0A000", message: "PostgreSQL 13 or later is needed.")
        }
        guard PQparameterStatus(handle, "server_encoding").map({ String(cString: $0) }) == "UTF8" else {
            throw .database(code: "0A000", message: "The database must be made with the encoding UTF8.")
        }
    }

    private static func reason(_ handle: OpaquePointer) -> String {
        String(cString: PQerrorMessage(handle)).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Its kind alone, so that no log ever holds a password.
extension PostgresAddress: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "a PostgreSQL database" }
    package var debugDescription: String { description }
}
