/// A piece of SQL with the values that stand in it. Places are numbered when all pieces are together, in the order of the
/// text, so that pieces can be made in any order. What a client sent is only ever a value.
struct SQLText: ExpressibleByStringInterpolation {
    private static let mark: Unicode.Scalar = "\u{1}"

    private(set) var text: String
    private(set) var values: [SQLValue] = []

    init(stringLiteral text: String) { self.text = text }

    init(stringInterpolation: Interpolation) { self = stringInterpolation.made }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var made = SQLText(stringLiteral: "")

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ text: String) { made.text += text }
        /// A name or a keyword of the program's own.
        mutating func appendInterpolation(_ name: String) { made.text += name }
        mutating func appendInterpolation(_ piece: SQLText) { made += piece }
        mutating func appendInterpolation(_ value: SQLValue) { _ = made.place(value) }
        mutating func appendInterpolation(_ value: Int) { _ = made.place(.integer(Int64(value))) }
        mutating func appendInterpolation(_ value: Int64) { _ = made.place(.integer(value)) }
        mutating func appendInterpolation(_ value: Double) { _ = made.place(.real(value)) }
    }

    init(replacing mark: String, with name: String, in other: SQLText) {
        text = other.text.replacing(mark, with: name)
        values = other.values
    }

    private mutating func place(_ value: SQLValue) -> String {
        text.unicodeScalars.append(Self.mark)
        values.append(value)
        return ""
    }

    static func += (left: inout SQLText, right: SQLText) {
        left.text += right.text
        left.values += right.values
    }

    /// A piece that is written by someone who places values himself.
    static func placing(_ write: ((SQLValue) -> String) -> String?) -> SQLText? {
        var values: [SQLValue] = []
        let text = write { value in
            values.append(value)
            return String(mark)
        }
        guard let text else {
            return nil
        }
        var made = SQLText(stringLiteral: text)
        made.values = values
        return made
    }

    /// The piece as a part of a statement whose places somebody else gives, called in the order of the text.
    func written(_ bind: (SQLValue) -> String) -> String {
        var rest = values[...]
        var out: [UInt8] = []
        for byte in text.utf8 {
            if byte == UInt8(ascii: Self.mark), let value = rest.popFirst() {
                out.append(contentsOf: bind(value).utf8)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    static func joined(_ pieces: [SQLText], by separator: String) -> SQLText {
        var made = SQLText(stringLiteral: "")
        for (index, piece) in pieces.enumerated() {
            if index > 0 {
                made.text += separator
            }
            made += piece
        }
        return made
    }

    static func list(_ values: [Int64]) -> SQLText { joined(values.map { "\($0)" }, by: ", ") }

    /// The statement with its numbered places.
    var sql: String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + values.count * 2)
        var number = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: Self.mark) {
                number += 1
                out.append(UInt8(ascii: "$"))
                out.append(contentsOf: String(number).utf8)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

extension EngineKind {
    /// Joins the one row, or the few, that belong to each row before: rows are read in the order of the text. Without
    /// statistics a planner may take it into its head to read the whole table instead.
    /// The condition has `@` for the alias of the joined row.
    func beside(_ table: String, _ alias: String, on condition: SQLText) -> (join: SQLText, condition: SQLText) {
        switch self {
        case .sqlite: ("CROSS JOIN \(table) \(alias)", condition.of(alias))
        case .postgres:
            (
                "CROSS JOIN LATERAL (SELECT * FROM \(table) z WHERE \(condition.of("z")) OFFSET 0) \(alias)", "1 = 1"
            )
        }
    }
}

extension Connection {
    /// Not called `rows`, so that a literal is never taken for plain SQL.
    func each(_ statement: SQLText, _ body: (any SQLRow) throws -> Void) throws {
        try rows(statement.sql, statement.values, body)
    }
}
