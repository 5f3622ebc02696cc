/// A day of the proleptic Gregorian calendar, without a time or a zone.
///
/// Years run from 1 to 9999, as in FHIR R4 §2.24.0.1 `date`. The count of days since 1970-01-01 (which is day 0)
/// turns differences between days into subtraction; the conversion follows the 400-year cycle of 146,097 days with
/// the year taken to begin in March, so that the leap day comes last.
package struct CalendarDay: Sendable, Hashable, Comparable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// The day with these numbers, or nil when there is none such (30 February, month 13, year 0).
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
        guard day >= 1, day <= CalendarDay.length(ofMonth: month, year: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day so many days after 1970-01-01 (negative: before). Counts outside years 1 to 9999 give the nearest day.
    package init(daysSinceEpoch days: Int) {
        let shifted = min(max(days, CalendarDay.firstDay), CalendarDay.lastDay) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// A whole day written as `2026-11-21`; nil for anything else.
    package init?(_ text: String) {
        guard let date = FHIRDate(text, as: .date), date.precision == .day else { return nil }
        self = date.firstDay
    }

    /// Days since 1970-01-01; negative before it.
    package var daysSinceEpoch: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear % 400
        let marchMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Day of the week, Monday 1 to Sunday 7 (ISO 8601).
    package var weekday: Int {
        let sinceMonday = (daysSinceEpoch + 3) % 7
        return (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1
    }

    /// Whole years from this day to a later one, as a person's age is counted; negative when the other is earlier.
    /// Someone born on 29 February has their birthday on 1 March in other years.
    package func years(until other: CalendarDay) -> Int {
        let reached = (other.month, other.day) >= (month, day)
        return other.year - year - (reached ? 0 : 1)
    }

    /// The day so many days later (negative: earlier), held within years 1 to 9999.
    package func adding(days: Int) -> CalendarDay {
        CalendarDay(daysSinceEpoch: daysSinceEpoch + min(max(days, -4_000_000), 4_000_000))
    }

    /// The same day of the month so many months later (negative: earlier), or the last of a shorter month.
    package func adding(months: Int) -> CalendarDay {
        let total = year * 12 + month - 1 + min(max(months, -120_000), 120_000)
        let wantedYear = min(max(total / 12, 1), 9999)
        let wantedMonth = max(total, 12) % 12 + 1
        let wantedDay = min(day, CalendarDay.length(ofMonth: wantedMonth, year: wantedYear))
        return CalendarDay(year: wantedYear, month: wantedMonth, day: wantedDay) ?? self
    }

    /// As FHIR writes it: `2026-11-21`.
    package var text: String {
        FHIRDate.padded(year, to: 4) + "-" + FHIRDate.padded(month, to: 2) + "-" + FHIRDate.padded(day, to: 2)
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// Days in a month, 28 to 31. A month outside 1 to 12 counts as 31.
    package static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static let firstDay = -719_162
    private static let lastDay = 2_932_896
}
