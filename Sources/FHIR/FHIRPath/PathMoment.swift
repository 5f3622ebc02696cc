/// A date, dateTime or time as FHIRPath N1 §4.1.5 has it: the parts that were written, and no more.
struct PathMoment: Sendable, Hashable {
    enum Kind: Sendable { case date, dateTime, time }

    /// The parts in their order; how exact it is, is how many there are. A time begins with the hour.
    enum Part: Int, Sendable, Comparable {
        case year, month, day, hour, minute, second, millisecond

        static func < (left: Part, right: Part) -> Bool { left.rawValue < right.rawValue }
    }

    var kind: Kind
    var year = 1
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var millisecond = 0
    var precision: Part
    /// Minutes east of UTC, when they were written.
    var zone: Int?

    init(_ kind: Kind, precision: Part) {
        self.kind = kind
        self.precision = precision
    }

    /// A dateTime to the millisecond.
    init(millis: Int64, zone: Int) {
        self.init(.dateTime, precision: .millisecond)
        let local = millis + Int64(zone) * 60_000
        let days = FHIRDate.days(local)
        set(CalendarDay(daysSinceEpoch: days), ofDay: local - Int64(days) * 86_400_000)
        self.zone = zone
    }

    /// Reads `2015`, `2015-02-04`, `2015-02-04T14:34:28.123+10:00`; with `mayBePartTime` also `2015T` and an hour alone.
    /// Nil when there is no such day or hour.
    init?(_ text: String, as kind: Kind) {
        var reader = PathMomentReader(text)
        guard let read = kind == .time ? reader.time() : reader.dateOrDateTime(), reader.isAtEnd else { return nil }
        if kind == .date, read.kind != .date { return nil }
        self = read
        self.kind = kind
    }

    mutating func set(_ calendar: CalendarDay, ofDay: Int64) {
        year = calendar.year
        month = calendar.month
        day = calendar.day
        let ofDay = Int(min(max(ofDay, 0), 86_399_999))
        hour = ofDay / 3_600_000
        minute = ofDay / 60_000 % 60
        second = ofDay / 1_000 % 60
        millisecond = ofDay % 1_000
    }

    var calendar: CalendarDay? { CalendarDay(year: year, month: month, day: day) }

    /// Milliseconds since midnight.
    var ofDay: Int64 { Int64(((hour * 60 + minute) * 60 + second) * 1_000 + millisecond) }

    /// The same moment told in UTC; unchanged without a zone or without a time.
    var inUTC: PathMoment {
        guard let zone, zone != 0, precision >= .hour, kind == .dateTime, let calendar else { return self }
        let moment = FHIRDate.millis(calendar) + ofDay - Int64(zone) * 60_000
        let days = FHIRDate.days(moment)
        var told = self
        told.set(CalendarDay(daysSinceEpoch: days), ofDay: moment - Int64(days) * 86_400_000)
        told.zone = 0
        return told
    }

    func part(_ part: Part) -> Int {
        switch part {
        case .year: year
        case .month: month
        case .day: day
        case .hour: hour
        case .minute: minute
        // N1 §6.2: seconds and milliseconds are one part, as a decimal.
        case .second, .millisecond: second * 1_000 + millisecond
        }
    }

    /// Earlier (-1), the same (0) or later (1); nil when the parts that were written do not tell. N1 §6.1.1, §6.2.
    func order(_ other: PathMoment) -> Int? {
        guard (kind == .time) == (other.kind == .time) else { return nil }
        var left = self
        var right = other
        if precision >= .hour, other.precision >= .hour, kind != .time {
            guard (zone == nil) == (other.zone == nil) else { return nil }
            left = inUTC
            right = other.inUTC
        }
        let first: Part = kind == .time ? .hour : .year
        let mine = min(precision, .second)
        let theirs = min(other.precision, .second)
        for raw in first.rawValue...max(first.rawValue, min(mine, theirs).rawValue) {
            guard let part = Part(rawValue: raw) else { continue }
            let (one, two) = (left.part(part), right.part(part))
            if one != two { return one < two ? -1 : 1 }
        }
        return mine == theirs ? 0 : nil
    }

    /// As FHIRPath writes it, without `@`.
    var text: String {
        func two(_ number: Int) -> String { FHIRDate.padded(number, to: 2) }
        var text = ""
        if kind != .time {
            text = FHIRDate.padded(year, to: 4)
            if precision >= .month { text += "-" + two(month) }
            if precision >= .day { text += "-" + two(day) }
            guard precision >= .hour else { return text }
            text += "T"
        }
        text += two(hour)
        if precision >= .minute { text += ":" + two(minute) }
        if precision >= .second { text += ":" + two(second) }
        if precision >= .millisecond { text += "." + FHIRDate.padded(millisecond, to: 3) }
        guard let zone else { return text }
        if zone == 0 { return text + "Z" }
        return text + (zone < 0 ? "-" : "+") + two(abs(zone) / 60) + ":" + two(abs(zone) % 60)
    }

