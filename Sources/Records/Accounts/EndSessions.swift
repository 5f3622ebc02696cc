import Access
import FHIR

/// Every way in which sessions end by something else than *Sign out*, each with its row in the audit.
extension Sessions {
    /// Signs an account out wherever it is signed in.
    /// - Parameters:
    ///   - account: whose sessions end.
    ///   - token: of the session that stays open; nil for none.
    ///   - caller: who ends them.
    ///   - reason: what they end by.
    ///   - now: milliseconds since 1970.
    ///   - connection: the one that changes.
    ///   - storage: keeps the row.
    /// - Throws: what the database reports.
    static func end(
        of account: String, but token: String? = nil, by caller: Caller, because reason: String, at now: Int64,
        _ connection: any Connection, _ storage: Storage
    ) throws {
        let count = try connection.run(
            "DELETE FROM session WHERE account = $1 AND token <> $2",
            [.text(account), .blob(SecretText.hash(token ?? ""))])
        if count > 0 {
            try storage.audit.write(
                .signIn, by: caller, at: now, detail: "signed out \(account) in \(count) browsers by \(reason)")
        }
    }

    /// Somebody signs in where a session is open: it ends, whosever it was.
    static func end(
        replaced token: String, by caller: Caller, at now: Int64, _ connection: any Connection, _ storage: Storage
    ) throws {
        let hash = SQLValue.blob(SecretText.hash(token))
        let account = try connection.first("SELECT account FROM session WHERE token = $1", [hash]) { $0.text(0) }
        if let account, try connection.run("DELETE FROM session WHERE token = $1", [hash]) > 0 {
            try storage.audit.write(
                .signIn, by: caller, at: now, detail: "signed out \(account) by signing in anew in the same browser")
        }
    }

    /// Takes away those that are over by their age and that nobody has come back to.
    static func endLongest(at now: Int64, _ connection: any Connection, _ storage: Storage) throws {
        let before = SQLValue.integer(now - longestMilliseconds)
        var accounts: [String] = []
        try connection.rows("SELECT account FROM session WHERE created < $1 ORDER BY account", [before]) { row in
            accounts.append(row.text(0) ?? "")
        }
        guard !accounts.isEmpty else {
            return
        }
        try connection.run("DELETE FROM session WHERE created < $1", [before])
        for account in accounts {
            try storage.audit.write(
                .signIn, by: Caller(account: account, name: "", roles: []), at: now,
                detail: "signed out after the longest time")
        }
    }
}
