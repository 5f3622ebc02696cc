package import Access
import FHIR

extension Accounts {
    /// Ends an account for good: signed out everywhere, no longer able to sign in, and the Practitioner behind it no
    /// longer active. What it did stays under its name.
    /// - Throws: ``AccountFailure/ownAccount`` or ``AccountFailure/lastAdministrator`` where nobody could undo it.
    package func end(_ id: String, as caller: Caller, at now: Int64) async throws {
        guard records.policy.permits(caller, .manageAccounts) || caller.roles.contains(.system) else {
            throw AccountFailure.forbidden
        }
        guard id != caller.account else {
            throw AccountFailure.ownAccount
        }
        try await records.write(as: caller, at: now) { change in
            let connection = change.reader.connection
            var administrators: Set<String> = []
            try connection.rows("SELECT \(Self.columns) FROM account WHERE ended = 0") { row in
                let account = Self.account(row)
                if account.roles.contains(.administrator) {
                    administrators.insert(account.id)
                }
            }
            guard administrators != [id] else {
                throw AccountFailure.lastAdministrator
            }
            guard try connection.run("UPDATE account SET ended = 1 WHERE id = $1 AND ended = 0", [.text(id)]) > 0
            else {
                return
            }
            try Sessions.end(
                of: id, by: caller, because: "the end of the account", at: now, connection, change.storage)
            try SecondFactor.remove(of: id, on: connection)
            try change.storage.audit.write(.update, by: caller, at: now, detail: "ended the account \(id)")
            if let practitioner = try change.reader.find("Practitioner", id) {
                var left = practitioner.value
                left["active"] = false
                try change.update(left, ifVersion: nil)
            }
        }
    }

    /// When each account that is signed in somewhere last did something, milliseconds since 1970.
    package func lastSeen(as caller: Caller) async throws -> [String: Int64] {
        guard records.policy.permits(caller, .manageAccounts) || records.policy.permits(caller, .manageDutyRoster)
        else {
            throw AccountFailure.forbidden
        }
        return try await records.engine.read { connection in
            var seen: [String: Int64] = [:]
            try connection.rows("SELECT account, max(seen) FROM session GROUP BY account") { row in
                seen[row.text(0) ?? ""] = row.integer(1)
            }
            return seen
        }
    }
}
