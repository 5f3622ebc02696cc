/// A parameter of a search as it was sent, decoded: `name:exact` and `Chalmers`.
package struct SearchPair: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Takes a query string or the body of a form apart.
package enum SearchPairs {
    /// The most parameters of one search.
    package static let most = 1_000
    /// The most bytes of one search.
    package static let longest = 1 << 20

    /// - Parameter text: `application/x-www-form-urlencoded`, without the question mark.
    /// - Returns: the pairs in their order; empty pieces between `&` are passed over.
    /// - Throws: ``SearchRefusal`` for too many parameters, bad escapes, text that is not UTF-8, and NUL.
    package static func read(_ text: some Collection<UInt8>) throws(SearchRefusal) -> [SearchPair] {
        guard text.count <= longest else {
            throw SearchRefusal(.tooLong, "A search may have \(longest) bytes.")
        }
        var pairs: [SearchPair] = []
        for piece in text.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < most else {
                throw SearchRefusal(.tooCostly, "A search may have \(most) parameters.")
            }
            let equals = piece.firstIndex(of: UInt8(ascii: "="))
            let name = try decoded(piece[..<(equals ?? piece.endIndex)])
            let value = try equals.map { place throws(SearchRefusal) in
                try decoded(piece[piece.index(after: place)...])
            }
            pairs.append(SearchPair(name, value ?? ""))
        }
        return pairs
    }

    private static func decoded(_ bytes: some Collection<UInt8>) throws(SearchRefusal) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): out.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hex), let low = rest.next().flatMap(hex) else {
                    throw SearchRefusal(.invalid, "A percent sign in the search is not followed by two hex digits.")
                }
                out.append(high << 4 | low)
            default: out.append(byte)
            }
        }
        guard !out.contains(0) else {
            throw SearchRefusal(.invalid, "The search holds a NUL character.")
        }
        guard let text = String(validating: out, as: UTF8.self) else {
            throw SearchRefusal(.invalid, "The search is not UTF-8.")
        }
        return text
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    /// Puts pairs together again for a link.
    package static func written(_ pairs: [SearchPair]) -> String {
        pairs.map { encoded($0.name) + "=" + encoded($0.value) }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122: out.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"),
                UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: "*"):
                out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
