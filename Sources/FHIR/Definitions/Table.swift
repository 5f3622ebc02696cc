/// Lines of tab-separated text, as the generated tables are written. Comment lines (`#`) are left out.
struct Table: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> [ArraySlice<UInt8>]? {
        while position < bytes.count {
            var fields: [ArraySlice<UInt8>] = []
            fields.reserveCapacity(8)
            var start = position
            var end = position
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
                if bytes[end] == UInt8(ascii: "\t") {
                    fields.append(bytes[start..<end])
                    start = end + 1
                }
                end += 1
            }
            fields.append(bytes[start..<end])
            let isComment = end == position || bytes[position] == UInt8(ascii: "#")
            position = end + 1
            if !isComment { return fields }
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// The text of a field of a table.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The words of a field, parted by single spaces.
    var words: [String] { split(separator: UInt8(ascii: " ")).map(\.text) }
}
