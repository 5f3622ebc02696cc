import Access

extension Reader {
    /// A message of another system with its words. Who looks has the office `merge-people`, and the look is in the audit
    /// of whom it is about.
    /// - Parameter number: its number.
    /// - Returns: nil when there is none.
    /// - Throws: ``RecordsFailure/forbidden(type:)``, or what the database reports.
    package func message(_ number: Int64) throws -> StoredMessage? {
        guard policy.permits(caller, .mergePeople) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        let found = try connection.first(
            "SELECT \(StoredMessage.columns) FROM inbound WHERE number = $1", [.integer(number)]
        ) { StoredMessage($0) }
        if let person = found?.person, let patient = try find("Patient", person) {
            looked.persons.insert(patient.rid)
        }
        return found
    }

    /// The messages about a stay, in the order of their arrival.
    /// - Parameter visit: `system|value`.
    /// - Returns: what is known of each, without its words.
    /// - Throws: what the database reports.
    package func messages(ofVisit visit: String) throws -> [StoredMessage] {
        var found: [StoredMessage] = []
        try connection.rows(
            "SELECT \(StoredMessage.columnsWithoutBody) FROM inbound WHERE visit = $1 ORDER BY number LIMIT 200",
            [.text(IndexText.kept(visit))]
        ) { found.append(StoredMessage($0)) }
        return found
    }
}
