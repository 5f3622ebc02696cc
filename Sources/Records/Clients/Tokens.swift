package import Access
import FHIR
import Synchronization

/// The bearer tokens of API clients: 256 random bits each, kept only as their hash.
package final class Tokens: Sendable {
    private struct Known {
        let caller: Caller
        let until: Int64
    }

    private let records: Records
    /// So long a token is taken as good without asking again: what was withdrawn may work for this much longer.
    private static let knownMilliseconds: Int64 = 2_000
    private static let mostKnown = 1_000
    /// How long a token lasts that a client got for itself, unless the site says otherwise, and at most.
    package static let usualMilliseconds: Int64 = 5 * 60_000
    package static let longestMilliseconds: Int64 = 60 * 60_000
    private static let keptMilliseconds: Int64 = 24 * 3_600_000
    private let known = Mutex<[[UInt8]: Known]>([:])

    package init(records: Records) {
        self.records = records
    }

    /// Makes a token.
    /// - Parameters:
    ///   - client: the name of the client, as the audit says it.
    ///   - scopes: what it may do.
    ///   - panel: the care manager whose people alone it sees, for example `Practitioner/ruth`; nil for all people.
    ///   - hidden: the labels of what it does not see whatever its scopes say, by their codes.
    ///   - caller: who gives it.
    ///   - now: milliseconds since 1970.
    /// - Returns: the token, which is nowhere else.
    /// - Throws: ``AccountFailure/forbidden`` for a caller who manages no accounts.
    package func create(
        client: String, scopes: String, panel: String?, hidden: [String] = [], as caller: Caller, at now: Int64
    ) async throws -> String {
        guard records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw AccountFailure.forbidden
        }
        guard (try? Clients(records: records).scopes(scopes)) != nil else {
            throw AccountFailure.roleMissing
        }
        guard let mask = records.policy.labels.mask(hiding: hidden) else {
            throw AccountFailure.labelUnknown
        }
        let token = "alm_" + SecretText.random()
        try await records.transaction { connection, storage in
            try connection.run(
                """
                INSERT INTO token (hash, client, scopes, panel, created, ended, until, hidden)
                VALUES ($1, $2, $3, $4, $5, 0, 0, $6)
                """,
                [
                    .blob(SecretText.hash(token)), .text(client), .text(scopes), panel.map { .text($0) } ?? .null,
                    .integer(now), .integer(mask.bits),
                ])
            try storage.audit.write(.create, by: caller, at: now, detail: "token for \(client)", about: scopes)
        }
        return token
    }

    /// The client whose token this is; nil when it is unknown or was withdrawn.
    package func caller(bearer token: String, at now: Int64) async throws -> Caller? {
        guard token.utf8.count <= 200 else {
            return nil
        }
        let hash = SecretText.hash(token)
        if let found = known.withLock({ $0[hash] }), found.until > now {
            return found.caller
        }
        let found = try await records.engine.read { connection in
            try connection.first(
                """
                SELECT client, scopes, panel, until, hidden FROM token
                WHERE hash = $1 AND ended = 0 AND (until = 0 OR until > $2)
                """, [.blob(hash), .integer(now)]
            ) { row in
                (
                    Caller(
                        account: "client/\(row.text(0) ?? "")", name: row.text(0) ?? "", roles: [.client],
                        scopes: Set((row.text(1) ?? "").split(separator: " ").compactMap { Scope(String($0)) }),
                        panel: row.text(2), hidden: LabelMask(bits: row.integer(4) ?? LabelMask.all.bits)),
                    row.integer(3) ?? 0
                )
            }
        }
        let caller = found?.0
        let ends = found.map { $0.1 == 0 ? Int64.max : $0.1 } ?? 0
        known.withLock { known in
            if known.count >= Self.mostKnown {
                known = known.filter { $0.value.until > now }
            }
            known[hash] = caller.map { Known(caller: $0, until: min(ends, now + Self.knownMilliseconds)) }
        }
        return caller
    }

    /// Withdraws all tokens of a client. Every server process lets go of them within two seconds.
    package func end(client: String, as caller: Caller, at now: Int64) async throws {
        guard records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw AccountFailure.forbidden
        }
        try await records.transaction { connection, storage in
            try connection.run(
                "UPDATE token SET ended = $1 WHERE client = $2 AND ended = 0", [.integer(now), .text(client)])
            try storage.audit.write(.delete, by: caller, at: now, detail: "tokens of \(client)")
        }
        forget()
    }

    /// Looks every token up anew from now on: a client was ended.
    package func forget() {
        known.withLock { $0 = [:] }
    }

    // MARK: Tokens that a client gets for itself

    /// Gives a client a token for some time.
    /// - Parameters:
    ///   - scopes: what it asks for, all of it covered by what it is registered for.
    ///   - client: who has shown who it is.
    ///   - milliseconds: how long the token lasts, at most ``longestMilliseconds``.
    ///   - now: milliseconds since 1970.
    /// - Returns: the token, which is nowhere else.
    /// - Throws: what the database reports.
    package func grant(
        _ scopes: [Scope], to client: Client, lasting milliseconds: Int64 = usualMilliseconds, at now: Int64
    ) async throws -> String {
        let token = "alm_" + SecretText.random()
        let until = now + min(milliseconds, Self.longestMilliseconds)
        let text = scopes.map(\.text).joined(separator: " ")
        try await records.transaction { connection, storage in
            try connection.run(
                "DELETE FROM token WHERE until > 0 AND until < $1", [.integer(now - Self.keptMilliseconds)])
            try connection.run(
                """
                INSERT INTO token (hash, client, scopes, panel, created, ended, until, hidden)
                SELECT $1, id, $2, panel, $3, ended, $4, hidden FROM client WHERE id = $5
                """,
                [.blob(SecretText.hash(token)), .text(text), .integer(now), .integer(until), .text(client.id)])
            try storage.audit.write(.signIn, by: client.caller, at: now, detail: "token for itself", about: text)
        }
        return token
    }

    /// What a token is good for, as it stands in the database now.
    package struct Facts: Sendable {
        package let scopes: String
        package let issued: Int64
        /// 0: until it is withdrawn.
        package let until: Int64
    }

    /// - Returns: nil for a token that is over, unknown, or another client's.
    package func facts(of token: String, for client: Client, at now: Int64) async throws -> Facts? {
        try await records.engine.read { connection in
            try connection.first(
                """
                SELECT scopes, created, until FROM token
                WHERE hash = $1 AND client = $2 AND ended = 0 AND (until = 0 OR until > $3)
                """, [.blob(SecretText.hash(token)), .text(client.id), .integer(now)]
            ) { row in
                Facts(scopes: row.text(0) ?? "", issued: row.integer(1) ?? 0, until: row.integer(2) ?? 0)
            }
        }
    }

    /// Withdraws a client's own token. One that is not there is not there afterwards either.
    package func revoke(_ token: String, of client: Client, at now: Int64) async throws {
        let hash = SecretText.hash(token)
        try await records.transaction { connection, storage in
            let count = try connection.run(
                "UPDATE token SET ended = $1 WHERE hash = $2 AND client = $3 AND ended = 0",
                [.integer(now), .blob(hash), .text(client.id)])
            if count > 0 {
                try storage.audit.write(.delete, by: client.caller, at: now, detail: "own token")
            }
        }
        known.withLock { $0[hash] = nil }
    }
}
