package import Access
import FHIR

/// The accounts of a person and of those whom the person lets in. Who runs the installation does not see them: that
/// somebody is cared for here is told to nobody who does not care for them.
package struct PortalAccounts: Sendable {
    let records: Records

    package init(records: Records) {
        self.records = records
    }

    /// The accounts that stand for these, by reference.
    /// - Parameters:
    ///   - references: `Patient/17`, `RelatedPerson/5`, all of one person.
    ///   - person: the id of the Patient.
    ///   - caller: an account with the office `invite-patients`, or the person.
    ///   - now: milliseconds since 1970.
    /// - Returns: by reference, those that are not ended.
    /// - Throws: ``AccountFailure/forbidden``, ``RecordsFailure/notFound(type:id:)``
    package func all(_ references: [String], of person: String, as caller: Caller, at now: Int64) async throws
        -> [String: Account]
    {
        guard records.policy.permits(caller, .invitePatients) || caller.ownPerson == person else {
            throw AccountFailure.forbidden
        }
        return try await records.engine.read { [records] connection in
            let reader = records.reader(connection, caller, Reader.Looked(), at: now)
            let patient = try reader.get("Patient", person)
            var found: [String: Account] = [:]
            for reference in references {
                let bound = try reader.find(reference: reference)
                guard reference == patient.reference || bound?.root.text("patient", "reference") == patient.reference
                else {
                    continue
                }
                for id in try Self.ids(of: reference, on: connection) {
                    found[reference] = try Accounts.find(id, on: connection)?.account
                }
            }
            return found
        }
    }

    /// Ends an account of the portal: signed out at once, and no longer able to sign in.
    /// - Throws: ``AccountFailure/forbidden``, ``RecordsFailure/notFound(type:id:)`` for one that is none of this person.
    package func end(_ id: String, of person: String, as caller: Caller, at now: Int64) async throws {
        guard records.policy.permits(caller, .invitePatients) else {
            throw AccountFailure.forbidden
        }
        try await records.write(as: caller, at: now) { change in
            let patient = try change.reader.get("Patient", person)
            let connection = change.reader.connection
            guard let account = try Accounts.find(id, on: connection)?.account, let who = account.practitioner,
                let bound = try change.reader.find(reference: who),
                who == patient.reference || bound.root.text("patient", "reference") == patient.reference
            else {
                throw RecordsFailure.notFound(type: "Basic", id: "account")
            }
            try connection.run("UPDATE account SET ended = 1 WHERE id = $1", [.text(id)])
            try Sessions.end(
                of: id, by: caller, because: "the end of the account", at: now, connection, change.storage)
            try change.storage.audit.write(
                .update, by: caller, at: now, person: patient.rid, detail: "ended an account of the portal")
        }
    }

    /// Those that are not ended.
    static func ids(of reference: String, on connection: any Connection) throws -> [String] {
        var ids: [String] = []
        try connection.rows(
            "SELECT id FROM account WHERE practitioner = $1 AND ended = 0 ORDER BY id", [.text(reference)]
        ) { row in
            if let id = row.text(0) {
                ids.append(id)
            }
        }
        return ids
    }

    /// What a Patient or a RelatedPerson is called.
    static func name(_ root: JSONNode) -> String {
        let names = root.list("name")
        let name = names.first { $0["use"]?.string == "official" } ?? names.first
        let parts = (name?.list("given").compactMap(\.string) ?? []) + [name?["family"]?.string].compactMap(\.self)
        let words = name?["text"]?.string ?? parts.joined(separator: " ")
        return words.isEmpty ? "Name not recorded" : String(words.prefix(80))
    }
}
