package import Access
import Crypto
import Foundation
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
        guard !scopes.isEmpty, scopes.split(separator: " ").allSatisfy({ Scope(String($0)) != nil }) else {
            throw AccountFailure.roleMissing
        }
        var mask = LabelMask.none
        for code in hidden {
            guard let label = records.policy.labels.label(code) else {
                throw AccountFailure.labelUnknown
            }
            mask = mask.union(label.mask)
        }
        let (bits, token) = (mask.withUndisclosed.bits, "alm_" + Self.random())
        try await records.transaction { connection, storage in
            try connection.run(
                "INSERT INTO token (hash, client, scopes, panel, created, ended, hidden) VALUES ($1, $2, $3, $4, $5, 0, $6)",
                [
                    .blob(Self.hash(token)), .text(client), .text(scopes), panel.map { .text($0) } ?? .null,
                    .integer(now), .integer(bits),
                ])
            try storage.audit.write(.create, by: caller, at: now, detail: "token for \(client)")
        }
        return token
    }

    /// The client whose token this is; nil when it is unknown or was withdrawn.
    package func caller(bearer token: String, at now: Int64) async throws -> Caller? {
        guard token.utf8.count <= 200 else {
            return nil
        }
        let hash = Self.hash(token)
        if let found = known.withLock({ $0[hash] }), found.until > now {
            return found.caller
        }
        let caller = try await records.engine.read { connection in
            try connection.first(
                "SELECT client, scopes, panel, hidden FROM token WHERE hash = $1 AND ended = 0", [.blob(hash)]
            ) { row in
                Caller(
                    account: "client/\(row.text(0) ?? "")", name: row.text(0) ?? "", roles: [.client],
                    scopes: Set((row.text(1) ?? "").split(separator: " ").compactMap { Scope(String($0)) }),
                    panel: row.text(2), hidden: LabelMask(bits: row.integer(3) ?? LabelMask.all.bits))
            }
        }
        known.withLock { known in
            if known.count >= Self.mostKnown {
                known = known.filter { $0.value.until > now }
            }
            known[hash] = caller.map { Known(caller: $0, until: now + Self.knownMilliseconds) }
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
        known.withLock { $0 = [:] }
    }

    private static func random() -> String {
        (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    }

    private static func hash(_ token: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(token.utf8)))
    }
}
