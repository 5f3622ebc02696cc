extension SyntheticPopulation {
    /// A calendar day of the Gregorian calendar, counted from 1970-01-01. No clock time and no time zone.
    package struct Day: Sendable, Hashable, Comparable {
        /// Days since 1970-01-01, negative before.
        package var number: Int

        /// The day that is `number` days after 1970-01-01.
        package init(number: Int) { self.number = number }

        /// The UTC day in which a moment lies.
        package init(secondsSince1970 seconds: Int) {
            number = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        }

        /// A day written `YYYY-MM-DD`, or nil when it is not written so or does not exist.
        package init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
                let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
                (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
            else { return nil }
            self.init(year: year, month: month, day: day)
            let back = civil
            guard back.year == year, back.month == month, back.day == day else { return nil }
        }

        /// The proleptic Gregorian day, by counting eras of 400 years that begin in March.
        init(year: Int, month: Int, day: Int) {
            let shifted = month <= 2 ? year - 1 : year
            let era = (shifted >= 0 ? shifted : shifted - 399) / 400
            let yearOfEra = shifted - era * 400
            let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
            let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            number = era * 146_097 + dayOfEra - 719_468
        }

        /// Year, month 1–12 and day 1–31.
        var civil: (year: Int, month: Int, day: Int) {
            let shifted = number + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let marchMonth = (5 * dayOfYear + 2) / 153
            let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
            return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        }

        /// The same day, later by some days (earlier when negative).
        func plus(_ days: Int) -> Day { Day(number: number + days) }

        package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    }
}
