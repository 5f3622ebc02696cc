/// An amount with a unit: UCUM, or a calendar word such as `day` (N1 §4.1.8).
struct PathQuantity: Sendable {
    let value: PathDecimal
    /// A UCUM code, or a calendar word as it was written.
    let unit: String
    /// Whether the unit is a calendar word.
    let isCalendar: Bool

    static let words: Set<String> = [
        "year", "month", "week", "day", "hour", "minute", "second", "millisecond",
        "years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds",
    ]

    init(_ value: PathDecimal, _ unit: String, isCalendar: Bool = false) {
        self.value = value
        self.unit = unit
        self.isCalendar = isCalendar
    }

    /// A number, then nothing, a UCUM code in quotes, or a calendar word.
    init?(_ text: String) {
        let trimmed = PathText.trimmed(text)
        let number = trimmed.unicodeScalars.prefix {
            ($0.value >= 48 && $0.value <= 57) || "+-.".unicodeScalars.contains($0)
        }
        guard number.last != ".", let value = PathDecimal(Substring(number)) else { return nil }
        let rest = PathText.trimmed(String(trimmed.unicodeScalars.dropFirst(number.count)))
        if rest.isEmpty {
            self.init(value, "1")
        } else if Self.words.contains(rest) {
            self.init(value, rest, isCalendar: true)
        } else if rest.hasPrefix("'"), rest.hasSuffix("'"), rest.utf8.count > 2 {
            self.init(value, String(rest.dropFirst().dropLast()))
        } else {
            return nil
        }
    }

    var text: String { value.text + (isCalendar ? " " + unit : " '" + unit + "'") }

    /// The calendar word in the singular.
    private var word: String? { isCalendar ? (unit.hasSuffix("s") ? String(unit.dropLast()) : unit) : nil }

    /// Both in one unit; nil when the dimensions differ or a calendar month or year meets one of fixed length.
    func order(_ other: PathQuantity) -> Int? {
        if unit == other.unit { return value == other.value ? 0 : value < other.value ? -1 : 1 }
        let months = ["year": 12, "month": 1]
        let mine = word.flatMap { months[$0] }
        let theirs = other.word.flatMap { months[$0] }
        if let mine, let theirs {
            guard let left = value.multiplied(by: PathDecimal(mine)),
                let right = other.value.multiplied(by: PathDecimal(theirs))
            else { return nil }
            return left == right ? 0 : left < right ? -1 : 1
        }
        guard mine == nil, theirs == nil, let left = measure, let right = other.measure else { return nil }
        return left.order(value, other.value, in: right)
    }

    /// As ``order(_:)``, a calendar year being as long as UCUM's (N1 §6.1.2).
    func isAlike(_ other: PathQuantity) -> Bool {
        func fixed(_ quantity: PathQuantity) -> PathQuantity {
            PathQuantity(quantity.value, quantity.fixedUnit)
        }
        let left = fixed(self)
        let right = fixed(other)
        if left.unit == right.unit {
            let places = min(value.trimmed.places, other.value.trimmed.places)
            return left.value.rounded(to: places) == right.value.rounded(to: places)
        }
        guard let one = left.measure, let two = right.measure else { return false }
        // To the places of the less exact of the two, in either unit: 4 g are like 4040 mg.
        func isAlike(_ value: PathDecimal, _ told: PathDecimal?) -> Bool {
            guard let told = told?.trimmed else { return false }
            let places = min(value.trimmed.places, told.places)
            return value.rounded(to: places) == told.rounded(to: places)
        }
        return isAlike(left.value, two.amount(right.value, in: one))
            || isAlike(right.value, one.amount(left.value, in: two))
    }

    /// The UCUM code of a calendar word.
    private var fixedUnit: String {
        let codes = [
            "year": "a", "month": "mo", "week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s",
            "millisecond": "ms",
        ]
        return word.flatMap { codes[$0] } ?? unit
    }

    var measure: UnitOfMeasure? { UnitOfMeasure(fixedUnit) }
}
