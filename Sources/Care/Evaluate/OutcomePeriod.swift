import FHIR

/// For which time the figures are counted. Days are counted in UTC.
package enum OutcomePeriod: String, Sendable, CaseIterable {
    case year
    case quarter
    /// The twelve months before the last twelve.
    case yearBefore = "year-before"

    package var words: String {
        switch self {
        case .year: "Last 12 months"
        case .quarter: "Last 3 months"
        case .yearBefore: "The 12 months before"
        }
    }

    /// From the start of a day to the moment of counting, or to the start of a day: always whole months by the calendar, so
    /// that each holds as many 15ths as months.
    package func range(asOf: Int64) -> Range<Int64> {
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(asOf))
        func before(_ months: Int) -> Int64 { FHIRDate.millis(today.adding(months: -months).adding(days: 1)) }
        return switch self {
        case .year: before(12)..<max(asOf + 1, before(12) + 1)
        case .quarter: before(3)..<max(asOf + 1, before(3) + 1)
        case .yearBefore: before(24)..<before(12)
        }
    }

    /// The 15ths within a range, each as a month "2026-03" and its moment.
    static func fifteenths(_ range: Range<Int64>) -> [(month: String, at: Int64)] {
        let first = CalendarDay(daysSinceEpoch: FHIRDate.days(range.lowerBound))
        return (0..<26).compactMap { place in
            guard let start = CalendarDay(year: first.year, month: first.month, day: 1),
                let day = CalendarDay(
                    year: start.adding(months: place).year, month: start.adding(months: place).month, day: 15)
            else {
                return nil
            }
            let at = FHIRDate.millis(day)
            return range.contains(at) ? (Self.month(at), at) : nil
        }
    }

    /// "2026-03".
    static func month(_ at: Int64) -> String { String(FHIRDate.day(at).prefix(7)) }
}
