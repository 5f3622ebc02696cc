import FHIR

/// One line of NDJSON under construction: text goes straight to bytes, and nothing is formatted twice.
struct ByteLine {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(2048) }

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    /// Appends text of the program itself.
    mutating func add(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Appends JSON that stands ready.
    mutating func add(_ ready: [UInt8]) { bytes.append(contentsOf: ready) }

    mutating func add(number: Int) {
        if number < 0 {
            bytes.append(UInt8(ascii: "-"))
            return add(number: -number)
        }
        var power = 1
        while number / power >= 10 { power *= 10 }
        while power > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / power % 10))
            power /= 10
        }
    }

    /// Appends a number with leading zeros up to `width` digits; longer numbers are written whole.
    mutating func add(number: Int, width: Int) {
        var power = 1
        for _ in 1..<max(width, 1) { power *= 10 }
        while power > 1, number < power {
            bytes.append(UInt8(ascii: "0"))
            power /= 10
        }
        add(number: number)
    }

    /// Appends `value` rounded to `places` decimals, as a measured value is written: `7.0`, not `7`.
    mutating func add(decimal value: Double, places: Int) {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        if value < 0, scaled > 0 { bytes.append(UInt8(ascii: "-")) }
        add(number: scaled / Int(scale))
        guard places > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        add(number: scaled % Int(scale), width: places)
    }

    /// Appends `YYYY-MM-DD`.
    mutating func add(day: Day) {
        let calendar = day.calendar
        add(number: calendar.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        add(number: calendar.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        add(number: calendar.day, width: 2)
    }

    /// Appends a FHIR dateTime: the day and the minute of it, in US Central standard time all year round.
    mutating func add(moment: Moment) {
        add(day: moment.day)
        bytes.append(UInt8(ascii: "T"))
        add(number: moment.minute / 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        add(number: moment.minute % 60, width: 2)
        add(":00-06:00")
    }

    /// `text` as the inside of a JSON string.
    static func escaped(_ text: some StringProtocol) -> [UInt8] {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: out.append(UInt8(ascii: " "))
            default: out.append(byte)
            }
        }
        return out
    }
}

/// A minute of a day.
struct Moment: Comparable {
    var day: Day
    /// 0 to 1439.
    var minute: Int

    func plus(minutes: Int) -> Moment {
        let total = minute + minutes
        return Moment(day: day.plus(total / 1440), minute: total % 1440)
    }

    static func < (left: Moment, right: Moment) -> Bool { (left.day, left.minute) < (right.day, right.minute) }
}
