/// A question to a table of a projection. Column names come from code, values from anywhere.
package struct RowQuery: Sendable {
    package enum Comparison: String, Sendable {
        case equal = "="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case different = "<>"
        /// The column begins with the text.
        case prefix
    }

    package struct Condition: Sendable {
        let column: String
        let comparison: Comparison
        let values: [SQLValue]

        package init(_ column: String, _ comparison: Comparison, _ value: SQLValue) {
            self.column = column
            self.comparison = comparison
            values = [value]
        }

        /// The column has one of the values.
        package init(_ column: String, oneOf values: [SQLValue]) {
            self.column = column
            comparison = .equal
            self.values = values
        }
    }

    package var table: String
    package var conditions: [Condition] = []
    /// Columns to sort by; the rows' own order breaks ties, so that paging is stable.
    package var order: [(column: String, descending: Bool)] = []
    package var limit = 50
    /// Where the page before ended: ``FoundRow/cursor(of:)`` of its last row.
    package var after: [SQLValue]?

    package init(_ table: String) {
        self.table = table
    }

    /// The statement and its values.
    /// - Parameters:
    ///   - columns: what is shown of each row.
    ///   - counting: whether the rows are counted instead.
    ///   - grouping: whether rows with the same values in the columns are counted together instead.
    ///   - reach: writes the condition of the caller's reach; it comes first.
    /// - Returns: nil when the caller sees nobody.
    func sql(
        columns: [String], counting: Bool = false, grouping: Bool = false, reach: ((SQLValue) -> String) -> String?
    ) -> (String, [SQLValue])? {
        var values: [SQLValue] = []
        func bound(_ value: SQLValue) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        guard let open = reach(bound) else {
            return nil
        }
        var clauses = [open]
        for condition in conditions {
            clauses.append(clause(condition, bound))
        }
        let sorting = sortColumns
        if let after, after.count == sorting.count {
            clauses.append(keyset(sorting, after, bound))
        }
        let filter = " WHERE " + clauses.joined(separator: " AND ")
        if counting {
            return (
                "SELECT count(*) FROM (SELECT 1 FROM \(table)\(filter) LIMIT \(bound(.integer(Int64(limit))))) AS found",
                values
            )
        }
        if grouping {
            let list = columns.joined(separator: ", ")
            return (
                """
                SELECT \(list), count(*) FROM \(table)\(filter) GROUP BY \(list) ORDER BY \(list)
                LIMIT \(bound(.integer(Int64(limit))))
                """, values
            )
        }
        let list = (["person_id", "person", "slot"] + columns).joined(separator: ", ")
        let by = sorting.map { "\($0.column)\($0.descending ? " DESC" : "")" }.joined(separator: ", ")
        return ("SELECT \(list) FROM \(table)\(filter) ORDER BY \(by) LIMIT \(bound(.integer(Int64(limit))))", values)
    }

    private var sortColumns: [(column: String, descending: Bool)] {
        let descending = order.last?.descending ?? false
        return order + [("person", descending), ("slot", descending)]
    }

    private func clause(_ condition: Condition, _ bound: (SQLValue) -> String) -> String {
        if condition.values.count != 1 {
            let list = condition.values.map(bound).joined(separator: ", ")
            return "\(condition.column) IN (\(list))"
        }
        let value = condition.values[0]
        if condition.comparison == .prefix, case .text(let text) = value {
            let low = bound(.text(text))
            return "\(condition.column) >= \(low) AND \(condition.column) < \(bound(.text(text + "\u{10FFFF}")))"
        }
        return "\(condition.column) \(condition.comparison.rawValue) \(bound(value))"
    }

    /// (a, b, c) after (x, y, z): a >= x AND (a > x OR (a = x AND (b > y OR (b = y AND c > z)))), each by its own
    /// direction. The first part lets the index begin at the right place.
    private func keyset(
        _ columns: [(column: String, descending: Bool)], _ after: [SQLValue], _ bound: (SQLValue) -> String
    ) -> String {
        // Values are bound in the order in which they stand in the text: that is how statements number them.
        guard let first = columns.first, let value = after.first else {
            return "1 = 1"
        }
        let start = "\(first.column) \(first.descending ? "<=" : ">=") \(bound(value))"
        func beyond(_ place: Int) -> String {
            let column = columns[place]
            let clause = "\(column.column) \(column.descending ? "<" : ">") \(bound(after[place]))"
            guard place + 1 < columns.count else {
                return clause
            }
            let same = "\(column.column) = \(bound(after[place]))"
            return "(\(clause) OR (\(same) AND \(beyond(place + 1))))"
        }
        return "\(start) AND \(beyond(0))"
    }
}

/// How many rows of a projection have the same values in some columns.
package struct Tally: Sendable {
    /// In the order of the columns that were asked for.
    package let values: [SQLValue]
    package let count: Int

    package func text(_ place: Int) -> String {
        if values.indices.contains(place), case .text(let text) = values[place] { text } else { "" }
    }

    package func integer(_ place: Int) -> Int64 {
        if values.indices.contains(place), case .integer(let number) = values[place] { number } else { 0 }
    }
}

/// One row of a projection, read by column name.
package struct FoundRow: Sendable {
    /// The id of the Patient.
    package let person: String
    let rid: Int64
    let slot: Int64
    let columns: [String: Int]
    let values: [SQLValue]

    package func text(_ column: String) -> String? {
        if case .text(let text)? = value(column) { text } else { nil }
    }

    package func integer(_ column: String) -> Int64? {
        if case .integer(let number)? = value(column) { number } else { nil }
    }

    package func real(_ column: String) -> Double? {
        switch value(column) {
        case .real(let number)?: number
        case .integer(let number)?: Double(number)
        default: nil
        }
    }

    package func value(_ column: String) -> SQLValue? {
        columns[column].map { values[$0] }
    }

    /// Where a next page of this query begins.
    package func cursor(of query: RowQuery) -> [SQLValue] {
        query.order.map { value($0.column) ?? .null } + [.integer(rid), .integer(slot)]
    }
}
