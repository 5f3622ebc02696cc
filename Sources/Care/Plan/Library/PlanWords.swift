import Content

/// A text that people read, in every language in which packs are written.
package struct PlanWords: Sendable, Equatable {
    package let en: String
    package let es: String

    package init(en: String, es: String) {
        self.en = en
        self.es = es
    }

    /// Reads both texts and puts in the numbers to call.
    init(_ en: ContentField, _ es: ContentField, _ lines: HelpLines) throws(ContentProblem) {
        self.en = try lines.filled(en)
        self.es = try lines.filled(es)
    }

    /// Reads `en` and `es` of a mapping.
    init(_ field: ContentField, _ lines: HelpLines) throws(ContentProblem) {
        try field.allow(["en", "es"])
        try self.init(field["en"], field["es"], lines)
    }
}

/// A language in which a sheet is given to a person.
package enum PlanLanguage: String, Sendable, CaseIterable {
    case en
    case es

    /// That of a BCP 47 code; English where there is no other.
    package init(code: String?) {
        let base = code?.split(separator: "-").first.map { $0.lowercased() }
        self = base.flatMap(PlanLanguage.init(rawValue:)) ?? .en
    }

    package func of(_ words: PlanWords) -> String {
        switch self {
        case .en: words.en
        case .es: words.es
        }
    }
}
