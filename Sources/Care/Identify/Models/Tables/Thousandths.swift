/// A score or a weight in thousandths, so that sums never drift: 2.426 is held as 2426.
package struct Thousandths: Sendable, Hashable, Comparable {
    package var count: Int

    package init(_ count: Int) { self.count = count }

    /// A whole number of points.
    package init(whole points: Int) { count = points &* 1000 }

    /// Reads `2.426`, `-3`, `.5`; at most three digits after the point. Nil for anything else.
    package init?(decimal text: some StringProtocol) {
        var value = 0
        var places = -1
        var negative = false
        var digits = 0
        for (offset, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where offset == 0: negative = true
            case UInt8(ascii: ".") where places < 0: places = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9") where places < 3 && digits < 12:
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                digits += 1
                if places >= 0 { places += 1 }
            default: return nil
            }
        }
        guard digits > 0 else { return nil }
        for _ in max(places, 0)..<3 { value *= 10 }
        count = negative ? -value : value
    }

    package static let zero = Thousandths(0)

    package static func < (left: Self, right: Self) -> Bool { left.count < right.count }
    package static func + (left: Self, right: Self) -> Self { Self(left.count &+ right.count) }
    package static func += (left: inout Self, right: Self) { left.count &+= right.count }

    /// The number as JSON and people write it, without needless zeros: `2.426`, `1.9`, `8`, `-3`.
    package var decimal: String {
        let whole = count.magnitude / 1000
        var rest = count.magnitude % 1000
        var text = (count < 0 ? "-" : "") + String(whole)
        guard rest > 0 else { return text }
        var places = 3
        while rest % 10 == 0 {
            rest /= 10
            places -= 1
        }
        let digits = String(rest)
        text += "." + String(repeating: "0", count: places - digits.count) + digits
        return text
    }
}

extension Thousandths: CustomStringConvertible {
    package var description: String { decimal }
}
