/// A FHIR date, dateTime or instant, read as the stretch of time that it covers.
///
/// FHIR R4 §2.24.0.1: a date may be given to the year, the month or the day, a dateTime also to the second or a
/// fraction of it. `2023-05` covers all of May 2023, which is what searching and sorting compare. Text that names a
/// day or an hour that does not exist is not a date.
package struct FHIRDate: Sendable, Hashable {
    /// How exact the text was.
    package enum Precision: Int, Sendable, Comparable {
        case year, month, day, minute, second, millisecond

        package static func < (left: Precision, right: Precision) -> Bool { left.rawValue < right.rawValue }
    }

    /// Which of FHIR's types the text has to satisfy.
    package enum Form: Sendable {
        /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
        case date
        /// A date, or a day with a time to the second and a zone.
        case dateTime
        /// A day with a time to the second and a zone.
        case instant
        /// As in a search: seconds and zone may be left out; without a zone the time is UTC.
        case search
    }

    /// The first millisecond covered, since 1970-01-01T00:00Z.
    package let low: Int64
    /// The first millisecond after what is covered.
    package let high: Int64
    package let precision: Precision
    /// Minutes east of UTC that were written, nil when there was no zone.
    package let zone: Int?

    /// Reads text; nil when it is not a real date of this form.
    package init?(_ text: String, as form: Form = .dateTime) {
        var text = text
        guard let read = text.withUTF8({ FHIRDate(utf8: $0, as: form) }) else { return nil }
        self = read
    }

    /// Reads UTF-8 bytes; nil when they are not a real date of this form.
    package init?(_ bytes: some Collection<UInt8>, as form: Form = .dateTime) {
        let read = bytes.withContiguousStorageIfAvailable { FHIRDate(utf8: $0, as: form) }
        guard let found = read ?? Array(bytes).withUnsafeBufferPointer({ FHIRDate(utf8: $0, as: form) }) else {
            return nil
        }
        self = found
    }

    /// The day on which it begins, in the zone it was written in.
    package var firstDay: CalendarDay {
        CalendarDay(daysSinceEpoch: FHIRDate.days(low + Int64(zone ?? 0) * 60_000))
    }

    /// The earliest moment that FHIR can write; stands for "no beginning" in a range.
    package static let earliest: Int64 = -62_135_596_800_000
    /// The first moment after what FHIR can write; stands for "no end" in a range.
    package static let latest: Int64 = 253_402_300_800_000

    /// Whether text is a FHIR `time`: `hh:mm:ss` with an optional fraction, no zone.
    package static func isTime(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var reader = DateReader(bytes)
            guard reader.clock(secondsNeeded: true) != nil else { return false }
            return reader.isAtEnd
        }
    }

    private init?(utf8 bytes: UnsafeBufferPointer<UInt8>, as form: Form) {
        var reader = DateReader(bytes)
        guard let year = reader.digits(4), year >= 1 else { return nil }
        guard reader.take(UInt8(ascii: "-")) else {
            guard reader.isAtEnd, form != .instant else { return nil }
            self.init(from: (year, 1, 1), until: (year + 1, 1), precision: .year)
            return
        }
        guard let month = reader.digits(2), (1...12).contains(month) else { return nil }
        guard reader.take(UInt8(ascii: "-")) else {
            guard reader.isAtEnd, form != .instant else { return nil }
            let next = month == 12 ? (year + 1, 1) : (year, month + 1)
            self.init(from: (year, month, 1), until: next, precision: .month)
            return
        }
        guard let day = reader.digits(2), let whole = CalendarDay(year: year, month: month, day: day) else {
            return nil
        }
        let midnight = FHIRDate.millis(whole)
        guard reader.take(UInt8(ascii: "T")) else {
            guard reader.isAtEnd, form != .instant else { return nil }
            self.init(low: midnight, high: midnight + 86_400_000, precision: .day, zone: nil)
            return
        }
        guard form != .date, let clock = reader.clock(secondsNeeded: form != .search) else { return nil }
        let zone = reader.zone()
        guard reader.isAtEnd, zone != nil || form == .search else { return nil }
        let low = midnight + clock.millis - Int64(zone ?? 0) * 60_000
        self.init(low: low, high: low + clock.covers, precision: clock.precision, zone: zone)
    }

    private init?(from: (year: Int, month: Int, day: Int), until: (year: Int, month: Int), precision: Precision) {
        guard let first = CalendarDay(year: from.year, month: from.month, day: from.day) else { return nil }
        let end = CalendarDay(year: until.year, month: until.month, day: 1).map(FHIRDate.millis) ?? FHIRDate.latest
        self.init(low: FHIRDate.millis(first), high: end, precision: precision, zone: nil)
    }

    private init(low: Int64, high: Int64, precision: Precision, zone: Int?) {
        self.low = low
        self.high = high
        self.precision = precision
        self.zone = zone
    }
}

