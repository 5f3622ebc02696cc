package import Access
import FHIR

/// The register of API clients: who may ask for tokens, how they show who they are, and for what.
package struct Clients: Sendable {
    let records: Records
    private static let columns = "id, name, scopes, panel, keys, algorithms, created, ended, secret, hidden, keys_url"

    package init(records: Records) {
        self.records = records
    }

    package func all(as caller: Caller) async throws -> [Client] {
        try check(caller)
        return try await records.engine.read { connection in
            var found: [Client] = []
            try connection.rows("SELECT \(Self.columns) FROM client ORDER BY ended, name, id") {
                found.append(Self.client($0))
            }
            return found
        }
    }

    /// - Returns: the secret of a client without keys, which is nowhere else; nil for one with keys.
    /// - Throws: ``ClientFailure``
    package func register(_ draft: ClientDraft, as caller: Caller, at now: Int64) async throws -> String? {
        try check(caller)
        let allowed = draft.id.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 || $0 == 95
        }
        // It stands in addresses, where `..` would lead elsewhere.
        guard allowed, (2...60).contains(draft.id.utf8.count), ![45, 46, 95].contains(draft.id.utf8.first) else {
            throw ClientFailure.idUnfit
        }
        guard (1...80).contains(draft.name.count) else {
            throw ClientFailure.nameUnfit
        }
        let scopes = try scopes(draft.scopes)
        guard let hidden = records.policy.labels.mask(hiding: draft.hidden) else {
            throw ClientFailure.labelUnknown
        }
        let secret = draft.keys == nil && draft.keysURL == nil ? SecretText.random() : nil
        try await records.transaction { connection, storage in
            guard try Self.find(draft.id, on: connection) == nil else {
                throw ClientFailure.idTaken
            }
            if let panel = draft.panel {
                guard let slash = panel.firstIndex(of: "/"), panel.hasPrefix("Practitioner/"),
                    let number = storage.types.number(of: "Practitioner"),
                    let standing = try storage.current(
                        type: number, id: String(panel[panel.index(after: slash)...])),
                    standing.version > 0, !standing.isDeleted
                else {
                    throw ClientFailure.panelUnknown
                }
            }
            try connection.run(
                """
                INSERT INTO client (id, name, scopes, panel, secret, keys, algorithms, created, ended, hidden, keys_url)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)
                """,
                [
                    .text(draft.id), .text(draft.name), .text(scopes.map(\.text).joined(separator: " ")),
                    draft.panel.map { .text($0) } ?? .null, secret.map { .blob(SecretText.hash($0)) } ?? .null,
                    draft.keys.map { .text($0) } ?? .null,
                    .text(draft.algorithms.sorted().joined(separator: " ")), .integer(now), .integer(hidden.bits),
                    draft.keysURL.map { .text($0) } ?? .null,
                ])
            let scopes = scopes.map(\.text).joined(separator: " ")
            try storage.audit.write(
                .create, by: caller, at: now, detail: "registered the client \(draft.id)", about: scopes)
        }
        return secret
    }

    /// Another secret for a client without keys; the old one no longer works, tokens that are out go on.
    package func renewSecret(of id: String, as caller: Caller, at now: Int64) async throws -> String? {
        try check(caller)
        let secret = SecretText.random()
        let count = try await records.transaction { connection, storage in
            let count = try connection.run(
                "UPDATE client SET secret = $1 WHERE id = $2 AND ended = 0 AND secret IS NOT NULL",
                [.blob(SecretText.hash(secret)), .text(id)])
            if count > 0 {
                try storage.audit.write(.update, by: caller, at: now, detail: "new secret of the client \(id)")
            }
            return count
        }
        return count > 0 ? secret : nil
    }

    /// Ends a client and withdraws its tokens.
    package func end(_ id: String, as caller: Caller, at now: Int64) async throws {
        try check(caller)
        try await records.transaction { connection, storage in
            let count = try connection.run(
                "UPDATE client SET ended = $1 WHERE id = $2 AND ended = 0", [.integer(now), .text(id)])
            let tokens = try connection.run(
                "UPDATE token SET ended = $1 WHERE client = $2 AND ended = 0", [.integer(now), .text(id)])
            if count + tokens > 0 {
                try storage.audit.write(
                    .delete, by: caller, at: now, detail: "ended the client \(id) and \(tokens) of its tokens")
            }
        }
    }

    /// - Throws: ``ClientFailure/scope(_:reason:)`` for the first that is no scope, or that names a parameter which its
    ///   type does not have.
    package func scopes(_ text: String) throws -> [Scope] {
        let texts = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard !texts.isEmpty else {
            throw ClientFailure.scope("", reason: "At least one scope is needed.")
        }
        return try texts.map { text in
            guard let scope = Scope(text) else {
                throw ClientFailure.scope(text, reason: "It is not a scope; one looks like system/Observation.rs.")
            }
            do throws(SearchRefusal) {
                try ScopeFilter.check(scope, records.definitions)
            } catch {
                throw ClientFailure.scope(text, reason: error.issues.map(\.diagnostics).joined(separator: " "))
            }
            return scope
        }
    }

    private func check(_ caller: Caller) throws {
        guard records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw ClientFailure.forbidden
        }
    }

    static func find(_ id: String, on connection: any Connection) throws -> (client: Client, secret: [UInt8]?)? {
        try connection.first("SELECT \(columns) FROM client WHERE id = $1", [.text(id)]) { row in
            (client(row), row.bytes(8))
        }
    }

    private static func client(_ row: any SQLRow) -> Client {
        Client(
            id: row.text(0) ?? "", name: row.text(1) ?? "",
            scopes: (row.text(2) ?? "").split(separator: " ").compactMap { Scope(String($0)) }, panel: row.text(3),
            hidden: LabelMask(bits: row.integer(9) ?? LabelMask.all.bits),
            keys: row.text(4), keysURL: row.text(10),
            algorithms: Set((row.text(5) ?? "").split(separator: " ").map(String.init)),
            created: row.integer(6) ?? 0, isEnded: row.integer(7) != 0)
    }
}
