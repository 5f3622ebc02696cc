package import FHIR

/// A formula of a form: FHIRPath, or a search of the records (SDC `application/x-fhir-query`).
package struct FormExpression: Sendable {
    package enum Language: String, Sendable {
        case path = "text/fhirpath"
        case query = "application/x-fhir-query"
    }

    /// What other formulas call it by; nil where nobody does.
    package let name: String?
    package let language: Language
    package let text: String
    /// What the form itself says that it is, shown as the source of what it gives.
    package let words: String?
    /// The formula, or those between `{{` and `}}` of a search, in their order.
    let parsed: [ParsedFHIRPath]
    /// The plain pieces of a search around them.
    let pieces: [String]

    /// Reads an Expression of FHIR R4.
    /// - Throws: ``Unusable`` with the reason: CQL and named expressions are not run here.
    init(_ node: JSONNode) throws(Unusable) {
        guard let text = node.text("expression") else {
            throw Unusable(reason: "an expression without its text (a reference to a library) is not supported")
        }
        guard let code = node.text("language"), let language = Language(rawValue: code) else {
            let named = node.text("language") ?? "no language"
            throw Unusable(
                reason:
                    "expressions in \(named) are not supported: FHIRPath and x-fhir-query are, for there is no CQL here"
            )
        }
        self.text = text
        self.language = language
        name = node.text("name")
        words = node.text("description")
        var pieces: [String] = []
        var sources: [String] = []
        switch language {
        case .path: sources = [text]
        case .query:
            var rest = text[...]
            while let start = Self.find("{{", in: rest), let end = Self.find("}}", in: rest[start.upperBound...]) {
                pieces.append(String(rest[..<start.lowerBound]))
                sources.append(String(rest[start.upperBound..<end.lowerBound]))
                rest = rest[end.upperBound...]
            }
            pieces.append(String(rest))
        }
        self.pieces = pieces
        var parsed: [ParsedFHIRPath] = []
        for source in sources {
            do { parsed.append(try ParsedFHIRPath(source)) } catch {
                throw Unusable(reason: "\"\(source)\" is not FHIRPath that can be used here: \(error)")
            }
        }
        self.parsed = parsed
    }

    /// Why a formula cannot be used.
    struct Unusable: Error { let reason: String }

    private static func find(_ mark: String, in text: Substring) -> Range<Substring.Index>? {
        var place = text.startIndex
        while place < text.endIndex {
            if text[place...].hasPrefix(mark) {
                return place..<text.index(place, offsetBy: mark.count)
            }
            place = text.index(after: place)
        }
        return nil
    }
}
