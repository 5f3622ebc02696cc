package import Records

/// The names of people whose ids are known, of those whom the reader sees.
package struct PeopleByID: Sendable {
    package let id: String
    package let name: String
    /// As FHIR writes it; empty when it is not recorded.
    package let birth: String

    /// - Returns: in the order of their names.
    /// - Throws: what the database reports.
    package static func read(_ ids: [String], by reader: Reader) throws -> [PeopleByID] {
        guard !ids.isEmpty else {
            return []
        }
        var query = RowQuery(PanelProjection.table)
        query.conditions = [.init("person_id", oneOf: ids.map { .text($0) })]
        query.order = [("sort_name", false)]
        query.limit = ids.count
        return try reader.rows(query, ["name", "birth"]).map { row in
            PeopleByID(id: row.person, name: row.text("name") ?? "", birth: row.text("birth") ?? "")
        }
    }
}
