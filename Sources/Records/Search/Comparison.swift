import FHIR

/// Conditions on the columns of index rows, with `@` for the alias of the row (FHIR R4 §3.1.1.4.6 to §3.1.1.4.13).
enum Comparison {
    /// `low` is the first millisecond of the stored stretch, `high` the first after it.
    static func date(_ test: DateTest) -> SQLText {
        switch test.prefix {
        case .eq: "@.low >= \(test.low) AND @.low < \(test.high) AND @.high <= \(test.high)"
        case .ne: "(@.low < \(test.low) OR @.high > \(test.high))"
        case .gt: "@.high > \(test.high)"
        case .lt: "@.low < \(test.low)"
        // Above it, or wholly within: both say that it does not begin and end before.
        case .ge: "(@.low >= \(test.low) OR @.high > \(test.high))"
        case .le: "@.low < \(test.high) AND (@.low < \(test.low) OR @.high <= \(test.high))"
        case .sa: "@.low >= \(test.high)"
        case .eb: "@.low < \(test.low) AND @.high <= \(test.low)"
        case .ap: "@.low < \(test.high) AND @.high > \(test.low)"
        }
    }

    /// Longer than this lies in an index of its own.
    private static let long: Int64 = 93_600_000

    /// The rows of a date parameter that satisfy a test, so that each part walks a short stretch of an index.
    static func dates(_ parameter: Int, _ test: DateTest) -> SQLText {
        let rows: SQLText = "SELECT d.rid AS rid FROM index_date d WHERE d.parameter = \(parameter)"
        func beyond(_ bound: Int64, _ start: Int64) -> SQLText {
            // What ends after the bound: it begins not long before, or is one of the long ones.
            """
            \(rows) AND d.low > \(bound - long) AND d.low < \(start) AND d.high > \(bound)
            UNION ALL SELECT d.rid AS rid FROM index_date d WHERE d.parameter = \(parameter)
            AND d.high - d.low > 93600000 AND d.high > \(bound) AND d.low + 0 <= \(bound - long)
            """
        }
        switch test.prefix {
        case .gt: return beyond(test.high, FHIRDate.latest + 1)
        case .ge: return "\(rows) AND d.low >= \(test.low) UNION ALL \(beyond(test.high, test.low))"
        case .ap: return beyond(test.low, test.high)
        default: return "\(rows) AND \(date(test).of("d"))"
        }
    }

    /// Both ends of what is stored are included; equality follows the digits written, comparisons the value.
    static func number(_ test: NumberTest) -> SQLText {
        switch test.prefix {
        case .eq: "@.low >= \(test.low) AND @.low < \(test.high) AND @.high < \(test.high)"
        case .ne: "(@.low < \(test.low) OR @.high >= \(test.high))"
        case .gt: "@.high > \(test.value)"
        case .lt: "@.low < \(test.value)"
        case .ge: "@.high >= \(test.value)"
        case .le: "@.low <= \(test.value)"
        case .sa: "@.low > \(test.value)"
        case .eb: "@.low < \(test.value) AND @.high < \(test.value)"
        case .ap: "@.low <= \(test.high) AND @.high >= \(test.low)"
        }
    }

    /// The rows of a number or quantity parameter that satisfy a test. `before` holds conditions on columns that stand
    /// before the number in the key, `more` any others.
    static func numbers(
        _ table: String, _ parameter: Int, _ test: NumberTest, before: [(column: String, test: SQLText)] = [],
        and more: SQLText = "1 = 1"
    ) -> SQLText {
        let key = SQLText.joined(before.map { "@.\($0.column) \($0.test)" } + [more], by: " AND ").of("n")
        let rows: SQLText = "SELECT n.rid AS rid FROM \(table) n WHERE n.parameter = \(parameter) AND \(key)"
        // What reaches up to the bound from below is a range, and those lie in an index of their own; the key is written
        // so that it cannot be used instead.
        let hidden = SQLText.joined(before.map { "\(Self.hidden($0.column)) \($0.test)" } + [more], by: " AND ").of("n")
        let wide: SQLText = "SELECT n.rid AS rid FROM \(table) n WHERE n.parameter = \(parameter) AND \(hidden)"
        func up(_ bound: Double, _ points: SQLText, _ ranges: SQLText) -> SQLText {
            "\(rows) AND \(points) UNION ALL \(wide) AND n.high > n.low AND \(ranges) AND n.low + 0 < \(bound)"
        }
        switch test.prefix {
        case .gt: return up(test.value.nextUp, "n.low > \(test.value)", "n.high > \(test.value)")
        case .ge: return up(test.value, "n.low >= \(test.value)", "n.high >= \(test.value)")
        case .ap:
            return up(test.low, "n.low >= \(test.low) AND n.low <= \(test.high)", "n.high >= \(test.low)")
        default: return "\(rows) AND \(number(test).of("n"))"
        }
    }

    private static func hidden(_ column: String) -> String {
        column == "system" ? "@.system + 0" : "@.\(column) || ''"
    }

    static func string(_ test: StringTest, column: String = "value") -> SQLText {
        switch test.mode {
        case .starts:
            "@.\(column) >= \(.text(test.text)) AND @.\(column) < \(.text(test.text + "\u{10FFFF}"))"
        case .contains: "@.\(column) LIKE \(.text(pattern(test.text))) ESCAPE '\\'"
        case .exact(let exact): "@.\(column) = \(.text(test.text)) AND @.exact = \(exact)"
        }
    }

    private static func pattern(_ text: String) -> String {
        var out = "%"
        for character in text {
            if "%_\\".contains(character) {
                out.append("\\")
            }
            out.append(character)
        }
        return out + "%"
    }

    /// A box around the place, then the distance in it as on a plane: right within a thousandth up to some 100 km.
    static func near(_ test: NearTest) -> SQLText {
        let degrees = test.distance / 111.195
        let turn = max(cosine(test.latitude), 0.000_001)
        let across = "CASE WHEN abs(@.high - east) > 180 THEN 360 - abs(@.high - east) ELSE abs(@.high - east) END"
        let east: SQLText = "\(test.longitude)"
        let apart = SQLText(stringLiteral: across).with("east", east)
        return """
            @.low >= \(test.latitude - degrees) AND @.low <= \(test.latitude + degrees)
            AND (@.low - \(test.latitude)) * (@.low - \(test.latitude))
            + (\(apart)) * (\(apart)) * \(turn * turn) <= \(degrees * degrees)
            """
    }

    /// Of degrees, by its series: exact to nine digits, and without a library.
    private static func cosine(_ degrees: Double) -> Double {
        let angle = degrees * .pi / 180
        var term = 1.0
        var sum = 1.0
        for step in stride(from: 2.0, through: 24, by: 2) {
            term *= -angle * angle / (step * (step - 1))
            sum += term
        }
        return sum
    }
}

extension SQLText {
    /// Puts a piece with values in place of each name in a text that has no values itself.
    fileprivate func with(_ name: String, _ piece: SQLText) -> SQLText {
        let parts = text.split(separator: name, omittingEmptySubsequences: false)
        return .joined(parts.map { SQLText(stringLiteral: String($0)) }, by: piece)
    }

    private static func joined(_ pieces: [SQLText], by separator: SQLText) -> SQLText {
        var made = SQLText(stringLiteral: "")
        for (index, piece) in pieces.enumerated() {
            if index > 0 {
                made += separator
            }
            made += piece
        }
        return made
    }
}
