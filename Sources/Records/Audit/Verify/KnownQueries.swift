/// The texts of searches to which rows of the audit point, by their hashes.
struct KnownQueries: Sendable {
    /// The text of a hash, as three numbers: a million of them are compared quickly.
    private struct Key: Hashable {
        let words: (UInt64, UInt64, UInt64)

        /// - Returns: nil for what is no hash by its length.
        init?(_ text: ArraySlice<UInt8>) {
            guard text.count == 24 else {
                return nil
            }
            words = text.withUnsafeBytes { bytes in
                (
                    bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                )
            }
        }

        static func == (left: Key, right: Key) -> Bool { left.words == right.words }

        func hash(into hasher: inout Hasher) {
            // A part of a hash is as good as the whole.
            hasher.combine(words.0)
        }
    }

    private struct Part: Sendable {
        var keys: [Key] = []
        var changed: String?
    }

    private var keys: Set<Key> = []
    private static let mark = Array(AuditQueryText.mark.utf8)

    /// Where the hashes are parted, so that they are read side by side.
    private static let bounds = ["", "G", "W", "m"]

    /// - Parameter engine: where they are.
    /// - Returns: all of them, and the hash of a text that is not what its hash says; nil when all are.
    /// - Throws: what the database reports.
    static func read(from engine: any Engine) async throws -> (known: KnownQueries, changed: String?) {
        try await withThrowingTaskGroup(of: Part.self) { group in
            for (place, bound) in bounds.enumerated() {
                let end = bounds.dropFirst(place + 1).first
                group.addTask { try await read(from: bound, to: end, engine) }
            }
            var known = KnownQueries()
            var changed: String?
            for try await part in group {
                known.keys.reserveCapacity(known.keys.count + part.keys.count)
                known.keys.formUnion(part.keys)
                changed = [changed, part.changed].compactMap(\.self).min()
            }
            return (known, changed)
        }
    }

    private static func read(from bound: String, to end: String?, _ engine: any Engine) async throws -> Part {
        try await engine.read { connection in
            var part = Part()
            var hash: [UInt8] = []
            let before = end == nil ? "" : " AND hash < $2"
            try connection.rows(
                "SELECT hash, text FROM audit_query WHERE hash >= $1\(before)",
                [.text(bound)] + (end.map { [.text($0)] } ?? [])
            ) { row in
                hash.removeAll(keepingCapacity: true)
                row.append(text: 0, to: &hash)
                if let key = Key(hash[...]) {
                    part.keys.append(key)
                }
                guard part.changed == nil, !AuditQueryText.hash(row.text(1) ?? "").utf8.elementsEqual(hash) else {
                    return
                }
                part.changed = String(decoding: hash, as: UTF8.self)
            }
            return part
        }
    }

    /// Whether a column points to a text that is not there.
    /// - Parameter column: what stands in the row.
    /// - Returns: false for a text that stands in the row itself.
    func isMissing(_ column: ArraySlice<UInt8>) -> Bool {
        guard column.starts(with: Self.mark) else {
            return false
        }
        return !(Key(column.dropFirst(Self.mark.count)).map(keys.contains) ?? false)
    }
}
