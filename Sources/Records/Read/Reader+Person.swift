package import Access
package import FHIR

extension Reader {
    /// A person's current resources of some types, those alone that the filter lets through: what is not wanted is
    /// never parsed.
    /// - Parameters:
    ///   - id: the id of the Patient.
    ///   - types: the resource types to look among.
    ///   - wanted: told the type and the text of each resource.
    /// - Returns: the record, of what was wanted.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``
    package func person(
        _ id: String, _ types: Set<String>, where wanted: (_ type: String, _ body: [UInt8]) -> Bool
    ) throws -> PersonRecord {
        var values: [SQLValue] = [.integer(Int64(self.types.number(of: "Patient") ?? -1)), .text(id)]
        let condition = reach.condition(.read, type: "Patient", alias: "resource") { value in
            values.append(value)
            return "$\(values.count)"
        }
        guard let condition,
            let patient = try connection.first(
                """
                SELECT rid FROM resource WHERE type = $1 AND id = $2 AND deleted = 0 AND version > 0 AND \(condition)
                """, values, { $0.integer(0) })
        else {
            throw RecordsFailure.notFound(type: "Patient", id: id)
        }
        looked.persons.insert(patient)
        return try record(patient, id, types, where: wanted)
    }

    func record(
        _ patient: Int64, _ id: String, _ wantedTypes: Set<String>,
        where wanted: (_ type: String, _ body: [UInt8]) -> Bool
    ) throws -> PersonRecord {
        var resources: [Resource] = []
        var one = OnePerson(patient, in: reach)
        for type in wantedTypes.sorted() {
            guard let number = types.number(of: type) else {
                continue
            }
            var values: [SQLValue] = [.integer(patient), .integer(Int64(number))]
            let condition = try one.condition(.read, type: type, alias: "resource") { value in
                values.append(value)
                return "$\(values.count)"
            }
            guard let condition else {
                continue
            }
            try connection.rows(
                """
                SELECT rid, id, version, updated, body FROM resource
                WHERE person = $1 AND type = $2 AND person <> 0 AND deleted = 0 AND version > 0 AND \(condition)
                ORDER BY rid
                """, values
            ) { row in
                guard let body = row.bytes(4), wanted(type, body), let rid = row.integer(0), let id = row.text(1) else {
                    return
                }
                resources.append(
                    Resource(
                        type: type, id: id, version: Int(row.integer(2) ?? 0), updated: row.integer(3) ?? 0,
                        document: try JSONDocument(body), rid: rid, person: patient))
            }
        }
        return PersonRecord(id: id, resources: resources)
    }

    /// The ids of people in their order, a page at a time.
    /// - Parameters:
    ///   - after: the last id of the page before; nil for the first.
    ///   - limit: the most ids a page.
    /// - Returns: none at the end, and none for a caller who may not search people.
    /// - Throws: what the database reports.
    package func personIDs(after: String?, limit: Int) throws -> [String] {
        guard let number = types.number(of: "Patient") else {
            return []
        }
        var values: [SQLValue] = [.integer(Int64(number)), .text(after ?? "")]
        func bound(_ value: SQLValue) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        guard let condition = reach.condition(.search, type: "Patient", alias: "resource", bind: bound) else {
            return []
        }
        let most = bound(.integer(Int64(limit)))
        var ids: [String] = []
        try connection.rows(
            """
            SELECT id FROM resource WHERE type = $1 AND id > $2 AND deleted = 0 AND version > 0 AND \(condition)
            ORDER BY id LIMIT \(most)
            """, values
        ) { row in
            if let id = row.text(0) {
                ids.append(id)
            }
        }
        return ids
    }
}
