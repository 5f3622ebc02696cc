import Access
import FHIR

extension Accounts {
    /// Changes one's own password; everywhere else the account is signed out.
    /// - Parameters:
    ///   - old: the present one.
    ///   - new: the new one.
    ///   - id: the account.
    ///   - token: of the session that stays open; nil for none.
    ///   - address: where the request came from.
    ///   - now: milliseconds since 1970.
    /// - Throws: ``AccountFailure/passwordTooShort``, ``AccountFailure/passwordEasy``,
    ///   ``AccountFailure/wrongPassword``, ``AccountFailure/lockedUntil(_:)``
    package func change(
        password old: String, to new: String, of id: String, keeping token: String? = nil, from address: String? = nil,
        at now: Int64
    ) async throws {
        guard let (account, _) = try await records.engine.read({ try Self.find(id, on: $0) }) else {
            throw AccountFailure.wrongPassword
        }
        guard new.count >= rules.shortestPassword(account.roles), new != old,
            new.utf8.count <= PasswordRule.longestBytes
        else {
            throw AccountFailure.passwordTooShort
        }
        guard !rules.passwords.isEasy(new, own: [account.id, account.name]) else {
            throw AccountFailure.passwordEasy
        }
        try await prove(id, secret: old, takesCode: false, from: address, at: now)
        let hash = await Password.hash(new)
        try await records.transaction { connection, storage in
            try connection.run(
                "UPDATE account SET password = $1, must_change = 0 WHERE id = $2", [.text(hash), .text(id)])
            let caller = account.at(address).caller
            try Sessions.end(
                of: id, but: token, by: caller, because: "the own new password", at: now, connection, storage)
            try storage.audit.write(.update, by: caller, at: now, detail: "changed own password")
        }
    }
}