    /// How many digits it is written with, which is how FHIRPath counts precision.
    var digitCount: Int {
        let counts = kind == .time ? [0, 0, 0, 2, 4, 6, 9] : [4, 6, 8, 10, 12, 14, 17]
        return counts[precision.rawValue]
    }
}

// MARK: Adding time

extension PathMoment {
    /// The moment so much later (N1 §6.6.7): the amount is cut to whole units, a unit finer than what was written is
    /// turned into the finest that was, a day too many for its month becomes the month's last. Nil outside years 1 to
    /// 9999.
    /// - Throws: when the unit is not one of time, or a UCUM month or year, which have no place in a calendar.
    func adding(_ amount: PathQuantity, sign: Int) throws(FHIRPathError) -> PathMoment? {
        guard let unit = TimeUnit(amount.unit) else {
            throw .execution("Only an amount of time can be added to a date; years and months as calendar units.")
        }
        guard let whole = Int(exactly: amount.value.truncated(to: 0).digits), abs(whole) < 1_000_000_000_000 else {
            return nil
        }
        return adding(whole * sign, unit)
    }

    private func adding(_ count: Int, _ unit: TimeUnit) -> PathMoment? {
        if kind == .time {
            guard let step = unit.millis else { return self }
            let day: Int64 = 86_400_000
            let cut = cut(Int64(count) * step)
            var moved = self
            let total = ((ofDay + cut % day) % day + day) % day
            moved.set(CalendarDay(daysSinceEpoch: 0), ofDay: total)
            return moved
        }
        switch unit {
        case .year, .month:
            let months = unit == .year ? count * 12 : count
            return precision == .year ? moved(years: months / 12) : moved(months: months)
        case .week, .day, .hour, .minute, .second, .millisecond:
            let millis = Int64(count) * (unit.millis ?? 0)
            let days = Int(millis / 86_400_000)
            switch precision {
            case .year: return moved(years: days / 365)
            case .month: return moved(months: days / 30)
            default: return moved(millis: cut(millis))
            }
        }
    }

    /// Whole units of what was written.
    private func cut(_ millis: Int64) -> Int64 {
        let unit: Int64 =
            switch precision {
            case .year, .month, .day: 86_400_000
            case .hour: 3_600_000
            case .minute: 60_000
            case .second: 1_000
            case .millisecond: 1
            }
        return millis / unit * unit
    }

    private func moved(years: Int) -> PathMoment? { moved(months: years * 12) }

    private func moved(months: Int) -> PathMoment? {
        guard abs(months) < 200_000 else { return nil }
        let total = year * 12 + month - 1 + months
        guard total >= 12, total / 12 <= 9999 else { return nil }
        var moved = self
        moved.year = total / 12
        moved.month = total % 12 + 1
        moved.day = min(day, CalendarDay.length(ofMonth: moved.month, year: moved.year))
        return moved
    }

    private func moved(millis: Int64) -> PathMoment? {
        guard let calendar, abs(millis) < 400_000_000_000_000 else { return nil }
        let moment = FHIRDate.millis(calendar) + ofDay + millis
        guard moment >= FHIRDate.earliest, moment < FHIRDate.latest else { return nil }
        let days = FHIRDate.days(moment)
        var moved = self
        moved.set(CalendarDay(daysSinceEpoch: days), ofDay: moment - Int64(days) * 86_400_000)
        return moved
    }
}

/// A unit in which a date is moved.
enum TimeUnit: String {
    case year, month, week, day, hour, minute, second, millisecond

    /// Reads a calendar word, alone or in the plural, or a UCUM code of a fixed length.
    init?(_ unit: String) {
        switch unit {
        case "wk": self = .week
        case "d": self = .day
        case "h": self = .hour
        case "min": self = .minute
        case "s": self = .second
        case "ms": self = .millisecond
        default:
            guard let read = TimeUnit(rawValue: unit.hasSuffix("s") ? String(unit.dropLast()) : unit) else {
                return nil
            }
            self = read
        }
    }

    /// Nil for years and months, which differ.
    var millis: Int64? {
        switch self {
        case .year, .month: nil
        case .week: 604_800_000
        case .day: 86_400_000
        case .hour: 3_600_000
        case .minute: 60_000
        case .second: 1_000
        case .millisecond: 1
        }
    }
}
