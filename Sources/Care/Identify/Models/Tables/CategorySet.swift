/// A set of up to 128 categories of one model, as two machine words.
struct CategorySet: Hashable, Sendable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    static let capacity = 128

    init() {}

    init(_ bits: UInt32) { low = UInt64(bits) }

    var isEmpty: Bool { low | high == 0 }
    var count: Int { low.nonzeroBitCount + high.nonzeroBitCount }

    mutating func insert(_ member: Int) {
        if member < 64 { low |= 1 << UInt64(member) } else { high |= 1 << UInt64(member - 64) }
    }

    func contains(_ member: Int) -> Bool {
        member < 64 ? low >> UInt64(member) & 1 == 1 : high >> UInt64(member - 64) & 1 == 1
    }

    mutating func formUnion(_ other: Self) {
        low |= other.low
        high |= other.high
    }

    func intersects(_ other: Self) -> Bool { low & other.low | high & other.high != 0 }

    func subtracting(_ other: Self) -> Self {
        var rest = self
        rest.low &= ~other.low
        rest.high &= ~other.high
        return rest
    }
}

extension CategorySet: Sequence {
    /// Members in ascending order.
    struct Iterator: IteratorProtocol {
        var rest: CategorySet

        mutating func next() -> Int? {
            if rest.low != 0 {
                let member = rest.low.trailingZeroBitCount
                rest.low &= rest.low &- 1
                return member
            }
            guard rest.high != 0 else { return nil }
            let member = rest.high.trailingZeroBitCount
            rest.high &= rest.high &- 1
            return member + 64
        }
    }

    func makeIterator() -> Iterator { Iterator(rest: self) }

    var underestimatedCount: Int { count }
}
