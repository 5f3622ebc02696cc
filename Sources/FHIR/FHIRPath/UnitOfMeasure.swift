/// A UCUM unit as a factor on base units, for the units that care records use (https://ucum.org, version 2.1, tables of
/// base units, prefixes and conventional units). Units with an offset, such as degrees Celsius, compare only with
/// themselves.
struct UnitOfMeasure: Sendable, Hashable {
    /// Powers of the base units by name, those at 0 left out.
    var powers: [String: Int] = [:]
    var numerator: Int128 = 1
    var denominator: Int128 = 1
    /// A power of ten beside the fraction.
    var exponent = 0

    /// Reads `mg/dL`, `10*3/uL`, `kg.m/s2`, `{count}`; a calendar word as its UCUM unit. Nil when a part is not known.
    init?(_ text: String) {
        guard text.utf8.count <= 120 else { return nil }
        var reader = Reader(text: Array(text.unicodeScalars))
        guard let read = reader.term(depth: 0), reader.isAtEnd else { return nil }
        self = read
    }

    private init() {}

    func isComparable(to other: UnitOfMeasure) -> Bool { powers == other.powers }

    /// An amount in this unit against one in another of the same dimensions: -1, 0 or 1; nil when it cannot be told.
    func order(_ left: PathDecimal, _ right: PathDecimal, in other: UnitOfMeasure) -> Int? {
        guard isComparable(to: other) else { return nil }
        func whole(_ amount: PathDecimal, _ unit: UnitOfMeasure, _ denominator: Int128) -> PathDecimal? {
            let (first, over) = amount.trimmed.digits.multipliedReportingOverflow(by: unit.numerator)
            guard !over else { return nil }
            let (second, overAgain) = first.multipliedReportingOverflow(by: denominator)
            return overAgain ? nil : PathDecimal(digits: second, places: 0).trimmed
        }
        // Both as whole numbers times a power of ten; the lesser power is taken from both.
        if let mine = whole(left, self, other.denominator), let theirs = whole(right, other, denominator) {
            let myPower = exponent - left.trimmed.places
            let theirPower = other.exponent - right.trimmed.places
            let low = min(myPower, theirPower)
            if let myUnit = PathDecimal.power(myPower - low), let theirUnit = PathDecimal.power(theirPower - low) {
                let (one, over) = mine.digits.multipliedReportingOverflow(by: myUnit)
                let (two, overAgain) = theirs.digits.multipliedReportingOverflow(by: theirUnit)
                if !over, !overAgain { return one == two ? 0 : one < two ? -1 : 1 }
            }
        }
        let one = left.double * factor
        let two = right.double * other.factor
        return one == two ? 0 : one < two ? -1 : 1
    }

    /// An amount in this unit, told in another; nil when the dimensions differ or it does not fit.
    func amount(_ value: PathDecimal, in other: UnitOfMeasure) -> PathDecimal? {
        guard isComparable(to: other), let ratio = divided(by: other),
            let over = value.multiplied(by: PathDecimal(digits: ratio.numerator, places: 0)),
            let ten = PathDecimal.power(abs(ratio.exponent))
        else { return nil }
        let power = PathDecimal(digits: ten, places: 0)
        guard let scaled = ratio.exponent < 0 ? over.divided(by: power) : over.multiplied(by: power) else { return nil }
        return scaled.divided(by: PathDecimal(digits: ratio.denominator, places: 0))
    }

    private var factor: Double {
        var power = Double(numerator) / Double(denominator)
        for _ in 0..<min(abs(exponent), 300) { power = exponent < 0 ? power / 10 : power * 10 }
        return power
    }

    fileprivate func raised(to power: Int) -> UnitOfMeasure? {
        guard abs(power) <= 9 else { return nil }
        var result = UnitOfMeasure()
        for _ in 0..<abs(power) {
            guard let next = power < 0 ? result.divided(by: self) : result.multiplied(by: self) else { return nil }
            result = next
        }
        return result
    }

    fileprivate func multiplied(by other: UnitOfMeasure) -> UnitOfMeasure? {
        combined(other, other.numerator, other.denominator, other.exponent, sign: 1)
    }

    fileprivate func divided(by other: UnitOfMeasure) -> UnitOfMeasure? {
        combined(other, other.denominator, other.numerator, -other.exponent, sign: -1)
    }

    private func combined(
        _ other: UnitOfMeasure, _ over: Int128, _ under: Int128, _ ten: Int, sign: Int
    ) -> UnitOfMeasure? {
        var result = self
        let (top, topOver) = numerator.multipliedReportingOverflow(by: over)
        let (bottom, bottomOver) = denominator.multipliedReportingOverflow(by: under)
        guard !topOver, !bottomOver else { return nil }
        result.numerator = top
        result.denominator = bottom
        result.exponent = exponent + ten
        for (base, power) in other.powers {
            let sum = (result.powers[base] ?? 0) + power * sign
            result.powers[base] = sum == 0 ? nil : sum
        }
        return result
    }
}

