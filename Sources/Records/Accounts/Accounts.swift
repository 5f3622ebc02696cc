package import Access
import FHIR

/// An account of someone who works here.
package struct Account: Sendable {
    package let id: String
    package let name: String
    package let roles: Set<Role>
    /// For example `Practitioner/ruth`.
    package let practitioner: String?
    package let mustChangePassword: Bool
    package let isEnded: Bool
    /// The ids of the people for whom the glass is broken now.
    package var opened: Set<String> = []

    package var caller: Caller {
        var caller = Caller(account: id, name: name, roles: roles, practitioner: practitioner)
        caller.opened = opened
        return caller
    }
}

/// Why an account was not made or opened. The same words whether the account exists or not.
package enum AccountFailure: Error, Sendable, Equatable {
    case nameTaken
    case nameUnfit
    case roleMissing
    /// A label that is not in Content/labels.
    case labelUnknown
    case forbidden
    case wrongPassword
    /// Too many wrong passwords; heals by itself at this time (milliseconds since 1970).
    case lockedUntil(Int64)
    case passwordTooShort
    /// Nobody ends the account that they are signed in with.
    case ownAccount
    case lastAdministrator
}

/// The accounts of staff: made, signed in, ended.
package struct Accounts: Sendable {
    let records: Records
    static let columns = "id, name, roles, practitioner, must_change, ended, password, failures, locked_until"
    private static let failuresBeforeLock: Int64 = 8
    private static let lockMilliseconds: Int64 = 10 * 60_000
    package static let shortestPassword = 12

    package init(records: Records) {
        self.records = records
    }

    package func all(as caller: Caller) async throws -> [Account] {
        guard
            records.policy.permits(caller, .manageAccounts) || records.policy.permits(caller, .seePeople)
                || records.policy.permits(caller, .seeAccess)
        else {
            throw AccountFailure.forbidden
        }
        return try await records.engine.read { connection in
            var accounts: [Account] = []
            try connection.rows("SELECT \(Self.columns) FROM account ORDER BY name") {
                accounts.append(Self.account($0))
            }
            return accounts
        }
    }

    /// Those who have people in their care.
    package func team(as caller: Caller) async throws -> [Account] {
        try await all(as: caller).filter { !$0.isEnded && records.policy.permits($0.caller, .treat) }
    }

    package func isEmpty() async throws -> Bool {
        try await records.engine.read { try $0.first("SELECT count(*) FROM account") { $0.integer(0) } == 0 }
    }

    /// Makes an account and the Practitioner behind it.
    /// - Returns: the one-time password, which is nowhere else.
    package func create(
        id: String, name: String, roles: Set<Role>, mustChange: Bool = true, as caller: Caller, at now: Int64
    ) async throws -> String {
        guard records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw AccountFailure.forbidden
        }
        let allowed = id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
        guard allowed, (2...40).contains(id.utf8.count), (1...80).contains(name.count) else {
            throw AccountFailure.nameUnfit
        }
        guard !roles.isEmpty, roles.isSubset(of: records.policy.roles.forAccounts.map(\.role)) else {
            throw AccountFailure.roleMissing
        }
        let password = Password.random()
        let hash = await Password.hash(password)
        try await records.write(as: caller, at: now) { change in
            let connection = change.reader.connection
            guard try connection.first("SELECT 1 FROM account WHERE id = $1", [.text(id)], { $0.integer(0) }) == nil
            else {
                throw AccountFailure.nameTaken
            }
            if try change.reader.find("Practitioner", id) == nil {
                try change.create(
                    ["resourceType": "Practitioner", "active": true, "name": [["text": .string(name)]]], id: id)
            }
            try connection.run(
                "INSERT INTO account VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0)",
                [
                    .text(id), .text(name), .text(roles.map(\.rawValue).sorted().joined(separator: " ")),
                    .text("Practitioner/\(id)"), .text(hash), .integer(mustChange ? 1 : 0),
                ])
        }
        return password
    }

    /// Gives an account a new one-time password and ends its sessions.
    package func reset(_ id: String, as caller: Caller, at now: Int64) async throws -> String {
        guard records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw AccountFailure.forbidden
        }
        let password = Password.random()
        let hash = await Password.hash(password)
        try await records.transaction { connection, storage in
            try connection.run(
                "UPDATE account SET password = $1, must_change = 1, failures = 0, locked_until = 0 WHERE id = $2",
                [.text(hash), .text(id)])
            try connection.run("DELETE FROM session WHERE account = $1", [.text(id)])
            try storage.audit.write(.update, by: caller, at: now, detail: "new password for an account")
        }
        return password
    }

    /// - Throws: ``AccountFailure/wrongPassword`` for unknown accounts too, after the same work.
    package func signIn(_ id: String, password: String, at now: Int64) async throws -> Account {
        // Whatever was typed is a text that the database takes.
        let id = IndexText.kept(id)
        let row = try await records.engine.read { connection in
            try connection.first("SELECT \(Self.columns) FROM account WHERE id = $1", [.text(id)]) { row in
                (Self.account(row), row.text(6) ?? "", row.integer(8) ?? 0)
            }
        }
        if let (_, _, lockedUntil) = row, lockedUntil > now {
            throw AccountFailure.lockedUntil(lockedUntil)
        }
        // An unknown account costs the same time as a known one.
        let isRight = await Password.verify(password, against: row?.1 ?? Self.nobody)
        guard let (account, _, _) = row, isRight, !account.isEnded else {
            try await noteFailure(id, at: now)
            throw AccountFailure.wrongPassword
        }
        try await records.transaction { connection, storage in
            try connection.run("UPDATE account SET failures = 0, locked_until = 0 WHERE id = $1", [.text(id)])
            try storage.audit.write(.signIn, by: account.caller, at: now, detail: "signed in")
        }
        return account
    }

    private func noteFailure(_ id: String, at now: Int64) async throws {
        try await records.transaction { connection, storage in
            try connection.run(
                """
                UPDATE account SET failures = failures + 1,
                locked_until = CASE WHEN failures + 1 >= $1 THEN $2 ELSE locked_until END WHERE id = $3
                """, [.integer(Self.failuresBeforeLock), .integer(now + Self.lockMilliseconds), .text(id)])
            try connection.run(
                "UPDATE account SET failures = 0 WHERE id = $1 AND locked_until > $2", [.text(id), .integer(now)])
            let caller = Caller(account: String(id.prefix(40)), name: "", roles: [])
            try storage.audit.write(.signIn, by: caller, at: now, succeeded: false, detail: "wrong password")
        }
    }

    /// Changes one's own password.
    package func change(password old: String, to new: String, of id: String, at now: Int64) async throws {
        guard new.count >= Self.shortestPassword, new != old, new.utf8.count <= 1024 else {
            throw AccountFailure.passwordTooShort
        }
        let account = try await signIn(id, password: old, at: now)
        let hash = await Password.hash(new)
        try await records.transaction { connection, storage in
            try connection.run(
                "UPDATE account SET password = $1, must_change = 0 WHERE id = $2", [.text(hash), .text(id)])
            try storage.audit.write(.update, by: account.caller, at: now, detail: "changed own password")
        }
    }

    static func account(_ row: any SQLRow) -> Account {
        let roles = (row.text(2) ?? "").split(separator: " ").map { Role(rawValue: String($0)) }
        return Account(
            id: row.text(0) ?? "", name: row.text(1) ?? "", roles: Set(roles), practitioner: row.text(3),
            mustChangePassword: row.integer(4) == 1, isEnded: row.integer(5) == 1)
    }

    /// The hash of nothing that anybody knows, made with the same cost.
    private static let nobody =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Fq0mJmQKPTNpYlyWzNsX2JUjVIyzVOkcNh0pL0ZsQv4"
}
