package import Access
package import FHIR

extension Invitations {
    /// What somebody types who was invited.
    package struct Answer: Sendable {
        package var token: String
        /// The days that the typed birth date can mean; none when it is no date.
        package var birth: [CalendarDay]
        package var code: String
        /// The name that they want to sign in with.
        package var account: String
        package var password: String

        package init(token: String, birth: [CalendarDay], code: String, account: String, password: String) {
            self.token = token
            self.birth = birth
            self.code = code
            self.account = account
            self.password = password
        }
    }

    /// Opens an account by an invitation, which is over then. Whoever had one before has this one in its place: a lost
    /// password or phone is mended by a new invitation. What is wrong with name and password is told first and costs no
    /// try; all else that is wrong is answered alike and after the same work.
    /// - Parameters:
    ///   - answer: what was typed.
    ///   - address: where the request came from; nil when nobody knows.
    ///   - now: milliseconds since 1970.
    /// - Returns: the account, which can be signed in.
    /// - Throws: ``InvitationFailure/refused``; ``AccountFailure/nameUnfit``, ``AccountFailure/nameTaken``,
    ///   ``AccountFailure/passwordTooShort``, ``AccountFailure/passwordEasy``, ``AccountFailure/lockedUntil(_:)``
    package func accept(_ answer: Answer, from address: String? = nil, at now: Int64) async throws -> Account {
        try check(answer)
        let places = address.map { ["address/" + AddressPlace.of($0)] } ?? []
        let hash = await Password.hash(answer.password)
        let outcome = try await records.transaction { connection, storage -> Result<Account, any Error> in
            let limit = SignInLimit(connection: connection)
            if let lock = try limit.locked(places, at: now) {
                return .failure(AccountFailure.lockedUntil(lock))
            }
            let reader = self.records.reader(connection, .system("invitation"), Reader.Looked(), at: now)
            let found = try Self.find(answer.token, at: now, on: connection)
            guard let asked = found, let bond = try self.bond(asked, answer, at: now, by: reader) else {
                try self.refuse(found, places, from: address, at: now, reader, limit, storage)
                return .failure(InvitationFailure.refused)
            }
            let taken = try self.take(answer.account, bond, hash, from: address, at: now, connection, storage)
            guard var account = taken?.at(address) else {
                return .failure(AccountFailure.nameTaken)
            }
            try connection.run(
                "UPDATE invitation SET ended = $1 WHERE hash = $2", [.integer(now), .blob(asked.hash)])
            try limit.clear(account: account.id)
            // The audit says what for: a parent comes as one.
            account.represents = try Represented.by(bond.who.reference, at: now, policy: self.records.policy, reader)
            try storage.audit.write(
                .create, by: account.caller, at: now, person: bond.patient.rid, detail: "account in the portal")
            return .success(account)
        }
        return try outcome.get()
    }

    private func check(_ answer: Answer) throws {
        guard Accounts.isFit(answer.account) else {
            throw AccountFailure.nameUnfit
        }
        guard answer.password.count >= accounts.rules.shortestPassword([.patient]),
            answer.password.utf8.count <= PasswordRule.longestBytes
        else {
            throw AccountFailure.passwordTooShort
        }
        guard !accounts.rules.passwords.isEasy(answer.password, own: [answer.account]) else {
            throw AccountFailure.passwordEasy
        }
    }

    private struct Asked {
        let hash: [UInt8]
        let person: String
        let who: String
        let code: [UInt8]
        let tries: Int64
    }

    /// Whom the account will belong to.
    private struct Bond {
        let patient: Resource
        let who: Resource
    }

    private static func find(_ token: String, at now: Int64, on connection: any Connection) throws -> Asked? {
        let hash = SecretText.hash(token)
        return try connection.first(
            "SELECT person, who, code, tries FROM invitation WHERE hash = $1 AND ended = 0 AND until > $2",
            [.blob(hash), .integer(now)]
        ) { row in
            Asked(
                hash: hash, person: row.text(0) ?? "", who: row.text(1) ?? "", code: row.bytes(2) ?? [],
                tries: row.integer(3) ?? 0)
        }
    }

    /// - Returns: nil when anything does not fit, or does not any more.
    private func bond(_ asked: Asked, _ answer: Answer, at now: Int64, by reader: Reader) throws -> Bond? {
        guard Self.mark(answer.code.filter { !$0.isWhitespace }, answer.token) == asked.code,
            let patient = try reader.find("Patient", asked.person),
            let born = patient.root["birthDate"]?.string.flatMap({ CalendarDay($0) }), answer.birth.contains(born),
            let who = try reader.find(reference: asked.who)
        else {
            return nil
        }
        let isOpen =
            try who.type == "Patient"
            ? records.policy.ages.mayHaveAccount(patient.root, at: now)
            : !Represented.by(who.reference, at: now, policy: records.policy, reader).isEmpty
        return isOpen ? Bond(patient: patient, who: who) : nil
    }

    private func refuse(
        _ asked: Asked?, _ places: [String], from address: String?, at now: Int64, _ reader: Reader,
        _ limit: SignInLimit, _ storage: Storage
    ) throws {
        let caller = Caller(account: "invitation", name: "", roles: []).at(address: address)
        let person = try asked.flatMap { try reader.find("Patient", $0.person)?.rid } ?? 0
        try storage.audit.write(
            .signIn, by: caller, at: now, person: person, succeeded: false, detail: "invitation refused")
        for place in try limit.note(places, at: now) {
            try storage.audit.write(.signIn, by: caller, at: now, succeeded: false, detail: "locked \(place)")
        }
        guard let asked else {
            return
        }
        let tries = asked.tries + 1
        try reader.connection.run(
            "UPDATE invitation SET tries = $1, ended = $2 WHERE hash = $3",
            [.integer(tries), .integer(tries >= Self.tries ? now : 0), .blob(asked.hash)])
    }

    /// - Returns: nil when the name is somebody else's.
    private func take(
        _ id: String, _ bond: Bond, _ hash: String, from address: String?, at now: Int64,
        _ connection: any Connection, _ storage: Storage
    ) throws -> Account? {
        let who = bond.who.reference
        if let known = try Accounts.find(id, on: connection)?.account, known.practitioner != who {
            return nil
        }
        for former in try PortalAccounts.ids(of: who, on: connection) {
            let caller = Caller(account: id, name: "", roles: []).at(address: address)
            try connection.run("UPDATE account SET ended = 1 WHERE id = $1", [.text(former)])
            try Sessions.end(of: former, by: caller, because: "a new invitation", at: now, connection, storage)
            try SecondFactor.remove(of: former, on: connection)
        }
        let role: Role = bond.who.type == "Patient" ? .patient : .caregiver
        try connection.run(
            """
            INSERT INTO account (id, name, roles, practitioner, password, must_change, ended)
            VALUES ($1, $2, $3, $4, $5, 0, 0)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, password = excluded.password, must_change = 0, ended = 0
            """,
            [
                .text(id), .text(PortalAccounts.name(bond.who.root)), .text(role.rawValue), .text(who), .text(hash),
            ])
        return try Accounts.find(id, on: connection)?.account
    }
}