extension UnitOfMeasure {
    /// Left to right, `.` times and `/` by.
    private struct Reader {
        let text: [Unicode.Scalar]
        var position = 0

        var isAtEnd: Bool { position == text.count }

        mutating func term(depth: Int) -> UnitOfMeasure? {
            guard depth < 8 else { return nil }
            var result = UnitOfMeasure()
            var isOver = take("/")
            while true {
                guard let next = component(depth: depth) else { return nil }
                guard let combined = isOver ? result.divided(by: next) : result.multiplied(by: next) else {
                    return nil
                }
                result = combined
                if take(".") { isOver = false } else if take("/") { isOver = true } else { return result }
            }
        }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard position < text.count, text[position] == scalar else { return false }
            position += 1
            return true
        }

        private mutating func component(depth: Int) -> UnitOfMeasure? {
            if take("(") {
                guard let inner = term(depth: depth + 1), take(")") else { return nil }
                return inner
            }
            var name = ""
            var isBracketed = false
            while position < text.count {
                let scalar = text[position]
                if scalar == "{" { break }
                if scalar == "[" { isBracketed = true }
                if !isBracketed, scalar == "." || scalar == "/" || scalar == "(" || scalar == ")" { break }
                if scalar == "]" { isBracketed = false }
                name.unicodeScalars.append(scalar)
                position += 1
            }
            var hasNote = false
            if take("{") {
                hasNote = true
                while position < text.count, text[position] != "}" { position += 1 }
                guard take("}") else { return nil }
            }
            if name.isEmpty { return hasNote ? UnitOfMeasure() : nil }
            return unit(name)
        }

