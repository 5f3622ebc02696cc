import Access
package import Records

/// Counts the figures of the outcomes page anew: one pass over the rows of ``OutcomeProjection`` in chunks, each in a view
/// of its own, then one transaction that stores a MeasureReport a figure and period. The page reads only these.
package struct RefreshOutcomes: Sendable {
    private let records: Records
    private static let chunk = 5_000
    private static let caller = Caller.system("outcomes")

    package init(records: Records) {
        self.records = records
    }

    /// Counts every figure for every period anew and stores the reports in one change.
    /// - Parameter asOf: milliseconds since 1970.
    /// - Returns: how many rows were counted.
    /// - Throws: `CancellationError` between two pages of rows, and what reading and storing throw; the reports then
    ///   stand as before.
    @discardableResult
    package func run(asOf: Int64) async throws -> Int {
        var tally = OutcomeTally(asOf: asOf)
        var after: [SQLValue]?
        var seen = 0
        repeat {
            try Task.checkCancellation()
            let (rows, next) = try await rows(after: after, at: asOf)
            for row in rows {
                tally.add(row)
            }
            seen += rows.count
            after = next
        } while after != nil
        let counted = tally
        try await records.write(as: Self.caller, at: asOf) { change in
            for figure in OutcomeFigure.allCases {
                for period in OutcomePeriod.allCases {
                    let report = OutcomeReport(
                        figure: figure, period: period, asOf: asOf, counts: counted.counts(figure, period))
                    let id = OutcomeReport.id(figure, period)
                    if try change.reader.find("MeasureReport", id) == nil {
                        try change.create(report.resource, id: id)
                    } else {
                        try change.update(report.resource, ifVersion: nil)
                    }
                }
            }
        }
        return seen
    }

    private func rows(after: [SQLValue]?, at now: Int64) async throws -> ([OutcomeTally.Row], [SQLValue]?) {
        try await records.read(as: Self.caller, at: now, for: "outcomes") { reader in
            // No order but the key of the table: person by person.
            var query = RowQuery(OutcomeProjection.table)
            query.limit = Self.chunk
            query.after = after
            let found = try reader.rows(query, OutcomeProjection.columns)
            let next = found.count == Self.chunk ? found.last?.cursor(of: query) : nil
            return (found.map(OutcomeTally.Row.init), next)
        }
    }
}
