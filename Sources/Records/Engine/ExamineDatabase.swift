package import Foundation

/// What a database says of itself, asked without writing, beside a running server too.
package struct DatabaseExamination: Sendable {
    /// The library or server, for example "SQLite 3.40.1".
    package let program: String
    /// The version of the tables; 0 when there are none yet.
    package let schema: Int64
    /// The version of the tables that this program makes.
    package let expected = Schema.version
    /// What is broken, as the database says it; empty: nothing was found.
    package let faults: [String]
    /// Settings of a PostgreSQL server that are not as they should be: the name, what it is, what it ought to be.
    package let settings: [(name: String, is: String, ought: String)]
    /// Whether what goes between here and the database can be read on the line.
    package let isOpenOnTheLine: Bool

    package enum Failure: Error, Sendable {
        /// There is no database yet.
        case none
    }

    /// - Throws: ``Failure``, or what the database reports.
    package static func run(_ place: Records.Place) async throws -> DatabaseExamination {
        switch place {
        case .folder(let folder):
            let path = folder.appending(path: "almoner.sqlite").path
            guard FileManager.default.fileExists(atPath: path) else {
                throw Failure.none
            }
            let engine = try SQLiteOnlyRead(path: path)
            defer { try? engine.close() }
            return try await engine.read { try DatabaseExamination(sqlite: $0) }
        case .postgres(let address):
            let engine = PostgresEngine(address)
            defer { try? engine.close() }
            return try await engine.read { try DatabaseExamination(postgres: $0) }
        }
    }

    private init(sqlite connection: any Connection) throws {
        program = "SQLite \(try connection.first("SELECT sqlite_version()") { $0.text(0) ?? "" } ?? "")"
        schema =
            try connection.first("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'") { $0.integer(0) }
            == 1 ? try Self.version(connection) : 0
        var found: [String] = []
        try connection.rows("PRAGMA quick_check(5)") { row in
            if let text = row.text(0), text != "ok" {
                found.append(text)
            }
        }
        faults = found
        settings = []
        isOpenOnTheLine = false
    }

    private init(postgres connection: any Connection) throws {
        func setting(_ name: String) throws -> String {
            try connection.first("SELECT current_setting($1, true)", [.text(name)]) { $0.text(0) ?? "" } ?? ""
        }
        program = "PostgreSQL \(try setting("server_version"))"
        schema =
            try connection.first("SELECT to_regclass('schema_version') IS NOT NULL AND true") { $0.text(0) } == "t"
            ? try Self.version(connection) : 0
        settings = try [("fsync", "on"), ("full_page_writes", "on"), ("data_checksums", "on")].compactMap {
            name, ought in
            let value = try setting(name)
            return value == ought ? nil : (name, value, ought)
        }
        faults = []
        isOpenOnTheLine =
            try connection.first(
                """
                SELECT count(*) FROM pg_stat_activity a JOIN pg_stat_ssl s ON s.pid = a.pid
                WHERE a.pid = pg_backend_pid() AND a.client_addr IS NOT NULL AND NOT s.ssl
                    AND NOT a.client_addr <<= inet '127.0.0.0/8' AND a.client_addr <> inet '::1'
                """, [], { $0.integer(0) }) ?? 0 > 0
    }

    private static func version(_ connection: any Connection) throws -> Int64 {
        try connection.first("SELECT version FROM schema_version") { $0.integer(0) ?? 0 } ?? 0
    }
}
