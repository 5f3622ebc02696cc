/// The value of a JSON number, exact however many digits it has: `1.0`, `1` and `10e-1` are the same.
struct DecimalText: Equatable {
    private let isNegative: Bool
    /// Without zeros at either end; empty for zero.
    private let digits: [UInt8]
    /// The power of ten of the last digit. An exponent beyond any number that is meant stays as it is written.
    private let exponent: Int
    private let beyond: String?

    /// - Parameter text: a number as JSON writes it.
    init(_ text: String) {
        let bytes = Array(text.utf8)
        let isNegative = bytes.first == UInt8(ascii: "-")
        let mark = bytes.firstIndex { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
        let mantissa = bytes[..<(mark ?? bytes.endIndex)]
        let point = mantissa.firstIndex(of: UInt8(ascii: "."))
        var digits = mantissa.filter { (48...57).contains($0) }
        // Far below the range of Int, so that what follows cannot overflow.
        let written =
            mark.flatMap { Int(String(decoding: bytes[($0 + 1)...], as: UTF8.self)) } ?? (mark == nil ? 0 : nil)
        let places = point.map { mantissa.endIndex - $0 - 1 } ?? 0
        let zeros = digits.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeLast(zeros)
        digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
        self.digits = digits
        self.isNegative = isNegative && !digits.isEmpty
        guard !digits.isEmpty else {
            exponent = 0
            beyond = nil
            return
        }
        if let written, written.magnitude < 1_000_000_000 {
            exponent = written - places + zeros
            beyond = nil
        } else {
            exponent = 0
            beyond = text
        }
    }
}
