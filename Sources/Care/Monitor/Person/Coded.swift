import FHIR

/// Small questions that every reader of coded resources asks.
extension JSONNode {
    /// The codes of a CodeableConcept.
    var codes: [String] { list("coding").compactMap { $0["code"]?.string } }

    /// The code of a CodeableConcept in one system.
    func code(of system: String) -> String? {
        list("coding").first { $0["system"]?.string == system }?["code"]?.string
    }

    /// What a CodeableConcept says: its text, else the words of a coding, else a code.
    var words: String? {
        if let text = self["text"]?.string, !text.isEmpty {
            return Self.plain(text)
        }
        return list("coding").lazy.compactMap { $0["display"]?.string }.first { !$0.isEmpty }.map(Self.plain)
            ?? codes.first
    }

    /// Without the tag that SNOMED CT puts behind its full names.
    private static func plain(_ text: String) -> String {
        for tag in [" (disorder)", " (finding)", " (situation)", " (procedure)"] where text.hasSuffix(tag) {
            return String(text.dropLast(tag.count))
        }
        return text
    }

    /// The moment at which a FHIR date begins, milliseconds since 1970.
    func moment(_ path: String...) -> Int64? {
        var node: JSONNode? = self
        for name in path {
            node = node?[name]
        }
        return node?.string.flatMap { FHIRDate($0) }?.low
    }
}
