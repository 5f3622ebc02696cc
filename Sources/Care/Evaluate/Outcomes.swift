package import Records

/// What the outcomes page shows, read from the stored reports alone.
package struct Outcomes: Sendable {
    /// Milliseconds since 1970; nil when nothing has been counted yet.
    package let asOf: Int64?
    package let period: OutcomePeriod
    private let reports: [OutcomeFigure: OutcomeReport]
    private let before: [OutcomeFigure: OutcomeReport]

    package static func read(_ period: OutcomePeriod, by reader: Reader) throws -> Outcomes {
        func reports(_ period: OutcomePeriod) throws -> [OutcomeFigure: OutcomeReport] {
            var found: [OutcomeFigure: OutcomeReport] = [:]
            for figure in OutcomeFigure.allCases {
                let resource = try reader.find("MeasureReport", OutcomeReport.id(figure, period))
                found[figure] = resource.flatMap { OutcomeReport($0.root, figure, period) }
            }
            return found
        }
        let now = try reports(period)
        return Outcomes(
            asOf: now.values.map(\.asOf).min(), period: period, reports: now,
            before: period == .year ? try reports(.yearBefore) : [:])
    }

    package func count(_ figure: OutcomeFigure, _ scope: String) -> OutcomeCount {
        reports[figure]?.counts.first { $0.scope == scope } ?? OutcomeCount(scope: scope)
    }

    /// The same figure in the twelve months before; nil when the page does not compare.
    package func before(_ figure: OutcomeFigure, _ scope: String) -> OutcomeCount? {
        before[figure].map { report in report.counts.first { $0.scope == scope } ?? OutcomeCount(scope: scope) }
    }
}
