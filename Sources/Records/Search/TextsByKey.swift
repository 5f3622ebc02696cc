/// Reads resources by their keys, many at a time.
struct TextsByKey {
    let reader: Reader

    /// Statements for a few sizes are prepared once; the last key fills the places that are left.
    private static let sizes = [1, 5, 20, 50, 200]

    /// The texts behind some keys; the condition says what else has to hold of the row `r`.
    func read(_ keys: [Int64], where condition: SQLText = "1 = 1") throws -> [Int64: StoredText] {
        var found: [Int64: StoredText] = [:]
        for chunk in keys.chunks(of: 200) {
            guard let last = chunk.last, let size = Self.sizes.first(where: { $0 >= chunk.count }) else {
                continue
            }
            let filled = Array(chunk) + Array(repeating: last, count: size - chunk.count)
            try reader.connection.each(
                """
                SELECT \(StoredText.columns("r")) FROM resource r WHERE r.rid IN (\(SQLText.list(filled)))
                AND r.version > 0 AND r.deleted = 0 AND \(condition)
                """
            ) { row in
                if let text = StoredText(row, types: reader.types) {
                    found[text.rid] = text
                }
            }
        }
        return found
    }
}
