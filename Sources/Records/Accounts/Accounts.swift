package import Access
import FHIR

/// An account of someone who works here, or of someone in the portal.
package struct Account: Sendable {
    package let id: String
    package let name: String
    package let roles: Set<Role>
    /// For example `Practitioner/ruth`; in the portal `Patient/17` or `RelatedPerson/5`.
    package let practitioner: String?
    package let mustChangePassword: Bool
    package let isEnded: Bool
    /// The ids of the people for whom the glass is broken now.
    package var opened: Set<String> = []
    /// The people who let a caregiver see something now, by what they let him see.
    package var represents: [String: Set<String>] = [:]
    /// Whether a code from a phone is asked for beside the password.
    package let hasSecondFactor: Bool
    /// From where somebody works with it now, for the audit.
    package var address = ""

    /// The same account, worked with from a network address.
    func at(_ address: String?) -> Account {
        var account = self
        account.address = address ?? ""
        return account
    }

    package var caller: Caller {
        var caller = Caller(account: id, name: name, roles: roles, practitioner: practitioner)
        caller.opened = opened
        caller.represents = represents
        caller.address = address
        return caller
    }

    /// Whether it belongs to a person or a caregiver, and opens the portal alone.
    package var isOfPortal: Bool {
        practitioner.map { $0.hasPrefix("Patient/") || $0.hasPrefix("RelatedPerson/") } ?? false
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
    /// Guessers try it first: a common password, or made of the account's own names.
    case passwordEasy
    /// The code of the second factor is wrong, has been used, or is too old.
    case wrongCode
    /// The server was started without the key that opens second factors.
    case noKey
    /// The site requires the second factor of this account.
    case secondFactorRequired
    /// Nobody ends the account that they are signed in with.
    case ownAccount
    case lastAdministrator
}

/// The accounts of staff: made, signed in (``signIn(_:password:code:from:at:)``), ended.
package struct Accounts: Sendable {
    let records: Records
    package let rules: SignInRules
    let secrets: SealedSecrets?
    /// Compares a password with what is kept of one; tests count how often.
    let verify: @Sendable (_ password: String, _ hash: String) async -> Bool

    static let columns = """
        account.id, account.name, account.roles, account.practitioner, account.must_change, account.ended,
        (SELECT count(*) FROM second_factor f WHERE f.account = account.id AND f.confirmed > 0), account.password
        """

    package init(
        records: Records, rules: SignInRules = SignInRules(), secrets: SealedSecrets? = nil,
        verify: (@Sendable (_ password: String, _ hash: String) async -> Bool)? = nil
    ) {
        self.records = records
        self.rules = rules
        self.secrets = secrets
        self.verify = verify ?? { await Password.verify($0, against: $1) }
    }

    /// Those of the staff; of the portal's see ``PortalAccounts``.
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
            return accounts.filter { !$0.isOfPortal }
        }
    }

    /// Whoever has an account of the staff as they come now, for work that goes on when they have left the page; nil when
    /// it has ended.
    package func caller(of id: String) async throws -> Caller? {
        try await all(as: .system("accounts")).first { $0.id == id && !$0.isEnded }?.caller
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
        guard Self.isFit(id), (1...80).contains(name.count) else {
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
                """
                INSERT INTO account (id, name, roles, practitioner, password, must_change, ended)
                VALUES ($1, $2, $3, $4, $5, $6, 0)
                """,
                [
                    .text(id), .text(name), .text(roles.map(\.rawValue).sorted().joined(separator: " ")),
                    .text("Practitioner/\(id)"), .text(hash), .integer(mustChange ? 1 : 0),
                ])
            let titles = roles.map(\.rawValue).sorted().joined(separator: ", ")
            try change.storage.audit.write(
                .create, by: caller, at: now, detail: "made the account \(id) with the roles \(titles)")
        }
        return password
    }

    /// Whether a name can be one to sign in with: 2 to 40 small letters, digits, dashes and dots, a letter or digit first. It
    /// stands in addresses, where `..` would lead elsewhere.
    static func isFit(_ id: String) -> Bool {
        (2...40).contains(id.utf8.count) && id.utf8.first.map { $0 != 45 && $0 != 46 } == true
            && id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
    }

    /// Gives an account a new one-time password and ends its sessions.
    package func reset(_ id: String, as caller: Caller, at now: Int64) async throws -> String {
        guard records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw AccountFailure.forbidden
        }
        let password = Password.random()
        let hash = await Password.hash(password)
        try await records.transaction { connection, storage in
            let count = try connection.run(
                "UPDATE account SET password = $1, must_change = 1 WHERE id = $2", [.text(hash), .text(id)])
            guard count > 0 else {
                return
            }
            try SignInLimit(connection: connection).clear(account: id)
            try Sessions.end(of: id, by: caller, because: "a new password", at: now, connection, storage)
            try storage.audit.write(.update, by: caller, at: now, detail: "new password for \(id)")
        }
        return password
    }

    static func account(_ row: any SQLRow) -> Account {
        let roles = (row.text(2) ?? "").split(separator: " ").map { Role(rawValue: String($0)) }
        return Account(
            id: row.text(0) ?? "", name: row.text(1) ?? "", roles: Set(roles), practitioner: row.text(3),
            mustChangePassword: row.integer(4) == 1, isEnded: row.integer(5) == 1,
            hasSecondFactor: row.integer(6) == 1)
    }

    /// - Returns: the account, and the hash of its password.
    static func find(_ id: String, on connection: any Connection) throws -> (account: Account, hash: String)? {
        try connection.first("SELECT \(columns) FROM account WHERE id = $1", [.text(id)]) { row in
            (account(row), row.text(7) ?? "")
        }
    }

    /// The hash of nothing that anybody knows, made with the same cost.
    static let nobody =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Fq0mJmQKPTNpYlyWzNsX2JUjVIyzVOkcNh0pL0ZsQv4"
}