        /// A whole number, a power of ten, or a unit with an exponent behind it.
        private func unit(_ name: String) -> UnitOfMeasure? {
            if let number = Int32(name), number > 0, !name.hasPrefix("+") {
                var result = UnitOfMeasure()
                result.numerator = Int128(number)
                return result
            }
            for ten in ["10*", "10^"] where name.hasPrefix(ten) {
                let power = name.dropFirst(3)
                guard let exponent = power.isEmpty ? 1 : Int(power), abs(exponent) <= 30 else { return nil }
                var result = UnitOfMeasure()
                result.exponent = exponent
                return result
            }
            if let plain = UnitOfMeasure.atom(name) { return plain }
            let digits = name.reversed().prefix { $0.isASCII && ($0.isNumber || $0 == "-" || $0 == "+") }.count
            guard digits > 0, let power = Int(name.suffix(digits)) else { return nil }
            return UnitOfMeasure.atom(String(name.dropLast(digits)))?.raised(to: power)
        }
    }

    private static func atom(_ name: String) -> UnitOfMeasure? {
        if let known = table[name] { return unit(known) }
        for (prefix, power) in prefixes where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.count))
            guard metric.contains(rest), let known = table[rest], var read = unit(known) else { continue }
            read.exponent += power
            return read
        }
        return nil
    }

    private static func unit(_ known: (powers: [String: Int], digits: Int128, exponent: Int)) -> UnitOfMeasure? {
        var read = UnitOfMeasure()
        read.powers = known.powers
        read.numerator = known.digits
        read.exponent = known.exponent
        return read
    }

    private static let prefixes: [(String, Int)] = [
        ("da", 1), ("Y", 24), ("Z", 21), ("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("h", 2),
        ("d", -1), ("c", -2), ("m", -3), ("u", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18), ("z", -21),
        ("y", -24),
    ]

    private static let metric: Set<String> = [
        "m", "s", "g", "rad", "K", "C", "cd", "mol", "sr", "Hz", "N", "Pa", "J", "W", "A", "V", "F", "Ohm", "S", "Wb",
        "T",
        "H", "lm", "lx", "Bq", "Gy", "Sv", "l", "L", "ar", "t", "bar", "u", "eV", "cal", "[iU]", "[IU]", "eq", "osm",
        "kat",
        "U", "m[Hg]", "m[H2O]", "Cel", "[arb'U]",
    ]

    /// Powers of base units, digits and a power of ten.
    private static let table: [String: (powers: [String: Int], digits: Int128, exponent: Int)] = [
        "m": (["m": 1], 1, 0), "s": (["s": 1], 1, 0), "g": (["g": 1], 1, 0), "rad": (["rad": 1], 1, 0),
        "K": (["K": 1], 1, 0), "C": (["C": 1], 1, 0), "cd": (["cd": 1], 1, 0), "1": ([:], 1, 0),
        "%": ([:], 1, -2), "[ppth]": ([:], 1, -3), "[ppm]": ([:], 1, -6), "[ppb]": ([:], 1, -9),
        "mol": ([:], 60_221_367, 16), "eq": ([:], 60_221_367, 16), "osm": ([:], 60_221_367, 16),
        "sr": (["rad": 2], 1, 0), "Hz": (["s": -1], 1, 0), "N": (["g": 1, "m": 1, "s": -2], 1, 3),
        "Pa": (["g": 1, "m": -1, "s": -2], 1, 3), "J": (["g": 1, "m": 2, "s": -2], 1, 3),
        "W": (["g": 1, "m": 2, "s": -3], 1, 3), "A": (["C": 1, "s": -1], 1, 0),
        "V": (["g": 1, "m": 2, "s": -2, "C": -1], 1, 3), "F": (["g": -1, "m": -2, "s": 2, "C": 2], 1, -3),
        "Ohm": (["g": 1, "m": 2, "s": -1, "C": -2], 1, 3), "S": (["g": -1, "m": -2, "s": 1, "C": 2], 1, -3),
        "Wb": (["g": 1, "m": 2, "s": -1, "C": -1], 1, 3), "T": (["g": 1, "s": -1, "C": -1], 1, 3),
        "H": (["g": 1, "m": 2, "C": -2], 1, 3), "lm": (["cd": 1, "rad": 2], 1, 0),
        "lx": (["cd": 1, "rad": 2, "m": -2], 1, 0), "Bq": (["s": -1], 1, 0), "Gy": (["m": 2, "s": -2], 1, 0),
        "Sv": (["m": 2, "s": -2], 1, 0), "l": (["m": 3], 1, -3), "L": (["m": 3], 1, -3), "ar": (["m": 2], 1, 2),
        "min": (["s": 1], 60, 0), "h": (["s": 1], 3_600, 0), "d": (["s": 1], 86_400, 0), "wk": (["s": 1], 604_800, 0),
        "a": (["s": 1], 31_557_600, 0), "a_j": (["s": 1], 31_557_600, 0), "mo": (["s": 1], 2_629_800, 0),
        "mo_j": (["s": 1], 2_629_800, 0), "t": (["g": 1], 1, 6), "u": (["g": 1], 16_605_402, -31),
        "bar": (["g": 1, "m": -1, "s": -2], 1, 8), "atm": (["g": 1, "m": -1, "s": -2], 101_325, 3),
        "m[Hg]": (["g": 1, "m": -1, "s": -2], 133_322, 3), "m[H2O]": (["g": 1, "m": -1, "s": -2], 980_665, 1),
        "[psi]": (["g": 1, "m": -1, "s": -2], 6_894_757_293_168, -6),
        "cal": (["g": 1, "m": 2, "s": -2], 4_184, 0), "[Cal]": (["g": 1, "m": 2, "s": -2], 4_184, 3),
        "kat": (["s": -1], 60_221_367, 16), "[iU]": (["[iU]": 1], 1, 0), "[IU]": (["[iU]": 1], 1, 0),
        "[arb'U]": (["[arb'U]": 1], 1, 0), "Cel": (["Cel": 1], 1, 0), "[degF]": (["[degF]": 1], 1, 0),
        "[pH]": (["[pH]": 1], 1, 0), "deg": (["rad": 1], 1_745_329_251_994_329_577, -20),
        "[in_i]": (["m": 1], 254, -4), "[ft_i]": (["m": 1], 3_048, -4), "[yd_i]": (["m": 1], 9_144, -4),
        "[mi_i]": (["m": 1], 1_609_344, -3), "[in_us]": (["m": 1], 254, -4), "[lb_av]": (["g": 1], 45_359_237, -5),
        "[oz_av]": (["g": 1], 28_349_523_125, -9), "[gr]": (["g": 1], 6_479_891, -8),
        "[stone_av]": (["g": 1], 635_029_318, -5),
        "[gal_us]": (["m": 3], 3_785_411_784, -12), "[qt_us]": (["m": 3], 946_352_946, -12),
        "[pt_us]": (["m": 3], 473_176_473, -12), "[cup_us]": (["m": 3], 2_365_882_365, -13),
        "[foz_us]": (["m": 3], 295_735_295_625, -16), "[tbs_us]": (["m": 3], 1_478_676_478_125, -17),
        "[tsp_us]": (["m": 3], 492_892_159_375, -17), "[drp]": (["m": 3], 5, -8),
        "[HPF]": (["[HPF]": 1], 1, 0), "[CFU]": (["[CFU]": 1], 1, 0), "[pack_us]": (["[pack_us]": 1], 1, 0),
    ]
}
