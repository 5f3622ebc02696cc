import Access
import FHIR

extension Reader {
    /// A person's current resources of one type that carry one of some codes, without reading the others: somebody may
    /// have thousands of observations.
    /// - Parameters:
    ///   - id: the id of the Patient.
    ///   - type: the resource type.
    ///   - codes: any of which is enough.
    ///   - system: the system of the codes.
    ///   - parameter: the search parameter of the type that holds the code.
    ///   - limit: the most that are given: those that were stored last.
    /// - Returns: in the order in which they came to be stored.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``
    package func person(
        _ id: String, _ type: String, coded codes: Set<String>, of system: String, by parameter: String = "code",
        limit: Int = 500
    ) throws -> [Resource] {
        let patient = try get("Patient", id)
        guard let number = types.number(of: type),
            let place = definitions.searchParameter(number, parameter)?.number,
            let word = try words.find(system, on: connection),
            !codes.isEmpty
        else {
            return []
        }
        var values: [SQLValue] = [
            .integer(patient.rid), .integer(Int64(number)), .integer(Int64(place)), .integer(word),
        ]
        let list = codes.sorted().map { code in
            values.append(.text(code))
            return "$\(values.count)"
        }
        var one = OnePerson(patient.rid, in: reach)
        let condition = try one.condition(.read, type: type, alias: "resource", touching: [place]) { value in
            values.append(value)
            return "$\(values.count)"
        }
        guard let condition else {
            return []
        }
        values.append(.integer(Int64(limit)))
        var found: [Resource] = []
        // The person's keys come from their own index and are looked up among the codes one by one: going through all
        // that carry a common code would read everybody's.
        try connection.rows(
            """
            SELECT \(Stored.columns) FROM resource WHERE rid IN (
                SELECT mine.rid FROM resource AS mine CROSS JOIN index_token AS coded
                WHERE mine.person = $1 AND mine.type = $2 AND mine.person <> 0 AND coded.parameter = $3
                AND coded.system = $4 AND coded.code IN (\(list.joined(separator: ", "))) AND coded.rid = mine.rid)
            AND deleted = 0 AND version > 0 AND \(condition) ORDER BY rid DESC LIMIT $\(values.count)
            """, values
        ) { row in
            if let resource = try Stored.resource(row, types: types) {
                found.append(resource)
            }
        }
        return try shown(found.reversed())
    }
}
