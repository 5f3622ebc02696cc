package import Access
import FHIR

/// A person hands the own record over to somebody who has no account here, such as a doctor elsewhere: a link and a code that
/// open it for some days, as often as it takes (45 CFR 170.315(e)(1)(i)(C), transmit). It is taken back at once.
package struct HandOvers: Sendable {
    /// One that can still be opened.
    package struct Open: Sendable {
        package let id: String
        package let recipient: String
        /// Milliseconds since 1970.
        package let until: Int64
        /// How often it was opened.
        package let looks: Int64
        /// Whether labelled records are in it.
        package let isWhole: Bool
    }

    package enum Failure: Error, Sendable, Equatable {
        /// The person may not let others see the record, see ``MinorRules``.
        case notOfAge
        /// Link and code do not go together, or it is over: which of them is not told.
        case refused
        /// Nobody is named, or it would last for less than a day or more than ``longestDays``.
        case unfit
    }

    let records: Records
    /// What accounts of the audit begin with that stand for somebody who opened what was handed over.
    private static let accounts = "handed-over/"
    package static let longestDays: Int64 = 30
    /// So many at once; more than anybody needs.
    private static let most = 50

    package init(records: Records) {
        self.records = records
    }

    /// Makes link and code.
    /// - Parameters:
    ///   - recipient: who gets it, as the person calls them.
    ///   - isWhole: labelled records too; notes of therapy are in none.
    ///   - until: milliseconds since 1970.
    ///   - caller: the person.
    ///   - now: milliseconds since 1970.
    /// - Returns: link and code, which are nowhere else.
    /// - Throws: ``Failure/notOfAge``, ``Failure/unfit``, ``AccountFailure/forbidden``
    package func make(
        to recipient: String, isWhole: Bool, until: Int64, as caller: Caller, at now: Int64
    ) async throws -> Invitations.Given {
        guard let person = caller.ownPerson else {
            throw AccountFailure.forbidden
        }
        guard !recipient.isEmpty, recipient.utf8.count <= 200, until > now,
            until <= now + Self.longestDays * 86_400_000
        else {
            throw Failure.unfit
        }
        let given = Invitations.Given(token: SecretText.random(), code: Invitations.digits(), until: until)
        try await records.write(as: caller, at: now) { change in
            let patient = try change.reader.get("Patient", person)
            guard records.policy.ages.mayNameOthers(patient.root, at: now) else {
                throw Failure.notOfAge
            }
            let connection = change.reader.connection
            let standing = try connection.first(
                "SELECT count(*) FROM handover WHERE person = $1 AND ended = 0 AND until > $2",
                [.text(person), .integer(now)], { $0.integer(0) })
            guard standing ?? 0 < Self.most else {
                throw Failure.unfit
            }
            try connection.run(
                "INSERT INTO handover VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0)",
                [
                    .blob(SecretText.hash(given.token)), .text(change.mintID()), .text(person), .text(recipient),
                    .blob(Invitations.mark(given.code, given.token)),
                    .integer(isWhole ? 0 : LabelMask.all.bits), .integer(now), .integer(until),
                ])
            try change.storage.audit.write(
                .create, by: caller, at: now, person: patient.rid, detail: "record handed over to \(recipient)")
        }
        return given
    }

    /// Those that can still be opened, newest first.
    /// - Throws: ``AccountFailure/forbidden``
    package func open(as caller: Caller, at now: Int64) async throws -> [Open] {
        guard let person = caller.ownPerson else {
            throw AccountFailure.forbidden
        }
        return try await records.engine.read { connection in
            var found: [Open] = []
            try connection.rows(
                """
                SELECT id, recipient, until, looks, hidden FROM handover
                WHERE person = $1 AND ended = 0 AND until > $2 ORDER BY created DESC, id
                """, [.text(person), .integer(now)]
            ) { row in
                found.append(
                    Open(
                        id: row.text(0) ?? "", recipient: row.text(1) ?? "", until: row.integer(2) ?? 0,
                        looks: row.integer(3) ?? 0, isWhole: row.integer(4) == 0))
            }
            return found
        }
    }

    /// Who opened what was handed over, as the person calls them; nil for any other account.
    static func recipient(_ account: String, on connection: any Connection) throws -> String? {
        guard account.hasPrefix(accounts) else {
            return nil
        }
        return try connection.first(
            "SELECT recipient FROM handover WHERE id = $1", [.text(String(account.dropFirst(accounts.count)))]
        ) { $0.text(0) }
    }

    /// Takes one back.
    /// - Throws: ``AccountFailure/forbidden``, ``RecordsFailure/notFound(type:id:)``
    package func end(_ id: String, as caller: Caller, at now: Int64) async throws {
        guard let person = caller.ownPerson else {
            throw AccountFailure.forbidden
        }
        try await records.write(as: caller, at: now) { change in
            let patient = try change.reader.get("Patient", person)
            let count = try change.reader.connection.run(
                "UPDATE handover SET ended = $1 WHERE person = $2 AND id = $3 AND ended = 0",
                [.integer(now), .text(person), .text(id)])
            guard count > 0 else {
                throw RecordsFailure.notFound(type: "handover", id: id)
            }
            try change.storage.audit.write(
                .update, by: caller, at: now, person: patient.rid, detail: "took back a record that was handed over")
        }
    }

    /// Opens what was handed over. Whatever is wrong is answered alike; after some wrong codes it is over.
    /// - Parameters:
    ///   - token: of the link.
    ///   - code: as it was typed.
    ///   - address: where the request came from; nil when nobody knows.
    ///   - now: milliseconds since 1970.
    /// - Returns: who looks: at this person's record alone, with what the person has kept back hidden.
    /// - Throws: ``Failure/refused``, ``AccountFailure/lockedUntil(_:)``
    package func enter(_ token: String, code: String, from address: String?, at now: Int64) async throws -> Caller {
        let places = address.map { ["address/" + AddressPlace.of($0)] } ?? []
        let outcome = try await records.transaction { connection, storage -> Result<Caller, any Error> in
            let limit = SignInLimit(connection: connection)
            if let lock = try limit.locked(places, at: now) {
                return .failure(AccountFailure.lockedUntil(lock))
            }
            let reader = self.records.reader(connection, .system("handed over"), Reader.Looked(), at: now)
            let hash = SecretText.hash(token)
            let found = try connection.first(
                """
                SELECT id, person, recipient, code, hidden, tries FROM handover
                WHERE hash = $1 AND ended = 0 AND until > $2
                """, [.blob(hash), .integer(now)]
            ) { row in
                (
                    id: row.text(0) ?? "", person: row.text(1) ?? "", recipient: row.text(2) ?? "",
                    code: row.bytes(3) ?? [], hidden: row.integer(4) ?? LabelMask.all.bits, tries: row.integer(5) ?? 0
                )
            }
            let patient = try found.flatMap { try reader.find("Patient", $0.person) }
            guard let found, let patient, records.policy.ages.mayNameOthers(patient.root, at: now),
                Invitations.mark(code.filter { !$0.isWhitespace }, token) == found.code
            else {
                let nobody = Caller(account: "handed-over", name: "", roles: []).at(address: address)
                try storage.audit.write(
                    .signIn, by: nobody, at: now, person: patient?.rid ?? 0, succeeded: false,
                    detail: "handed over: refused")
                for place in try limit.note(places, at: now) {
                    try storage.audit.write(.signIn, by: nobody, at: now, succeeded: false, detail: "locked \(place)")
                }
                if let found {
                    let tries = found.tries + 1
                    try connection.run(
                        "UPDATE handover SET tries = $1, ended = $2 WHERE hash = $3",
                        [.integer(tries), .integer(tries >= Invitations.tries ? now : 0), .blob(hash)])
                }
                return .failure(Failure.refused)
            }
            try connection.run("UPDATE handover SET looks = looks + 1 WHERE hash = $1", [.blob(hash)])
            return .success(
                Caller(
                    account: Self.accounts + found.id, name: found.recipient, roles: [.patient],
                    practitioner: "Patient/\(found.person)", hidden: LabelMask(bits: found.hidden)
                ).at(address: address))
        }
        return try outcome.get()
    }
}
