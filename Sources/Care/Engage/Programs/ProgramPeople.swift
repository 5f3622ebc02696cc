package import Records

/// The people of one state of a programme, a page at a time, who goes first first.
package struct ProgramPeople: Sendable {
    package struct Line: Sendable {
        /// The id of the Patient.
        package let person: String
        package let name: String
        /// As FHIR writes it; empty when it is not recorded.
        package let birth: String
        package let why: String
        /// The programme that stands in its way, or that would be closed for it.
        package let other: String?
        package let since: Int64?
        package let owner: String?
    }

    package let lines: [Line]
    /// Counted up to ``mostCounted``.
    package let total: Int
    /// Where the next page begins.
    package let next: [SQLValue]?

    package static let mostCounted = 10_000
    /// How many values a place in the list has.
    package static let placeCount = 4
    private static let columns = ["name", "birth", "why", "other", "since", "owner", "turn"]

    /// Reads a page.
    /// - Parameters:
    ///   - program: the id of the programme.
    ///   - state: which of its people.
    ///   - after: where the page before ended.
    ///   - limit: the most people a page.
    ///   - reader: whoever it does not show is not in the list, and not counted.
    /// - Returns: the people.
    /// - Throws: what the database reports.
    package static func read(
        _ program: String, _ state: ProgramPlace.State, after: [SQLValue]? = nil, limit: Int = 50, by reader: Reader
    ) throws -> ProgramPeople {
        var query = query(program, state)
        query.limit = mostCounted
        let total = try reader.count(query)
        query.order = [("turn", false), ("since", false)]
        query.after = after
        query.limit = limit + 1
        var found = try reader.rows(query, columns)
        let hasMore = found.count > limit
        found = Array(found.prefix(limit))
        return ProgramPeople(
            lines: found.map { row in
                Line(
                    person: row.person, name: row.text("name") ?? "", birth: row.text("birth") ?? "",
                    why: row.text("why") ?? "", other: row.text("other").flatMap { $0.isEmpty ? nil : $0 },
                    since: row.integer("since").flatMap { $0 == 0 ? nil : $0 },
                    owner: row.text("owner").flatMap { $0.isEmpty ? nil : $0 })
            }, total: total, next: hasMore ? found.last?.cursor(of: query) : nil)
    }

    /// How many people there are of each state, counted up to ``mostCounted``.
    package static func counts(_ program: String, by reader: Reader) throws -> [ProgramPlace.State: Int] {
        var counts: [ProgramPlace.State: Int] = [:]
        for state in ProgramPlace.State.allCases {
            var query = query(program, state)
            query.limit = mostCounted
            counts[state] = try reader.count(query)
        }
        return counts
    }

    /// The programmes for which a person is a candidate or meets the exit criteria, by their ids.
    package static func proposals(of person: String, by reader: Reader) throws -> [(
        program: String, state: ProgramPlace.State
    )] {
        var query = RowQuery(ProgramProjection.table)
        query.conditions = [.init("person_id", .equal, .text(person))]
        return try reader.rows(query, ["program", "state"]).compactMap { row in
            guard let program = row.text("program"), let state = row.text("state").flatMap(ProgramPlace.State.init)
            else { return nil }
            return (program, state)
        }
    }

    private static func query(_ program: String, _ state: ProgramPlace.State) -> RowQuery {
        var query = RowQuery(ProgramProjection.table)
        query.conditions = [
            .init("program", .equal, .text(program)), .init("state", .equal, .text(state.rawValue)),
        ]
        return query
    }
}
