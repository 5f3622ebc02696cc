import Access

/// Reads resources by their keys, many at a time.
struct TextsByKey {
    let reader: Reader

    /// Statements for a few sizes are prepared once; the last key fills the places that are left.
    private static let sizes = [1, 5, 20, 50, 200]
    static let mostAtOnce = 200

    /// Some keys, and the last of them as often as it takes: few lengths of list are few statements to prepare.
    static func list(_ keys: some Collection<Int64>) -> SQLText {
        let held = Array(keys)
        guard let last = held.last else {
            return .list([-1])
        }
        let size = sizes.first { $0 >= held.count } ?? held.count
        return .list(held + Array(repeating: last, count: size - held.count))
    }

    /// The texts behind some keys; the condition says what else has to hold of the row `r`.
    func read(_ keys: [Int64], where condition: SQLText = "1 = 1") throws -> [Int64: StoredText] {
        var found: [Int64: StoredText] = [:]
        for chunk in keys.chunks(of: Self.mostAtOnce) {
            try reader.connection.each(
                """
                SELECT \(StoredText.columns("r")) FROM resource r WHERE r.rid IN (\(Self.list(chunk)))
                AND r.version > 0 AND r.deleted = 0 AND \(condition)
                """
            ) { row in
                if let text = StoredText(row, types: reader.types) {
                    found[text.rid] = text
                }
            }
        }
        for text in try reader.shown(Array(found.values), for: .search) where !text.closed.isEmpty {
            found[text.rid] = text
        }
        return found
    }
}
