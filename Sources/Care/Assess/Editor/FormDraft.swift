import Content
package import FHIR

/// A form that a site writes itself, as it is typed: the fields of the editor, and what they come to. Whatever was typed is
/// kept, be it finished or not.
package struct FormDraft: Sendable {
    /// Short name, part of its address: `sleep-at-our-place`.
    package let name: String
    package let fields: [(name: String, value: String)]

    package init(name: String, fields: [(name: String, value: String)]) {
        self.name = name
        self.fields = fields
    }

    /// What was typed in a field, without white space around it; empty when nothing was.
    package func text(_ field: String) -> String { fields.first { $0.name == field }?.value.bare ?? "" }

    /// The numbers of the questions, in the order in which they are asked.
    package var questions: [Int] {
        let all = Set(
            fields.compactMap { field -> Int? in
                guard field.name.hasPrefix("q"), field.name.hasSuffix("-text"), !field.value.bare.isEmpty else {
                    return nil
                }
                return Int(field.name.dropFirst().dropLast("-text".count))
            }
        ).filter { (0..<FormDraft.mostQuestions).contains($0) && text("q\($0)-remove").isEmpty }
        return all.sorted { (Int(text("q\($0)-place")) ?? $0 + 1, $0) < (Int(text("q\($1)-place")) ?? $1 + 1, $1) }
    }

    package static let mostQuestions = 100

    /// Whether all of it is there in Spanish too, or is meant to be.
    var hasSpanish: Bool { !text("title-es").isEmpty }

    /// A name that can be part of an address and of the ids of what comes of it.
    package static func isName(_ name: String) -> Bool {
        (3...20).contains(name.utf8.count) && name.utf8.first.map { (97...122).contains($0) } == true
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }

    /// The fields as they are kept.
    var kept: String {
        let all = fields.filter { !["csrf", "version", "do"].contains($0.name) && !$0.value.isEmpty }
        let json = JSON.array(all.map { [.string($0.name), .string($0.value)] })
        return String(decoding: json.serialized(), as: UTF8.self)
    }

    /// Reads what is kept with a Questionnaire: a draft or a published form of the site's own; nil for any other.
    package init?(_ questionnaire: JSONNode) {
        guard let url = questionnaire.text("url"), url.hasPrefix(SiteForms.urlStart),
            let kept = SiteForms.mark(questionnaire, "editor-fields"),
            let document = try? JSONDocument(text: kept)
        else {
            return nil
        }
        name = String(url.dropFirst(SiteForms.urlStart.count))
        var fields: [(name: String, value: String)] = []
        for pair in document.root.elements {
            let parts = pair.elements.compactMap(\.string)
            if parts.count == 2 { fields.append((parts[0], parts[1])) }
        }
        self.fields = fields
    }
}

extension String {
    /// Without white space at its ends.
    var bare: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
