package import Foundation

/// When a rule holds, by the calendar and the clock on the wall of the site.
package struct RuleTime: Sendable, Hashable {
    package enum Day: String, Sendable, CaseIterable {
        case sunday = "sun"
        case monday = "mon"
        case tuesday = "tue"
        case wednesday = "wed"
        case thursday = "thu"
        case friday = "fri"
        case saturday = "sat"
    }

    /// From one minute of the day until before another; an end that is not later is one of the next day.
    package struct Hours: Sendable, Hashable {
        package let start: Int
        package let end: Int
    }

    /// Empty: every day. Of hours across midnight the day is that on which they begin.
    package let days: Set<Day>
    /// Empty: the whole day.
    package let hours: [Hours]
    /// The first and the last day, as `20261127`; nil: no bound.
    package let from: Int?
    package let until: Int?

    /// Whether it holds at a moment.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - zone: of the site.
    /// - Returns: what the clock on the wall says: an hour that the clocks skip is not there, one that they repeat holds
    ///   twice.
    package func holds(at now: Int64, in zone: TimeZone) -> Bool {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let date = Date(timeIntervalSince1970: Double(now) / 1_000)
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        guard let year = parts.year, let month = parts.month, let day = parts.day, let hour = parts.hour,
            let minute = parts.minute
        else {
            return false
        }
        let today = WallDay(year: year, month: month, day: day)
        let time = hour * 60 + minute
        guard !hours.isEmpty else {
            return holds(on: today)
        }
        return hours.contains { span in
            guard span.end <= span.start else {
                return time >= span.start && time < span.end && holds(on: today)
            }
            return (time >= span.start && holds(on: today)) || (time < span.end && holds(on: today.before))
        }
    }

    private func holds(on day: WallDay) -> Bool {
        (days.isEmpty || days.contains(day.weekday)) && from.map { day.number >= $0 } ?? true
            && until.map { day.number <= $0 } ?? true
    }
}

/// A day of the calendar.
struct WallDay {
    let year: Int
    let month: Int
    let day: Int

    var number: Int { year * 10_000 + month * 100 + day }

    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }

    /// Noon of it where no clock is ever set.
    private var noon: Date? {
        Self.calendar.date(from: DateComponents(year: year, month: month, day: day, hour: 12))
    }

    /// Whether the calendar has such a day.
    var isReal: Bool {
        guard let noon else {
            return false
        }
        return Self(noon).number == number
    }

    var before: WallDay { noon.map { Self($0.addingTimeInterval(-86_400)) } ?? self }

    var weekday: RuleTime.Day {
        let place = noon.map { Self.calendar.component(.weekday, from: $0) - 1 } ?? 0
        let days = RuleTime.Day.allCases
        return days.indices.contains(place) ? days[place] : .sunday
    }

    private init(_ date: Date) {
        let parts = Self.calendar.dateComponents([.year, .month, .day], from: date)
        self.init(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
    }

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }
}
