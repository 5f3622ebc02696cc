import Content

/// The numbers that people are told to call, as `Content/help/lines.yaml` or the site's own file has them.
package struct HelpLines: Sendable, Equatable {
    package static let file = "help/lines.yaml"

    private let numbers: [String: String]

    /// For what endangers life, at once.
    package let emergency: String
    /// For whoever thinks of suicide.
    package let crisis: String

    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow(["kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "lines"])
        guard try root["kind"].text() == "help-lines" else { throw root["kind"].problem("it is not help-lines") }
        _ = try ContentOrigin(root)
        var numbers: [String: String] = [:]
        for (name, field) in try root["lines"].members() { numbers[name] = try field.text() }
        emergency = try root["lines"]["emergency"].text()
        crisis = try root["lines"]["crisis"].text()
        self.numbers = numbers
    }

    /// The number that a field names, as `crisis`.
    func number(_ field: ContentField) throws(ContentProblem) -> String {
        guard let number = numbers[try field.text()] else { throw field.problem("it is no line of \(Self.file)") }
        return number
    }

    /// A text with the numbers in the places of `{emergency}` and the like.
    /// - Parameters:
    ///   - field: the text.
    ///   - keeping: what is left as it is, as `{what matters}`.
    /// - Returns: the text with the numbers.
    /// - Throws: `ContentProblem` when it names no line.
    func filled(
        _ field: ContentField, keeping: Set<String> = ["what matters"]
    ) throws(ContentProblem) -> String {
        var rest = try field.text()[...]
        var filled = ""
        while let open = rest.firstIndex(of: "{") {
            filled += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { throw field.problem("a { is not closed") }
            let name = String(rest[rest.index(after: open)..<close])
            guard let put = keeping.contains(name) ? "{\(name)}" : numbers[name] else {
                throw field.problem("{\(name)} is no line of \(Self.file)")
            }
            filled += put
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}
