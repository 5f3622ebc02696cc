import Access
import FHIR

/// Where an account is signed in, as its owner sees it.
package struct OwnSession: Sendable {
    package let id: String
    package let place: Sessions.Place
    package let since: Int64
    package let seen: Int64
    package let isLocked: Bool
}

extension Sessions {
    /// The sessions of an account that can still be used, the newest first.
    package func all(of account: Account, at now: Int64) async throws -> [OwnSession] {
        try await records.engine.read { connection in
            var found: [OwnSession] = []
            try connection.rows(
                """
                SELECT id, address, browser, created, seen, locked FROM session
                WHERE account = $1 AND created > $2 AND (seen > $3 OR locked <> 0) ORDER BY created DESC, id
                """,
                [
                    .text(account.id), .integer(now - Self.longestMilliseconds), .integer(now - Self.idleMilliseconds),
                ]
            ) { row in
                found.append(
                    OwnSession(
                        id: row.text(0) ?? "",
                        place: Place(address: row.text(1) ?? "", browser: row.text(2) ?? ""),
                        since: row.integer(3) ?? 0, seen: row.integer(4) ?? 0, isLocked: row.integer(5) != 0))
            }
            return found
        }
    }

    /// Ends one of an account's own sessions.
    package func end(id: String, of account: Account, at now: Int64) async throws {
        try await records.transaction { connection, storage in
            let count = try connection.run(
                "DELETE FROM session WHERE account = $1 AND id = $2", [.text(account.id), .text(id)])
            if count > 0 {
                try storage.audit.write(.signIn, by: account.caller, at: now, detail: "ended one of the own sessions")
            }
        }
    }

    /// Ends all sessions of an account but this one.
    package func endOthers(than id: String, of account: Account, at now: Int64) async throws {
        try await records.transaction { connection, storage in
            try connection.run("DELETE FROM session WHERE account = $1 AND id <> $2", [.text(account.id), .text(id)])
            try storage.audit.write(.signIn, by: account.caller, at: now, detail: "ended all other own sessions")
        }
    }
}
