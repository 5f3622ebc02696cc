import Access
import FHIR

/// A caller's reach within the records of one person. Whether the person is one of the caller's panel or team is asked once
/// of the database, not by each statement that reads some of the records.
struct OnePerson {
    private let reach: ReachFilter
    private let person: Int64
    private var within: [Whose: Bool] = [:]

    /// - Parameters:
    ///   - person: the row of the Patient; the statements ask for records of this person alone.
    ///   - reach: the caller's reach.
    init(_ person: Int64, in reach: ReachFilter) {
        self.reach = reach
        self.person = person
    }

    /// The condition on a row of `resource` that is about the person (see ``ReachFilter``).
    /// - Returns: nil when nothing of the type is in reach.
    /// - Throws: what the database reports.
    mutating func condition(
        _ action: Action, type: String, alias: String, touching parameters: Set<Int> = [], bind: (SQLValue) -> String
    ) throws -> String? {
        var parts: [Reach.Part] = []
        for part in reach.parts(action, type, touching: parameters) {
            switch part.whose {
            case .noPerson: break
            case .everyone, .author: parts.append(part)
            case .panel, .team, .site, .program, .person:
                if try isOne(of: part.whose) {
                    parts.append(
                        Reach.Part(.everyone, hidden: part.hidden, matching: part.filters, closed: part.closed))
                }
            }
        }
        return reach.condition(of: parts, type: type, alias: alias, bind: bind)
    }

    private mutating func isOne(of whose: Whose) throws -> Bool {
        if let known = within[whose] {
            return known
        }
        var values: [SQLValue] = [.integer(person)]
        let people = reach.people(whose, alias: "one") { value in
            values.append(value)
            return "$\(values.count)"
        }
        let isOne = try people.map { people in
            try reach.connection.first(
                "SELECT 1 FROM (SELECT CAST($1 AS BIGINT) AS person) one WHERE \(people)", values, { _ in true })
                ?? false
        }
        within[whose] = isOne ?? false
        return isOne ?? false
    }
}
