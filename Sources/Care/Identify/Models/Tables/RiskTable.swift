/// Why a file under Content/risk/ cannot be used. No patient data appears in it.
package enum RiskContentFailure: Error, Equatable, Sendable {
    case missing(file: String)
    case lacksHeader(file: String, key: String)
    case lacksColumn(file: String, column: String)
    case malformed(file: String, line: Int, reason: String)
    /// A tier rule names a payment model, which may inform and never raise a tier.
    case paymentModelInTier(file: String, line: Int)
}

/// One file of Content/risk/: `# key: value` lines, a line of column names, then rows.
///
/// The four keys `source`, `version`, `effective` and `licence` are required, so that nothing without an origin is
/// ever used to score a person.
struct RiskTable {
    struct Row {
        /// The line in the file, counted from 1, for messages.
        let line: Int
        let fields: [String]
    }

    let file: String
    let header: [String: String]
    let columns: [String]
    let rows: [Row]

    /// Reads and checks a whole table.
    ///
    /// - Throws: `missing` when `bytes` is nil, else what is wrong with it.
    init(file: String, bytes: [UInt8]?) throws(RiskContentFailure) {
        guard let bytes else { throw .missing(file: file) }
        var header: [String: String] = [:]
        var columns: [String]?
        var rows: [Row] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty { continue }
            if line.first == UInt8(ascii: "#") {
                if let (key, value) = RiskTable.keyAndValue(line.dropFirst()) { header[key] = value }
                continue
            }
            guard let fields = RiskTable.fields(line) else {
                throw .malformed(file: file, line: number, reason: "a quoted field does not end")
            }
            guard let expected = columns else {
                columns = fields
                continue
            }
            guard fields.count == expected.count else {
                throw .malformed(file: file, line: number, reason: "\(expected.count) fields expected")
            }
            rows.append(Row(line: number, fields: fields))
        }
        for key in ["source", "version", "effective", "licence"] where header[key] == nil {
            throw .lacksHeader(file: file, key: key)
        }
        guard let columns else { throw .malformed(file: file, line: number, reason: "no line of column names") }
        self.file = file
        self.header = header
        self.columns = columns
        self.rows = rows
    }

    /// The published version that scores made from this table carry.
    var version: String { header["version"] ?? "" }

    /// Where a column stands.
    func column(_ name: String) throws(RiskContentFailure) -> Int {
        guard let place = columns.firstIndex(of: name) else { throw .lacksColumn(file: file, column: name) }
        return place
    }

    /// A failure that points at a row of this table.
    func failure(_ row: Row, _ reason: String) -> RiskContentFailure {
        .malformed(file: file, line: row.line, reason: reason)
    }

    /// A whole number in a row.
    func integer(_ row: Row, _ column: Int) throws(RiskContentFailure) -> Int {
        guard let value = Int(row[column]) else { throw failure(row, "\(columns[column]) is not a whole number") }
        return value
    }

    private static func keyAndValue(_ line: ArraySlice<UInt8>) -> (String, String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return (trimmed(line[..<colon]), trimmed(line[(colon + 1)...]))
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let space = UInt8(ascii: " ")
        let start = bytes.drop { $0 == space }
        let end = start.lastIndex { $0 != space }.map { $0 + 1 } ?? start.endIndex
        return String(decoding: start[start.startIndex..<end], as: UTF8.self)
    }

    private static func fields(_ line: ArraySlice<UInt8>) -> [String]? {
        let quote = UInt8(ascii: "\"")
        var fields: [String] = []
        var current: [UInt8] = []
        var quoted = false
        var previousWasClosingQuote = false
        for byte in line {
            if byte == quote {
                if previousWasClosingQuote { current.append(quote) }
                previousWasClosingQuote = quoted
                quoted.toggle()
                continue
            }
            previousWasClosingQuote = false
            if byte == UInt8(ascii: ","), !quoted {
                fields.append(String(decoding: current, as: UTF8.self))
                current.removeAll(keepingCapacity: true)
            } else {
                current.append(byte)
            }
        }
        fields.append(String(decoding: current, as: UTF8.self))
        return quoted ? nil : fields
    }
}

extension RiskTable.Row {
    /// The text in a column; empty when the column is not there.
    subscript(_ column: Int) -> String { fields.indices.contains(column) ? fields[column] : "" }

    /// The words of a column, split at spaces.
    func words(_ column: Int) -> [Substring] { self[column].split(separator: " ") }
}
