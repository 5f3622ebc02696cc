package import FHIR

/// A person's name as lists, searches and speech need it. The official name goes before the usual one and before others;
/// names that are over are used only when there is no other.
package struct PersonName: Sendable {
    /// `WHITFIELD, Delores`; `Name not recorded` when there is none.
    package let list: String
    /// Family name first, as search compares text.
    package let sorting: String
    /// The parts of all names, each as search compares text, without repeats.
    package let parts: [String]

    package init(_ patient: JSONNode) {
        let names = patient.list("name")
        let current = names.filter { !["old", "maiden", "temp"].contains($0["use"]?.string ?? "") }
        let pool = current.isEmpty ? names : current
        let best =
            pool.first { $0["use"]?.string == "official" } ?? pool.first { $0["use"]?.string == "usual" } ?? pool.first
        let given = Self.given(best)
        let family = Self.words(best?["family"]?.string)
        let text = Self.words(best?["text"]?.string)
        switch (family.isEmpty, given.isEmpty) {
        case (false, false): list = "\(family.uppercased()), \(given)"
        case (false, true): list = family.uppercased()
        case (true, false): list = given
        case (true, true): list = text.isEmpty ? "Name not recorded" : text
        }
        sorting = SearchText.normalized(family.isEmpty && given.isEmpty ? text : "\(family) \(given)")
        var seen: Set<String> = []
        var parts: [String] = []
        for name in names {
            let whole = [name["family"]?.string, Self.given(name)].compactMap { $0 }.joined(separator: " ")
            let source = whole.isEmpty ? name["text"]?.string ?? "" : whole
            for part in Self.parts(of: source) where seen.insert(part).inserted {
                parts.append(part)
            }
        }
        self.parts = Array(parts.prefix(6))
    }

    /// The words of a text as search compares them: hyphens and apostrophes part and join as people type them.
    package static func parts(of text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        for scalar in SearchText.normalized(text).unicodeScalars {
            if scalar.properties.isAlphabetic || (48...57).contains(scalar.value) {
                part.unicodeScalars.append(scalar)
            } else if scalar != "'" && scalar != "\u{2019}" && scalar != ".", !part.isEmpty {
                parts.append(part)
                part = ""
            }
        }
        return part.isEmpty ? parts : parts + [part]
    }

    private static func given(_ name: JSONNode?) -> String {
        words((name?.list("given") ?? []).compactMap(\.string).joined(separator: " "))
    }

    private static func words(_ text: String?) -> String {
        (text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
