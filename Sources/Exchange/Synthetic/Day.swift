import FHIR

/// A day as a count from 1970-01-01: what a life is reckoned in, since all of it is earlier and later.
struct Day: Hashable, Comparable {
    var number: Int

    init(number: Int) { self.number = number }

    init(_ day: CalendarDay) { number = day.daysSinceEpoch }

    var calendar: CalendarDay { CalendarDay(daysSinceEpoch: number) }

    /// 1 January of the year in which the day lies.
    var newYear: Day {
        let calendar = calendar
        return Day(CalendarDay(year: calendar.year, month: 1, day: 1) ?? calendar)
    }

    /// The same day, later by some days (earlier when negative).
    func plus(_ days: Int) -> Day { Day(number: number + days) }

    static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}
