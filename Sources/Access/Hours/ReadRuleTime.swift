import Content

extension RuleTime {
    /// Reads when a rule holds:
    ///
    ///     when: {days: [mon, tue, wed, thu, fri], hours: "07:00-19:00", from: 2026-12-01, until: 2027-06-30}
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["days", "hours", "from", "until"])
        var days: Set<Day> = []
        for day in try field["days"].list() {
            days.insert(try day.oneOf(Day.self))
        }
        var hours: [Hours] = []
        if case .scalar? = field["hours"].value, field["hours"].isPresent {
            hours = [try Self.hours(field["hours"])]
        } else {
            for span in try field["hours"].list() {
                hours.append(try Self.hours(span))
            }
        }
        self.days = days
        self.hours = hours
        from = try Self.day(field["from"])
        until = try Self.day(field["until"])
        guard !days.isEmpty || !hours.isEmpty || from != nil || until != nil else {
            throw field.problem("it says neither days nor hours nor from or until")
        }
        if let from, let until, until < from {
            throw field["until"].problem("it is before \"from\"")
        }
    }

    private static func hours(_ field: ContentField) throws(ContentProblem) -> Hours {
        let parts = try field.text().split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = minute(parts[0]), let end = minute(parts[1]), start != end,
            start < 24 * 60
        else {
            throw field.problem("hours are written 08:00-17:30; 22:00-06:00 is across midnight")
        }
        return Hours(start: start, end: end)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { "0"..."9" ~= $0 } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...23).contains(hour) || (hour == 24 && minute == 0),
            (0...59).contains(minute)
        else {
            return nil
        }
        return hour * 60 + minute
    }

    private static func day(_ field: ContentField) throws(ContentProblem) -> Int? {
        guard let text = try field.optionalText() else {
            return nil
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy { "0"..."9" ~= $0 } }) else {
            throw field.problem("a day is written 2026-12-01")
        }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == 3, case let day = WallDay(year: numbers[0], month: numbers[1], day: numbers[2]),
            day.isReal
        else {
            throw field.problem("the calendar has no such day")
        }
        return day.number
    }
}
