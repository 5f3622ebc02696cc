package import Access
import FHIR

/// Why an invitation was not made or not accepted.
package enum InvitationFailure: Error, Sendable, Equatable {
    /// The person is too young, has died, or was born on a day that is not on file, or who is invited does not stand for them:
    /// nobody is let in, see ``MinorRules``.
    case notOfAge
    /// Link, birth date or code do not go together, or the invitation is over: which of them is not told.
    case refused
}

/// Ways into the portal: a link that works once, for some days, together with a birth date and a code that came another
/// way. It is bound to one person, and makes an account of the role `patient` or `caregiver`.
package struct Invitations: Sendable {
    /// What is shown once to whoever invites, and is nowhere else.
    package struct Given: Sendable {
        /// 256 random bits, for the link.
        package let token: String
        /// Six digits, to be told by another way than the link.
        package let code: String
        /// Milliseconds since 1970.
        package let until: Int64
    }

    /// One that waits to be used.
    package struct Open: Sendable {
        package let id: String
        /// `Patient/17` or `RelatedPerson/5`.
        package let who: String
        /// Milliseconds since 1970.
        package let created: Int64
        package let until: Int64
    }

    let records: Records
    let accounts: Accounts
    package static let milliseconds: Int64 = 7 * 86_400_000
    /// After so many wrong answers it is over.
    package static let tries: Int64 = 5

    package init(records: Records, accounts: Accounts) {
        self.records = records
        self.accounts = accounts
    }

    /// Invites a person, somebody whom that person lets see some of the record, or a parent or guardian. An earlier invitation for the same one is
    /// over; an account that they have already stays until this one is accepted.
    /// - Parameters:
    ///   - who: `Patient/17` or `RelatedPerson/5`.
    ///   - person: the id of the Patient.
    ///   - caller: an account with the office `invite-patients`, or for a RelatedPerson the person.
    ///   - now: milliseconds since 1970.
    /// - Returns: link and code, which are nowhere else.
    /// - Throws: ``InvitationFailure/notOfAge``, ``AccountFailure/forbidden``,
    ///   ``RecordsFailure/notFound(type:id:)`` for who is not there or out of reach.
    package func invite(_ who: String, of person: String, as caller: Caller, at now: Int64) async throws -> Given {
        let isOwn = who == "Patient/\(person)"
        let isOfPerson = caller.ownPerson == person && !isOwn
        guard isOfPerson || records.policy.permits(caller, .invitePatients) else {
            throw AccountFailure.forbidden
        }
        let given = Given(token: SecretText.random(), code: Self.digits(), until: now + Self.milliseconds)
        try await records.write(as: caller, at: now) { change in
            let patient = try change.reader.get("Patient", person)
            if !isOwn {
                let relative = try change.reader.find(reference: who)
                guard let relative, relative.root.text("patient", "reference") == patient.reference else {
                    throw RecordsFailure.notFound(type: "RelatedPerson", id: who)
                }
            }
            guard try mayInvite(who, patient, isOwn: isOwn, isOfPerson: isOfPerson, change) else {
                throw InvitationFailure.notOfAge
            }
            let connection = change.reader.connection
            try connection.run(
                "UPDATE invitation SET ended = $1 WHERE person = $2 AND who = $3 AND ended = 0",
                [.integer(now), .text(person), .text(who)])
            try connection.run(
                "INSERT INTO invitation VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)",
                [
                    .blob(SecretText.hash(given.token)), .text(change.mintID()), .text(person), .text(who),
                    .blob(Self.mark(given.code, given.token)), .text(caller.account), .integer(now),
                    .integer(given.until),
                ])
            try change.storage.audit.write(
                .create, by: caller, at: now, person: patient.rid, detail: "invitation to the portal")
        }
        return given
    }

    /// Staff invite a person, or a parent or guardian of a minor; a person invites whom the person has named.
    private func mayInvite(
        _ who: String, _ patient: Resource, isOwn: Bool, isOfPerson: Bool, _ change: Change
    ) throws -> Bool {
        let ages = records.policy.ages
        guard !isOwn else {
            return ages.mayHaveAccount(patient.root, at: change.now)
        }
        guard !isOfPerson else {
            return ages.mayNameOthers(patient.root, at: change.now)
        }
        let consents = try change.reader.person(patient.id, ["Consent"]).all("Consent").map(\.root)
        guard RepresentativeDecision(consents, for: who, of: patient.root, ages: ages, at: change.now).minor != nil
        else {
            throw AccountFailure.forbidden
        }
        return true
    }

    /// Those that wait to be used, newest first.
    /// - Throws: ``AccountFailure/forbidden``, ``RecordsFailure/notFound(type:id:)``
    package func open(of person: String, as caller: Caller, at now: Int64) async throws -> [Open] {
        try check(caller, person)
        return try await records.engine.read { [records] connection in
            _ = try records.reader(connection, caller, Reader.Looked(), at: now).get("Patient", person)
            var found: [Open] = []
            try connection.rows(
                """
                SELECT id, who, created, until FROM invitation
                WHERE person = $1 AND ended = 0 AND until > $2 ORDER BY created DESC, id
                """, [.text(person), .integer(now)]
            ) { row in
                found.append(
                    Open(
                        id: row.text(0) ?? "", who: row.text(1) ?? "", created: row.integer(2) ?? 0,
                        until: row.integer(3) ?? 0))
            }
            return found
        }
    }

    /// Takes an invitation back.
    /// - Throws: ``AccountFailure/forbidden``, ``RecordsFailure/notFound(type:id:)``
    package func end(_ id: String, of person: String, as caller: Caller, at now: Int64) async throws {
        try check(caller, person)
        try await records.write(as: caller, at: now) { change in
            let patient = try change.reader.get("Patient", person)
            let count = try change.reader.connection.run(
                "UPDATE invitation SET ended = $1 WHERE person = $2 AND id = $3 AND ended = 0",
                [.integer(now), .text(person), .text(id)])
            if count > 0 {
                try change.storage.audit.write(
                    .update, by: caller, at: now, person: patient.rid, detail: "took back an invitation to the portal")
            }
        }
    }

    private func check(_ caller: Caller, _ person: String) throws {
        guard records.policy.permits(caller, .invitePatients) || caller.ownPerson == person else {
            throw AccountFailure.forbidden
        }
    }

    static func digits() -> String {
        let number = String(Int.random(in: 0..<1_000_000))
        return String(repeating: "0", count: 6 - number.count) + number
    }

    /// What is kept of a code. A million codes are soon tried; with the link in it, which is kept nowhere, they cannot be.
    static func mark(_ code: String, _ token: String) -> [UInt8] {
        SecretText.hash("\(token)/\(code)")
    }
}
