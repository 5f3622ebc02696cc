import Access
package import FHIR

extension Reader {
    /// The profiles, tags and security labels that current resources of some types carry, as FHIR R4 `$meta` gives them
    /// for a type or for the whole.
    /// - Parameters:
    ///   - wanted: resource types; those that the caller may not search are passed over.
    ///   - limit: the most marks of each kind.
    /// - Returns: a Meta; empty when nothing is marked. Displays are left out: they differ from resource to resource.
    /// - Throws: what the database reports.
    package func marks(of wanted: [String], limit: Int = 500) throws -> JSON {
        var lists: [String: Set<Mark>] = [:]
        for type in wanted {
            guard let number = types.number(of: type) else {
                continue
            }
            for name in ["profile", "security", "tag"] {
                guard let parameter = definitions.searchParameter(number, "_" + name)?.number else {
                    continue
                }
                let isAddress = name == "profile"
                try eachMark(Int64(parameter), of: type, isAddress: isAddress, limit: limit) { mark in
                    lists[name, default: []].insert(mark)
                }
            }
        }
        var meta: JSON = [:]
        for (name, marks) in lists.sorted(by: { $0.key < $1.key }) {
            let ordered = marks.sorted { ($0.system, $0.code) < ($1.system, $1.code) }.prefix(limit)
            meta[name] = .array(
                ordered.map { mark in
                    guard name != "profile" else {
                        return .string(mark.system)
                    }
                    return .compact([
                        "system": mark.system.isEmpty ? nil : .string(mark.system), "code": .string(mark.code),
                    ])
                })
        }
        return meta
    }

    private struct Mark: Hashable {
        let system: String
        let code: String
    }

    /// Goes from one mark to the next by the index and not through all that carry it, and asks of each whether somebody
    /// whom the caller reaches carries it.
    private func eachMark(
        _ parameter: Int64, of type: String, isAddress: Bool, limit: Int, _ body: (Mark) -> Void
    ) throws {
        let (table, code, system) =
            isAddress ? ("index_uri", "''", "value") : ("index_token", "code", "system")
        var last: (code: String, system: Int64) = ("", -1)
        var found = 0
        // What nobody in reach carries does not count towards the limit.
        while found < limit {
            var values: [SQLValue] = [.integer(parameter)]
            func bound(_ value: SQLValue) -> String {
                values.append(value)
                return "$\(values.count)"
            }
            let beyond =
                isAddress
                ? "value > \(bound(.integer(last.system)))"
                : "(code, system) > (\(bound(.text(last.code))), \(bound(.integer(last.system))))"
            let next = try connection.first(
                """
                SELECT \(code), \(system) FROM \(table) WHERE parameter = $1 AND \(beyond)
                ORDER BY \(isAddress ? "value" : "code, system") LIMIT 1
                """, values
            ) { row in (row.text(0) ?? "", row.integer(1) ?? 0) }
            guard let next else {
                return
            }
            last = next
            values = [.integer(parameter)]
            let same =
                isAddress
                ? "i.value = \(bound(.integer(next.1)))"
                : "i.code = \(bound(.text(next.0))) AND i.system = \(bound(.integer(next.1)))"
            guard let condition = reach.condition(.search, type: type, alias: "r", bind: bound) else {
                return
            }
            let isCarried =
                try connection.first(
                    """
                    SELECT 1 FROM \(table) i JOIN resource r ON r.rid = i.rid WHERE i.parameter = $1 AND \(same)
                    AND r.deleted = 0 AND \(condition) LIMIT 1
                    """, values
                ) { $0.integer(0) } != nil
            let word = try connection.first("SELECT text FROM word WHERE id = $1", [.integer(next.1)]) { $0.text(0) }
            if isCarried {
                found += 1
                body(Mark(system: word ?? "", code: next.0))
            }
        }
    }
}
