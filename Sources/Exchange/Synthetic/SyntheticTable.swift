/// One of the small comma-separated tables in Content/synthetic: `# key: value` lines, a header, rows without quotes.
struct SyntheticTable {
    /// A row; a column that is absent reads as empty.
    struct Row {
        let cells: [Substring]
        let columns: [Substring: Int]
        let place: String

        subscript(_ column: Substring) -> Substring {
            guard let index = columns[column], index < cells.count else { return "" }
            return cells[index]
        }

        /// The words of a column between spaces.
        func list(_ column: Substring) -> [Substring] { self[column].split(separator: " ") }

        /// - Throws: `SyntheticContent.Failure.malformed` when the column holds no number.
        func number(_ column: Substring) throws(SyntheticContent.Failure) -> Double {
            guard let number = Double(self[column]), number.magnitude < 1e9 else {
                throw .malformed(place, column: String(column))
            }
            return number
        }

        /// - Throws: `SyntheticContent.Failure.malformed` when the column holds no number.
        func whole(_ column: Substring) throws(SyntheticContent.Failure) -> Int { Int(try number(column)) }
    }

    let rows: [Row]

    /// - Throws: `SyntheticContent.Failure.missing` when there is no such file or it has no rows.
    init(_ name: String, _ file: (String) -> [UInt8]?) throws(SyntheticContent.Failure) {
        let path = "synthetic/\(name).csv"
        guard let bytes = file(path) else { throw .missing(path) }
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var columns: [Substring: Int] = [:]
        var rows: [Row] = []
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            if columns.isEmpty {
                for (column, cell) in cells.enumerated() { columns[cell] = column }
            } else {
                guard cells.count <= columns.count else { throw .malformed("\(path):\(index + 1)", column: "") }
                rows.append(Row(cells: cells, columns: columns, place: "\(path):\(index + 1)"))
            }
        }
        guard !rows.isEmpty else { throw .missing(path) }
        self.rows = rows
    }
}
