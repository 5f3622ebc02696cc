/// The few things that every drawing needs: safe text and short numbers.
///
/// Drawings carry no style of their own, only class names, so that a strict content policy holds and the sheet
/// `Content/design/parts.css` colours them in light, dark, print and forced colours.
enum SVG {
    /// Text made safe for markup and for attribute values in double or single quotes.
    ///
    /// Characters that XML 1.0 forbids are left out, since one of them would break the whole page.
    static func text(_ raw: String) -> String {
        var safe = ""
        safe.reserveCapacity(raw.utf8.count)
        for scalar in raw.unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            case "\t", "\n", "\r": safe += " "
            case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value): continue
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// A number with at most `digits` (0 to 3) decimals, without trailing zeros: 12, 12.5, -0.25.
    ///
    /// What is not finite, or too large to draw, becomes 0: a chart must never end the page it stands on.
    static func number(_ value: Double, digits: Int = 1) -> String {
        let scale = [1.0, 10.0, 100.0, 1000.0][min(max(digits, 0), 3)]
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        let scaled = Int((value * scale).rounded())
        let (whole, rest) = abs(scaled).quotientAndRemainder(dividingBy: Int(scale))
        let sign = scaled < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        var decimals = String(Int(scale) + rest).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        return "\(sign)\(whole).\(decimals)"
    }
}

/// A drawing with the table beneath it: what the page part `parts/chart` shows.
package struct ChartFigure: Sendable {
    /// One row of the table.
    package struct Line: Sendable {
        package let cells: [String]
    }

    /// What the table holds, in words.
    package let caption: String
    /// Markup of the drawing; every text in it is escaped.
    package let svg: String
    /// Column heads of the table, plain text.
    package let heads: [String]
    /// Rows of the table in the order of the data, plain text.
    package let lines: [Line]
}
