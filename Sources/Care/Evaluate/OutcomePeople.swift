package import Records

/// The people behind a figure, one row an event, newest first; counted exactly as the stored report was.
package struct OutcomePeople: Sendable {
    package enum Part: String, Sendable, CaseIterable {
        /// On top of the figure.
        case met
        /// All that it counts.
        case counted
    }

    package struct Line: Sendable {
        package let person: String
        package let patient: Resource?
        /// Milliseconds since 1970.
        package let at: Int64
        package let value: Double?
        package let label: String
        package let isMet: Bool
    }

    package let lines: [Line]
    package let next: [SQLValue]?
    /// As the report says.
    package let total: Int
    package let asOf: Int64

    package static let limit = 50

    /// Reads one page of the people behind a figure.
    /// - Parameters:
    ///   - figure: the figure of the report.
    ///   - part: those on top of the figure, or all that it counts.
    ///   - scope: the part of the people that is looked at, as the report names it.
    ///   - period: the span that the report counts.
    ///   - after: where the page before ended, nil for the first page.
    ///   - reader: the view of the records.
    /// - Returns: nil when nothing has been counted yet.
    /// - Throws: what reading the records throws.
    package static func read(
        _ figure: OutcomeFigure, _ part: Part, scope: String, period: OutcomePeriod, after: [SQLValue]?,
        by reader: Reader
    ) throws -> OutcomePeople? {
        guard let resource = try reader.find("MeasureReport", OutcomeReport.id(figure, period)),
            let report = OutcomeReport(resource.root, figure, period)
        else {
            return nil
        }
        var query = query(figure, part, scope: scope, range: period.range(asOf: report.asOf), asOf: report.asOf)
        query.limit = limit + 1
        query.after = after
        let rows = try reader.rows(query, OutcomeProjection.columns)
        let shown = rows.prefix(limit)
        let count = report.counts.first { $0.scope == scope } ?? OutcomeCount(scope: scope)
        return OutcomePeople(
            lines: try shown.map { row in
                Line(
                    person: row.person, patient: try reader.find("Patient", row.person), at: row.integer("at") ?? 0,
                    value: row.real("value"), label: row.text("label") ?? "", isMet: row.integer("role") == 1)
            },
            next: rows.count > limit ? shown.last?.cursor(of: query) : nil,
            total: part == .met || figure.isRate ? count.met : count.counted, asOf: report.asOf)
    }

    static func query(
        _ figure: OutcomeFigure, _ part: Part, scope: String, range: Range<Int64>, asOf: Int64
    ) -> RowQuery {
        var query = RowQuery(OutcomeProjection.table)
        query.conditions = [
            .init("kind", .equal, .text(figure.rawValue)), .init("scope", .equal, .text(scope)),
            part == .met
                ? .init("role", .equal, .integer(OutcomeProjection.Role.met.rawValue))
                : .init("role", .less, .integer(OutcomeProjection.Role.excluded.rawValue)),
        ]
        if figure == .enrolled {
            query.conditions.append(.init("until", .greaterOrEqual, .integer(range.lowerBound)))
        } else {
            query.conditions.append(.init("at", .greaterOrEqual, .integer(range.lowerBound)))
        }
        let last = figure == .readmission ? min(range.upperBound, OutcomeTally.matured(asOf) + 1) : range.upperBound
        query.conditions.append(.init("at", .less, .integer(last)))
        query.order = [("at", true)]
        return query
    }
}
