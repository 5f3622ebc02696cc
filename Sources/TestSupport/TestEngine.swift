import CLibPQ
import Dispatch
package import Foundation
package import Records

/// A database that tests run on.
package enum TestEngine: String, Sendable, CaseIterable, CustomStringConvertible {
    case sqlite
    case postgres

    package var description: String { rawValue }

    /// The URL of a throw-away PostgreSQL, which `bin/test` starts.
    private static let url = ProcessInfo.processInfo.environment["ALMONER_TEST_POSTGRES"]

    /// What a test runs on that does not choose: SQLite, unless `ALMONER_TEST_ENGINE` says otherwise.
    package static let usual =
        ProcessInfo.processInfo.environment["ALMONER_TEST_ENGINE"].flatMap(Self.init) ?? .sqlite

    struct Failure: Error {
        let reason: String
    }

    /// A place of its own for one test.
    /// - Parameter folder: the test's folder; on PostgreSQL the schema has its name.
    /// - Returns: the place, and the schema that must be dropped after the test.
    /// - Throws: when PostgreSQL is not there.
    func place(_ folder: URL) async throws -> (Records.Place, schema: String?) {
        switch self {
        case .sqlite: return (.folder(folder), nil)
        case .postgres:
            let schema = "t" + folder.lastPathComponent.filter(\.isHexDigit).lowercased()
            try await Self.run("CREATE SCHEMA \(schema)")
            let url = Self.url ?? ""
            let joint = url.contains("?") ? "&" : "?"
            guard let address = PostgresAddress("\(url)\(joint)options=-csearch_path%3D\(schema)") else {
                throw Failure(reason: "ALMONER_TEST_POSTGRES is not a URL of PostgreSQL.")
            }
            return (.postgres(address), schema)
        }
    }

    /// Runs SQL on the throw-away PostgreSQL, outside of any schema.
    static func run(_ sql: String) async throws {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try blocking(sql) }) }
        }
    }

    static func blocking(_ sql: String) throws {
        let handle = PQconnectdb(url ?? "")
        defer { PQfinish(handle) }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        let result = PQexec(handle, sql)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else {
            throw Failure(reason: PQerrorMessage(handle).map { String(cString: $0) } ?? "")
        }
    }

    fileprivate static let all: [TestEngine] = {
        guard url != nil else {
            print("skipped: tests on PostgreSQL (ALMONER_TEST_POSTGRES is not set; bin/test sets it)")
            return [.sqlite]
        }
        return allCases
    }()
}

/// The databases that a test can run on, for `@Test(arguments:)`.
package enum Engines {
    package static var all: [TestEngine] { TestEngine.all }
}
