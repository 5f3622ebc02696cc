import Access
import FHIR

/// What a person has agreed to decides which labelled records others may read. It is written beside each record, so that a
/// search costs the same whether anything is labelled or not.
extension Storage {
    /// Brings the records of people in step with their consents as they stand at a moment.
    /// - Parameters:
    ///   - persons: of whom a labelled record or a consent was stored.
    ///   - now: milliseconds since 1970.
    /// - Throws: what the database reports.
    func settleDisclosure(of persons: Set<Int64>, at now: Int64) throws {
        let labels = labeller.library.labels.filter { $0.consent != nil }
        guard !labels.isEmpty else {
            return
        }
        for person in persons.sorted() where person != 0 {
            let consents = try consents(of: person)
            var due: Int64?
            for label in labels {
                let decision = ConsentDecision(consents, kind: label.consent ?? "", at: now)
                due = [due, decision.until].compactMap { $0 }.min()
                let closed = Int64(label.mask.undisclosed.bits)
                if decision.isOpen {
                    try connection.send(
                        """
                        UPDATE resource SET labels = labels & \(~closed)
                        WHERE person = $1 AND person <> 0 AND (labels & \(closed)) <> 0
                        """, [.integer(person)])
                } else {
                    try connection.send(
                        """
                        UPDATE resource SET labels = labels | \(closed)
                        WHERE person = $1 AND person <> 0 AND (labels & \(label.mask.bits)) <> 0
                        AND (labels & \(closed)) = 0
                        """, [.integer(person)])
                }
            }
            try connection.send("DELETE FROM disclosure WHERE person = $1", [.integer(person)])
            if let due {
                try connection.send("INSERT INTO disclosure VALUES ($1, $2)", [.integer(person), .integer(due)])
            }
        }
    }

    func consents(of person: Int64) throws -> [ConsentReading] {
        var consents: [ConsentReading] = []
        try connection.rows(
            """
            SELECT body FROM resource WHERE person = $1 AND type = $2 AND person <> 0 AND deleted = 0 AND version > 0
            """, [.integer(person), .integer(Int64(types.number(of: "Consent") ?? -1))]
        ) { row in
            if let body = row.bytes(0), let document = try? JSONDocument(body) {
                consents.append(ConsentReading(document.root))
            }
        }
        return consents
    }
}

extension Records {
    /// Closes and opens what consents that have ended or begun since the last time disclose. Called by the clock.
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: how many people it concerned.
    /// - Throws: what the database reports.
    @discardableResult
    package func settleDisclosure(at now: Int64) async throws -> Int {
        let isDue = try await engine.read { connection in
            try connection.first("SELECT 1 FROM disclosure WHERE due <= $1 LIMIT 1", [.integer(now)]) {
                $0.integer(0)
            } != nil
        }
        guard isDue else {
            return 0
        }
        return try await transaction { connection, storage in
            var persons: Set<Int64> = []
            try connection.rows(
                "SELECT person FROM disclosure WHERE due <= $1 ORDER BY person LIMIT 500", [.integer(now)]
            ) { row in
                if let person = row.integer(0) {
                    persons.insert(person)
                }
            }
            try storage.settleDisclosure(of: persons, at: now)
            try self.refresh.run(persons, changed: nil, asOf: now, on: connection)
            return persons.count
        }
    }
}
