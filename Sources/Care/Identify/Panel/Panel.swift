package import Records

/// A page of the panel.
package struct Panel: Sendable {
    package struct Row: Sendable {
        /// The id of the Patient.
        package let person: String
        package let name: String
        /// As FHIR writes it; empty when it is not recorded.
        package let birth: String
        package let number: String
        package let phone: String
        package let language: String
        package let needsInterpreter: Bool
        /// nil: not scored yet.
        package let tier: Tier?
        package let why: String
        /// Until when a care manager's judgement holds.
        package let tierUntil: Int64?
        /// The id of the programme; empty when not enrolled.
        package let programme: String
        package let status: String
        package let owner: String?
        package let lastContact: Int64?
        package let nextDue: Int64?
        package let nextWhat: String
        package let gap: PanelGap?
    }

    package let rows: [Row]
    package let hasEarlier: Bool
    package let hasMore: Bool
    /// How many match, counted up to ``mostCounted``.
    package let count: Int
    /// How many of them are of high or complex need, counted likewise.
    package let highCount: Int

    package static let mostCounted = 1_000
    private static let columns = [
        "name", "sort_name", "birth", "number", "phone", "language", "interpreter", "tier", "tier_why", "tier_until",
        "hfrs", "programme", "status", "owner", "last_contact", "next_due", "next_what", "gap",
    ]

    /// Reads one page of the panel and counts what matches.
    /// - Parameters:
    ///   - asked: the filters, the order and the place in the list.
    ///   - reader: the view of the records.
    ///   - now: milliseconds since 1970.
    /// - Returns: the page; empty when the text that was looked for finds nobody.
    /// - Throws: what reading the records throws.
    package static func read(_ asked: PanelQuery, by reader: Reader, at now: Int64) throws -> Panel {
        var among: [String]?
        if let text = asked.text {
            among = try FindPeople.read(text, by: reader, most: 200).people.map(\.id)
            guard among?.isEmpty == false else {
                return Panel(rows: [], hasEarlier: false, hasMore: false, count: 0, highCount: 0)
            }
        }
        var query = asked.rows(among: among, now: now)
        var counting = query
        counting.limit = mostCounted
        let count = try reader.count(counting)
        counting.conditions.append(.init("tier", .greaterOrEqual, .integer(Int64(Tier.high.rawValue))))
        let highCount = asked.tier == nil ? try reader.count(counting) : 0

        let isBackwards = asked.before != nil
        if isBackwards {
            query.order = query.order.map { ($0.column, !$0.descending) }
        }
        let cursor = try (asked.before ?? asked.after).flatMap { try place(of: $0, in: query, reader) }
        query.after = cursor
        query.limit = asked.limit + 1
        var found = try reader.rows(query, columns)
        let isLonger = found.count > asked.limit
        found = Array(found.prefix(asked.limit))
        if isBackwards {
            found.reverse()
        }
        return Panel(
            rows: found.map(row), hasEarlier: isBackwards ? isLonger : cursor != nil,
            hasMore: isBackwards ? cursor != nil : isLonger, count: count, highCount: highCount)
    }

    /// Addresses carry the id of a person and nothing else, so the cursor is read from that person's row.
    private static func place(of person: String, in query: RowQuery, _ reader: Reader) throws -> [SQLValue]? {
        var one = RowQuery(PanelProjection.table)
        one.conditions = [.init("person_id", .equal, .text(person))]
        one.limit = 1
        return try reader.rows(one, columns).first?.cursor(of: query)
    }

    private static func row(_ row: FoundRow) -> Row {
        func moment(_ column: String) -> Int64? {
            row.integer(column).flatMap { $0 == 0 || $0 == PanelProjection.never ? nil : $0 }
        }
        func words(_ column: String) -> String { row.text(column) ?? "" }
        return Row(
            person: row.person, name: words("name"), birth: words("birth"), number: words("number"),
            phone: words("phone"), language: words("language"), needsInterpreter: row.integer("interpreter") == 1,
            tier: row.integer("tier").flatMap { Tier(rawValue: Int($0)) }, why: words("tier_why"),
            tierUntil: moment("tier_until"), programme: words("programme"), status: words("status"),
            owner: row.text("owner").flatMap { $0.isEmpty ? nil : $0 }, lastContact: moment("last_contact"),
            nextDue: moment("next_due"), nextWhat: words("next_what"), gap: PanelGap(rawValue: words("gap")))
    }
}
