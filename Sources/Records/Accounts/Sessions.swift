package import Access
import Crypto
import Foundation

/// Signed-in browsers. The token is 256 random bits and is kept only as its hash.
package struct Sessions: Sendable {
    package struct Session: Sendable {
        package var account: Account
        /// What the account may do apart from records.
        package var offices: Set<Policy.Office> = []
        /// What people read of its roles.
        package var titles = ""
        /// Goes into every form.
        package let csrf: String
        package let seen: Int64
    }

    private let records: Records
    /// Without work for this long a session ends. Enforced here, whatever the browser does.
    package static let idleMilliseconds: Int64 = 15 * 60_000
    private static let longestMilliseconds: Int64 = 12 * 3_600_000

    package init(records: Records) {
        self.records = records
    }

    /// - Returns: the token for the cookie.
    package func open(for account: Account, at now: Int64) async throws -> String {
        let token = Self.random()
        let csrf = Self.random()
        try await records.transaction { connection, _ in
            try connection.run("DELETE FROM session WHERE seen < $1", [.integer(now - Self.longestMilliseconds)])
            try connection.run(
                "INSERT INTO session VALUES ($1, $2, $3, $4, $4)",
                [.blob(Self.hash(token)), .text(account.id), .text(csrf), .integer(now)])
        }
        return token
    }

    /// The session of a token, if it is still good, and notes that it is alive.
    package func find(_ token: String, at now: Int64) async throws -> Session? {
        let found = try await records.engine.read { connection in
            var found = try connection.first(
                """
                SELECT a.id, a.name, a.roles, a.practitioner, a.must_change, a.ended, s.csrf, s.seen, s.created
                FROM session s JOIN account a ON a.id = s.account WHERE s.token = $1
                """, [.blob(Self.hash(token))]
            ) { row in
                (
                    Session(account: Accounts.account(row), csrf: row.text(6) ?? "", seen: row.integer(7) ?? 0),
                    row.integer(8) ?? 0
                )
            }
            if let id = found?.0.account.id {
                found?.0.account.opened = try BrokenGlass.people(of: id, at: now, on: connection)
            }
            return found
        }
        guard let (known, created) = found, !known.account.isEnded, now - known.seen < Self.idleMilliseconds,
            now - created < Self.longestMilliseconds
        else {
            return nil
        }
        var session = known
        let policy = records.policy
        session.offices = Set(Policy.Office.allCases.filter { policy.permits(session.account.caller, $0) })
        session.titles = policy.roles.titles(session.account.roles)
        if now - session.seen > 60_000 {
            try await records.transaction { connection, _ in
                try connection.run(
                    "UPDATE session SET seen = $1 WHERE token = $2", [.integer(now), .blob(Self.hash(token))])
            }
        }
        return session
    }

    package func end(_ token: String) async throws {
        try await records.transaction { connection, _ in
            try connection.run("DELETE FROM session WHERE token = $1", [.blob(Self.hash(token))])
        }
    }

    private static func random() -> String {
        (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    }

    private static func hash(_ token: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(token.utf8)))
    }
}
