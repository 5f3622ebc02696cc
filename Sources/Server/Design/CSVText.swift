/// Tables as files for a spreadsheet (RFC 4180). A cell that a spreadsheet would take for a formula is made a text by an
/// apostrophe before it.
enum CSVText {
    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    static func cell(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, dangerous.contains(first) {
            text = "'" + text
        }
        guard text.unicodeScalars.contains(where: { quoted.contains($0) }) else {
            return text
        }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// What begins a formula, the wide forms of other keyboards too, and white space that spreadsheets pass over.
    private static let dangerous: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]
    private static let quoted: Set<Unicode.Scalar> = [",", "\"", "\r", "\n", ";", "\t"]
}
