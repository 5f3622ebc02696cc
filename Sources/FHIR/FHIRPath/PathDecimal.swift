/// An exact decimal number that keeps the digits it was written with: `1.50` is 150 and two places.
///
/// FHIRPath N1 §4.1.4 asks for 28 digits and 8 places; 38 digits and 28 places are held here. What does not fit is nil.
struct PathDecimal: Sendable {
    let digits: Int128
    /// Digits after the point, 0 to ``mostPlaces``.
    let places: Int

    static let mostPlaces = 28
    static let zero = PathDecimal(digits: 0, places: 0)

    init(digits: Int128, places: Int) {
        self.digits = digits
        self.places = places
    }

    init(_ whole: Int) { self.init(digits: Int128(whole), places: 0) }

    /// Reads `-12.50` or, as JSON has it, `1.2E-3`.
    init?(_ text: some StringProtocol) {
        var digits: Int128 = 0
        var places = 0
        var isNegative = false
        var seen = false
        var afterPoint = false
        var rest = Substring(text).utf8
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            isNegative = rest.first == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        var exponent = 0
        while let byte = rest.popFirst() {
            switch byte {
            case 48...57:
                seen = true
                if afterPoint, places >= Self.mostPlaces { continue }
                let (more, over) = digits.multipliedReportingOverflow(by: 10)
                let (sum, overSum) = more.addingReportingOverflow(Int128(byte - 48))
                guard !over, !overSum else { return nil }
                digits = sum
                if afterPoint { places += 1 }
            case UInt8(ascii: "."):
                guard !afterPoint, seen else { return nil }
                afterPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard seen, let stated = Int(Substring(rest)), abs(stated) <= 60 else { return nil }
                exponent = stated
                rest = rest.dropFirst(rest.count)
            default: return nil
            }
        }
        guard seen else { return nil }
        places -= exponent
        while places < 0 {
            let (more, over) = digits.multipliedReportingOverflow(by: 10)
            guard !over else { return nil }
            digits = more
            places += 1
        }
        let read = PathDecimal(digits: isNegative ? -digits : digits, places: places)
        self = places > Self.mostPlaces ? read.rounded(to: Self.mostPlaces) : read
    }

    /// The nearest decimal to a binary fraction, to 15 significant digits; nil when it is not finite or too large.
    init?(_ number: Double) {
        guard number.isFinite, abs(number) < 1e30 else { return nil }
        let magnitude = abs(number)
        var scale = 1.0
        var places = 0
        while places < 16, magnitude * scale < 1e14 {
            scale *= 10
            places += 1
        }
        guard let digits = Int128(exactly: (number * scale).rounded()) else { return nil }
        self = PathDecimal(digits: digits, places: places).trimmed
    }

    /// As it is written: all its places, no exponent.
    var text: String {
        let whole = String(digits.magnitude)
        let sign = digits < 0 ? "-" : ""
        guard places > 0 else { return sign + whole }
        let padded = String(repeating: "0", count: max(0, places + 1 - whole.utf8.count)) + whole
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    var double: Double { Self.power(places).map { Double(digits) / Double($0) } ?? 0 }

    /// Without zeros at the end.
    var trimmed: PathDecimal {
        var digits = digits
        var places = places
        while places > 0, digits % 10 == 0 {
            digits /= 10
            places -= 1
        }
        return PathDecimal(digits: digits, places: places)
    }

    /// The whole number, when it is one and fits FHIRPath's 32 bits.
    var integer: Int? {
        let short = trimmed
        guard short.places == 0, let held = Int32(exactly: short.digits) else { return nil }
        return Int(held)
    }

    static func power(_ count: Int) -> Int128? {
        guard (0...38).contains(count) else { return nil }
        var result: Int128 = 1
        for _ in 0..<count { result *= 10 }
        return result
    }
}

// MARK: Reckoning

extension PathDecimal {
    /// To so many places; a half goes away from zero. With more places than there are it is unchanged.
    func rounded(to wanted: Int) -> PathDecimal {
        guard wanted < places, let unit = Self.power(min(places - wanted, 38)) else { return self }
        let (whole, rest) = digits.quotientAndRemainder(dividingBy: unit)
        let up = rest.magnitude >= (unit / 2).magnitude ? (digits < 0 ? -1 : 1) : 0
        return PathDecimal(digits: whole + Int128(up), places: wanted)
    }

    /// The greatest number of so many places that is not above it.
    func floored(to wanted: Int) -> PathDecimal {
        guard wanted < places, let unit = Self.power(places - wanted) else { return self }
        let (whole, rest) = digits.quotientAndRemainder(dividingBy: unit)
        return PathDecimal(digits: rest < 0 ? whole - 1 : whole, places: wanted)
    }

