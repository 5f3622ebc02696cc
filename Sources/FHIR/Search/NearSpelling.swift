/// Finds names that someone may have meant.
enum NearSpelling {
    /// At most three names within two changes, the nearest first.
    static func of(_ name: some StringProtocol, among names: some Sequence<String>) -> [String] {
        let wanted = Array(name.prefix(40).lowercased().utf8)
        var found: [(distance: Int, name: String)] = []
        for candidate in names {
            let other = Array(candidate.lowercased().utf8)
            guard abs(other.count - wanted.count) <= 2 else { continue }
            let distance = distance(wanted, other)
            if distance <= (wanted.count > 4 ? 2 : 1) { found.append((distance, candidate)) }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// ` Did you mean a, b?`, or nothing.
    static func hint(_ name: some StringProtocol, among names: some Sequence<String>) -> String {
        let near = of(name, among: names)
        return near.isEmpty ? "" : " Did you mean " + near.joined(separator: ", ") + "?"
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (line, byte) in left.enumerated() {
            var corner = line
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let changed = corner + (byte == other ? 0 : 1)
                corner = row[column + 1]
                row[column + 1] = min(changed, corner + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
