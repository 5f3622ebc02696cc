/// How alike two names are, by Jaro (J Am Stat Assoc 1989;84:414-420) with Winkler's reward for the same beginning (1990).
package enum NameLikeness {
    /// Only what is this long is compared: longer texts are cut.
    private static let longest = 40

    /// - Parameters:
    ///   - one: a name as search compares text.
    ///   - other: another one.
    /// - Returns: 1 for the same, 0 for nothing in common.
    package static func of(_ one: String, _ other: String) -> Double {
        let (left, right) = (Array(one.unicodeScalars.prefix(longest)), Array(other.unicodeScalars.prefix(longest)))
        guard !left.isEmpty, !right.isEmpty else {
            return 0
        }
        let jaro = jaro(left, right)
        let same = zip(left, right).prefix(4).prefix { $0 == $1 }.count
        return jaro + Double(same) * 0.1 * (1 - jaro)
    }

    private static func jaro(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Double {
        let reach = max(max(left.count, right.count) / 2 - 1, 0)
        var taken = Array(repeating: false, count: right.count)
        var found: [Unicode.Scalar] = []
        for (place, letter) in left.enumerated() {
            let from = max(place - reach, 0)
            let to = min(place + reach, right.count - 1)
            guard from <= to else { continue }
            if let match = (from...to).first(where: { !taken[$0] && right[$0] == letter }) {
                taken[match] = true
                found.append(letter)
            }
        }
        guard !found.isEmpty else {
            return 0
        }
        let others = right.indices.filter { taken[$0] }.map { right[$0] }
        let moved = zip(found, others).filter { $0 != $1 }.count
        let common = Double(found.count)
        return (common / Double(left.count) + common / Double(right.count) + (common - Double(moved) / 2) / common) / 3
    }
}
