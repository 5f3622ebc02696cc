/// Reads the parts of a date, dateTime or time as FHIRPath writes them.
struct PathMomentReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    /// `2015`, `2015-02`, `2015-02-04`; with a `T` behind it a dateTime, whose time may be missing or partial.
    mutating func dateOrDateTime() -> PathMoment? {
        guard let year = number(4), year >= 1 else { return nil }
        var read = PathMoment(.date, precision: .year)
        read.year = year
        if take(UInt8(ascii: "-")) {
            guard let month = number(2), (1...12).contains(month) else { return nil }
            read.month = month
            read.precision = .month
            if take(UInt8(ascii: "-")) {
                guard let day = number(2), CalendarDay(year: year, month: month, day: day) != nil else { return nil }
                read.day = day
                read.precision = .day
            }
        }
        guard take(UInt8(ascii: "T")) else { return read }
        read.kind = .dateTime
        guard read.precision == .day, let next = peek, (48...57).contains(next) else { return read }
        guard clock(&read) else { return nil }
        if take(UInt8(ascii: "Z")) {
            read.zone = 0
        } else if let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            position += 1
            guard let hours = number(2), take(UInt8(ascii: ":")), let minutes = number(2), minutes < 60,
                hours * 60 + minutes <= 840
            else { return nil }
            read.zone = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        return read
    }

    /// `14`, `14:34`, `14:34:28`, `14:34:28.123`.
    mutating func time() -> PathMoment? {
        var read = PathMoment(.time, precision: .hour)
        read.year = 1970
        return clock(&read) ? read : nil
    }

    private mutating func clock(_ read: inout PathMoment) -> Bool {
        guard let hour = number(2), hour < 24 else { return false }
        read.hour = hour
        read.precision = .hour
        guard take(UInt8(ascii: ":")) else { return true }
        guard let minute = number(2), minute < 60 else { return false }
        read.minute = minute
        read.precision = .minute
        guard take(UInt8(ascii: ":")) else { return true }
        guard let second = number(2), second <= 60 else { return false }
        read.second = min(second, 59)
        read.precision = .second
        // A point without a digit behind it begins a function: @T14:34:28.is(Time).
        guard peek == UInt8(ascii: "."), position + 1 < bytes.count, (48...57).contains(bytes[position + 1]) else {
            return true
        }
        position += 1
        var scale = 100
        while let next = peek, (48...57).contains(next) {
            read.millisecond += (Int(next) - 48) * scale
            scale /= 10
            position += 1
        }
        read.precision = .millisecond
        return true
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func number(_ count: Int) -> Int? {
        var number = 0
        for _ in 0..<count {
            guard let next = peek, (48...57).contains(next) else { return nil }
            number = number * 10 + Int(next) - 48
            position += 1
        }
        return number
    }
}
