package import Access
import FHIR

/// Signed-in browsers. The token is 256 random bits and is kept only as its hash; it becomes another one whenever what it
/// opens changes: at sign-in, when somebody proves to be there, behind a lock, with a new password.
package struct Sessions: Sendable {
    package struct Session: Sendable {
        package var account: Account
        /// What the account may do apart from records.
        package var offices: Set<Policy.Office> = []
        /// What people read of its roles.
        package var titles = ""
        /// Names the session in the list of one's own; opens nothing.
        package let id: String
        /// Goes into every form.
        package let csrf: String
        package let seen: Int64
        /// When a password or a code was last entered.
        package let proved: Int64

        /// Whether that is late enough for a dangerous act.
        package func isProved(at now: Int64) -> Bool { now - proved < Sessions.provedMilliseconds }
    }

    /// How a token stands.
    package enum Standing: Sendable {
        case open(Session)
        /// Nobody worked for so long that it ends, unless something keeps it, such as a contact that is under way.
        case idle(Session)
        /// Nothing is shown until the password or a code is entered.
        case locked(Session)
        case none

        package var open: Session? {
            if case .open(let session) = self { session } else { nil }
        }
    }

    /// From where somebody is signed in.
    package struct Place: Sendable {
        package let address: String
        package let browser: String

        package init(address: String = "", browser: String = "") {
            self.address = address
            self.browser = browser
        }
    }

    let records: Records
    /// Without work for this long a session ends. Enforced here, whatever the browser does.
    package static let idleMilliseconds: Int64 = 15 * 60_000
    package static let longestMilliseconds: Int64 = 12 * 3_600_000
    /// So long a proof is good for dangerous acts.
    package static let provedMilliseconds: Int64 = 5 * 60_000
    private static let notedMilliseconds: Int64 = 20_000

    package init(records: Records) {
        self.records = records
    }

    /// - Parameters:
    ///   - account: who signed in.
    ///   - place: from where.
    ///   - before: the token that the browser came with: its session ends.
    ///   - now: milliseconds since 1970.
    /// - Returns: the token for the cookie.
    /// - Throws: what the database reports.
    package func open(
        for account: Account, from place: Place = Place(), replacing before: String? = nil, at now: Int64
    ) async throws -> String {
        let token = SecretText.random()
        let csrf = SecretText.random()
        let id = Password.random()
        try await records.transaction { connection, storage in
            try Self.endLongest(at: now, connection, storage)
            if let before {
                try Self.end(replaced: before, by: account.caller, at: now, connection, storage)
            }
            try connection.run(
                """
                INSERT INTO session (token, id, account, csrf, created, seen, proved, locked, address, browser)
                VALUES ($1, $2, $3, $4, $5, $5, $5, 0, $6, $7)
                """,
                [
                    .blob(SecretText.hash(token)), .text(id), .text(account.id), .text(csrf), .integer(now),
                    .text(IndexText.kept(String(place.address.prefix(60)))),
                    .text(IndexText.kept(String(place.browser.prefix(60)))),
                ])
        }
        return token
    }

    /// How a token stands, and notes that its session is alive.
    /// - Parameters:
    ///   - token: as the cookie brought it.
    ///   - address: from where it came, for the audit.
    ///   - now: milliseconds since 1970.
    /// - Returns: whether it opens something, and what.
    /// - Throws: what the database reports.
    package func standing(of token: String, from address: String? = nil, at now: Int64) async throws -> Standing {
        guard token.utf8.count <= 200 else {
            return .none
        }
        let hash = SQLValue.blob(SecretText.hash(token))
        let found = try await records.engine.read { connection in
            var found = try connection.first(
                """
                SELECT \(Accounts.columns), session.id, session.csrf, session.seen, session.proved, session.created,
                session.locked FROM session JOIN account ON account.id = session.account WHERE session.token = $1
                """, [hash]
            ) { row in
                (
                    session: Session(
                        account: Accounts.account(row).at(address), id: row.text(8) ?? "", csrf: row.text(9) ?? "",
                        seen: row.integer(10) ?? 0, proved: row.integer(11) ?? 0),
                    created: row.integer(12) ?? 0, isLocked: row.integer(13) != 0
                )
            }
            if let id = found?.session.account.id {
                found?.session.account.opened = try BrokenGlass.people(of: id, at: now, on: connection)
            }
            if let account = found?.session.account, account.isOfPortal, !account.isEnded,
                let who = account.practitioner
            {
                let reader = self.records.reader(connection, .system("gate"), Reader.Looked(), at: now)
                found = try Represented.stands(who, reader) ? found : nil
                found?.session.account.represents = try Represented.by(
                    who, at: now, policy: self.records.policy, reader)
            }
            return found
        }
        guard var found, !found.session.account.isEnded, now - found.created < Self.longestMilliseconds else {
            return .none
        }
        let policy = records.policy
        let caller = found.session.account.caller
        found.session.offices = Set(Policy.Office.allCases.filter { policy.permits(caller, $0) })
        found.session.titles = policy.roles.titles(caller.roles)
        if found.isLocked {
            return .locked(found.session)
        }
        guard now - found.session.seen < Self.idleMilliseconds else {
            return .idle(found.session)
        }
        if now - found.session.seen > Self.notedMilliseconds {
            try await records.transaction { connection, _ in
                try connection.run("UPDATE session SET seen = $1 WHERE token = $2", [.integer(now), hash])
            }
        }
        return .open(found.session)
    }

    /// The session of a token, if it is still good, and notes that it is alive.
    package func find(_ token: String, from address: String? = nil, at now: Int64) async throws -> Session? {
        try await standing(of: token, from: address, at: now).open
    }

    /// Somebody has just proved to be there: the session goes on under another token.
    /// - Returns: the token for the cookie; nil when the session has ended meanwhile.
    package func renew(_ token: String, at now: Int64) async throws -> String? {
        let fresh = SecretText.random()
        let count = try await records.transaction { connection, _ in
            try connection.run(
                "UPDATE session SET token = $1, proved = $2, seen = $2, locked = 0 WHERE token = $3",
                [.blob(SecretText.hash(fresh)), .integer(now), .blob(SecretText.hash(token))])
        }
        return count > 0 ? fresh : nil
    }

    /// From now on nothing is shown until the password or a code is entered.
    package func lock(_ token: String, of account: Account, at now: Int64) async throws {
        try await records.transaction { connection, storage in
            let count = try connection.run(
                "UPDATE session SET locked = $1 WHERE token = $2 AND locked = 0",
                [.integer(now), .blob(SecretText.hash(token))])
            if count > 0 {
                try storage.audit.write(.signIn, by: account.caller, at: now, detail: "session locked")
            }
        }
    }

    package func end(_ token: String, of account: Account, because reason: String, at now: Int64) async throws {
        try await records.transaction { connection, storage in
            let count = try connection.run(
                "DELETE FROM session WHERE token = $1", [.blob(SecretText.hash(token))])
            if count > 0 {
                try storage.audit.write(.signIn, by: account.caller, at: now, detail: reason)
            }
        }
    }
}