// MARK: Counting and writing

extension FHIRDate {
    /// Whole days since 1970-01-01 (UTC) at a moment in milliseconds; moments before 1970 round down.
    package static func days(_ millis: Int64) -> Int {
        let whole = millis / 86_400_000
        return Int(millis % 86_400_000 < 0 ? whole - 1 : whole)
    }

    /// The moment in milliseconds at which a day begins in UTC.
    package static func millis(_ day: CalendarDay) -> Int64 { Int64(day.daysSinceEpoch) * 86_400_000 }

    /// A moment as a FHIR instant in UTC, to the millisecond: `2026-11-21T10:00:00.000Z`.
    /// Moments outside years 1 to 9999 are written as the nearest one inside.
    package static func instant(_ millis: Int64) -> String {
        let held = min(max(millis, earliest), latest - 1)
        let day = days(held)
        let ofDay = Int(held - Int64(day) * 86_400_000)
        // Every answer has some of these.
        func digits(_ number: Int, _ width: Int, _ end: UInt8, _ out: inout [UInt8]) {
            var power = width == 3 ? 100 : 10
            while power > 0 {
                out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / power % 10))
                power /= 10
            }
            out.append(end)
        }
        var out = Array(CalendarDay(daysSinceEpoch: day).text.utf8)
        out.append(UInt8(ascii: "T"))
        digits(ofDay / 3_600_000, 2, UInt8(ascii: ":"), &out)
        digits(ofDay / 60_000 % 60, 2, UInt8(ascii: ":"), &out)
        digits(ofDay / 1_000 % 60, 2, UInt8(ascii: "."), &out)
        digits(ofDay % 1_000, 3, UInt8(ascii: "Z"), &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// The day in UTC at a moment: `2026-11-21`.
    package static func day(_ millis: Int64) -> String { CalendarDay(daysSinceEpoch: days(millis)).text }

    static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// Reads the parts of a date from bytes, left to right.
private struct DateReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int? {
        guard position < bytes.count, (48...57).contains(bytes[position]) else { return nil }
        defer { position += 1 }
        return Int(bytes[position]) - 48
    }

    mutating func digits(_ count: Int) -> Int? {
        var number = 0
        for _ in 0..<count {
            guard let next = digit() else { return nil }
            number = number * 10 + next
        }
        return number
    }

    /// Hours, minutes, seconds and fraction: milliseconds of the day, how many it covers, and how exact it is.
    mutating func clock(secondsNeeded: Bool) -> (millis: Int64, covers: Int64, precision: FHIRDate.Precision)? {
        guard let hour = digits(2), hour < 24, take(UInt8(ascii: ":")) else { return nil }
        guard let minute = digits(2), minute < 60 else { return nil }
        let start = Int64(hour) * 3_600_000 + Int64(minute) * 60_000
        guard take(UInt8(ascii: ":")) else { return secondsNeeded ? nil : (start, 60_000, .minute) }
        // 60 is a leap second, which FHIR allows.
        guard let second = digits(2), second <= 60 else { return nil }
        let whole = start + Int64(second) * 1_000
        guard take(UInt8(ascii: ".")) else { return (whole, 1_000, .second) }
        guard var fraction = digit() else { return nil }
        var places = 1
        while let next = digit() {
            // Beyond the millisecond the digits are read but not kept.
            if places < 3 { fraction = fraction * 10 + next }
            places += 1
        }
        let scaled = places == 1 ? fraction * 100 : places == 2 ? fraction * 10 : fraction
        return (whole + Int64(scaled), 1, .millisecond)
    }

    /// `Z` or `+hh:mm` up to 14:00, in minutes east of UTC; nil when neither stands here.
    mutating func zone() -> Int? {
        if take(UInt8(ascii: "Z")) { return 0 }
        let sign: Int
        if take(UInt8(ascii: "+")) { sign = 1 } else if take(UInt8(ascii: "-")) { sign = -1 } else { return nil }
        guard let hours = digits(2), take(UInt8(ascii: ":")), let minutes = digits(2), minutes < 60 else { return nil }
        let total = hours * 60 + minutes
        return total <= 840 ? sign * total : nil
    }
}
