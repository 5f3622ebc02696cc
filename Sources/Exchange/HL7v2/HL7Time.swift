import FHIR
package import Foundation

/// A TS, DTM or DT: `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ]`, as exact as it was written.
package struct HL7Time: Sendable, Equatable {
    /// The first moment that it covers, milliseconds since 1970.
    package let milliseconds: Int64
    /// As a FHIR dateTime; without a time of day where none was written.
    package let dateTime: String
    /// As a FHIR date.
    package let date: String

    /// Reads text; nil when it is no real time.
    ///
    /// A local time that a change of clocks skips is read with the offset before the change, and one that comes twice is
    /// the first of the two.
    /// - Parameters:
    ///   - text: as it stands in the message.
    ///   - zone: where no offset is written.
    package init?(_ text: String?, zone: TimeZone) {
        guard let text else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.count <= 32 else { return nil }
        let digits = Array(bytes.prefix { (48...57).contains($0) })
        guard [4, 6, 8, 10, 12, 14].contains(digits.count) else { return nil }
        var rest = bytes.dropFirst(digits.count)
        var millis = 0
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { (48...57).contains($0) }
            guard digits.count == 14, (1...6).contains(fraction.count) else { return nil }
            millis = Self.number((Array(fraction) + [48, 48])[0..<3])
            rest = rest.dropFirst(fraction.count + 1)
        }
        guard let offset = Self.offset(rest) else { return nil }
        func two(_ place: Int, or missing: Int) -> Int {
            place + 2 <= digits.count ? Self.number(digits[place..<place + 2]) : missing
        }
        let (hour, minute) = (two(8, or: 0), two(10, or: 0))
        let second = two(12, or: 0)
        guard
            let day = CalendarDay(
                year: Self.number(digits[0..<4]), month: two(4, or: 1), day: two(6, or: 1)),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        // A leap second is the one before it.
        let local = day.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + min(second, 59)
        let east = offset.seconds ?? Self.seconds(zone, local: local)
        milliseconds = Int64(local - east) * 1_000 + Int64(millis)
        if digits.count <= 8 {
            let shown = String(day.text.prefix(digits.count == 4 ? 4 : digits.count == 6 ? 7 : 10))
            (date, dateTime) = (shown, shown)
            return
        }
        // The offset that holds at that moment: of a skipped time it is not the one it was read with.
        let shown = offset.seconds ?? zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(local - east)))
        let written = Self.written(milliseconds, east: shown, hasFraction: millis > 0)
        dateTime = written
        date = String(written.prefix(10))
    }

    /// A moment in a zone.
    package init(milliseconds: Int64, zone: TimeZone) {
        self.milliseconds = milliseconds
        let east = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds / 1_000)))
        dateTime = Self.written(milliseconds, east: east, hasFraction: false)
        date = String(dateTime.prefix(10))
    }

    private static func number(_ digits: some Sequence<UInt8>) -> Int { digits.reduce(0) { $0 * 10 + Int($1) - 48 } }

    private struct Offset {
        /// East of UTC; nil when none is written.
        let seconds: Int?
    }

    /// nil for what is no offset.
    private static func offset(_ rest: ArraySlice<UInt8>) -> Offset? {
        guard let sign = rest.first else { return Offset(seconds: nil) }
        let digits = rest.dropFirst()
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), digits.count == 4,
            digits.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        let (hours, minutes) = (number(digits.prefix(2)), number(digits.suffix(2)))
        guard hours * 60 + minutes <= 14 * 60, minutes < 60 else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return Offset(seconds: sign == UInt8(ascii: "-") ? -seconds : seconds)
    }

    /// The offset with which a local time is read: that before a change of clocks where the time is skipped or doubled.
    private static func seconds(_ zone: TimeZone, local: Int) -> Int {
        func offset(_ instant: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))) }
        let (before, after) = (offset(local - 86_400), offset(local + 86_400))
        if offset(local - before) == before { return before }
        return offset(local - after) == after ? after : before
    }

    private static func written(_ milliseconds: Int64, east: Int, hasFraction: Bool) -> String {
        // FHIR writes offsets in minutes; those of local mean time before standard time have seconds.
        let isUTC = east % 60 != 0
        let local = Int(milliseconds.floored(by: 1_000)) + (isUTC ? 0 : east)
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let second = local - days * 86_400
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        var text = CalendarDay(daysSinceEpoch: days).text
        text += "T\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
        if hasFraction {
            let millis = Int(milliseconds - milliseconds.floored(by: 1_000) * 1_000)
            text += "." + (millis < 100 ? "0" : "") + two(millis)
        }
        guard !isUTC else { return text + "Z" }
        let minutes = abs(east) / 60
        return text + (east < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
    }
}

extension Int64 {
    /// Divided, rounded down.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}