    /// Cut to so many places, towards zero.
    func truncated(to wanted: Int) -> PathDecimal {
        guard wanted < places, let unit = Self.power(places - wanted) else { return self }
        return PathDecimal(digits: digits / unit, places: wanted)
    }

    /// The same number written with more places; nil when it does not fit.
    func widened(to wanted: Int) -> PathDecimal? {
        guard wanted > places else { return self }
        guard wanted <= Self.mostPlaces, let unit = Self.power(wanted - places) else { return nil }
        let (more, over) = digits.multipliedReportingOverflow(by: unit)
        return over ? nil : PathDecimal(digits: more, places: wanted)
    }

    var negated: PathDecimal { PathDecimal(digits: 0 &- digits, places: places) }

    func adding(_ other: PathDecimal) -> PathDecimal? {
        let wanted = max(places, other.places)
        guard let left = widened(to: wanted), let right = other.widened(to: wanted) else { return nil }
        let (sum, over) = left.digits.addingReportingOverflow(right.digits)
        return over ? nil : PathDecimal(digits: sum, places: wanted)
    }

    func subtracting(_ other: PathDecimal) -> PathDecimal? { adding(other.negated) }

    func multiplied(by other: PathDecimal) -> PathDecimal? {
        let (product, over) = digits.multipliedReportingOverflow(by: other.digits)
        guard !over else {
            // Zeros at the end may be all that is too much.
            let left = trimmed
            let right = other.trimmed
            guard left.places < places || right.places < other.places else { return nil }
            return left.multiplied(by: right)
        }
        let result = PathDecimal(digits: product, places: places + other.places)
        return result.places > Self.mostPlaces ? result.rounded(to: Self.mostPlaces) : result
    }

    /// The quotient to 16 places at most, a half away from zero; nil by zero.
    func divided(by other: PathDecimal) -> PathDecimal? {
        guard other.digits != 0 else { return nil }
        var wanted = 16
        while wanted >= 0 {
            let shift = wanted + 1 + other.places - places
            if shift >= 0, let unit = Self.power(shift) {
                let (raised, over) = digits.multipliedReportingOverflow(by: unit)
                if !over {
                    return PathDecimal(digits: raised / other.digits, places: wanted + 1).rounded(to: wanted).trimmed
                }
            } else if shift < 0, let unit = Self.power(-shift) {
                let (raised, over) = other.digits.multipliedReportingOverflow(by: unit)
                if !over { return PathDecimal(digits: digits / raised, places: wanted + 1).rounded(to: wanted).trimmed }
            }
            wanted -= 1
        }
        return nil
    }

    /// How often the other goes into it, cut towards zero; nil by zero.
    func quotient(_ other: PathDecimal) -> PathDecimal? {
        guard other.digits != 0 else { return nil }
        let wanted = max(places, other.places)
        guard let left = widened(to: wanted), let right = other.widened(to: wanted) else { return nil }
        let (whole, over) = left.digits.dividedReportingOverflow(by: right.digits)
        return over ? nil : PathDecimal(digits: whole, places: 0)
    }

    /// What is left after ``quotient(_:)``; nil by zero.
    func remainder(_ other: PathDecimal) -> PathDecimal? {
        guard other.digits != 0 else { return nil }
        let wanted = max(places, other.places)
        guard let left = widened(to: wanted), let right = other.widened(to: wanted) else { return nil }
        let (rest, over) = left.digits.remainderReportingOverflow(dividingBy: right.digits)
        return over ? nil : PathDecimal(digits: rest, places: wanted)
    }
}

extension PathDecimal: Comparable, Hashable {
    static func == (left: PathDecimal, right: PathDecimal) -> Bool { left.order(right) == 0 }

    static func < (left: PathDecimal, right: PathDecimal) -> Bool { left.order(right) < 0 }

    func hash(into hasher: inout Hasher) {
        let short = trimmed
        hasher.combine(short.digits)
        hasher.combine(short.places)
    }

    /// Whole parts first, then what stands behind the point, so that nothing overflows.
    private func order(_ other: PathDecimal) -> Int {
        if places == other.places { return digits == other.digits ? 0 : digits < other.digits ? -1 : 1 }
        guard let mine = Self.power(places), let theirs = Self.power(other.places),
            let myRest = Self.power(Self.mostPlaces - places),
            let theirRest = Self.power(Self.mostPlaces - other.places)
        else { return 0 }
        let left = digits.quotientAndRemainder(dividingBy: mine)
        let right = other.digits.quotientAndRemainder(dividingBy: theirs)
        if left.quotient != right.quotient { return left.quotient < right.quotient ? -1 : 1 }
        let leftRest = left.remainder * myRest
        let rightRest = right.remainder * theirRest
        return leftRest == rightRest ? 0 : leftRest < rightRest ? -1 : 1
    }
}
