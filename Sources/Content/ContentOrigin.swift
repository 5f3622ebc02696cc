/// What every content file says of itself: where it comes from, which version it is, and when it may be used.
package struct ContentOrigin: Sendable, Equatable {
    /// The published source.
    package let source: String
    /// The version of the content.
    package let version: String
    /// The terms under which it is shipped.
    package let licence: String
    /// First day of use, `yyyy-mm-dd`.
    package let effectiveFrom: String
    /// Last day of use, nil while it is in force.
    package let effectiveTo: String?

    /// An origin of which the parts are known.
    package init(source: String, version: String, licence: String, effectiveFrom: String, effectiveTo: String?) {
        self.source = source
        self.version = version
        self.licence = licence
        self.effectiveFrom = effectiveFrom
        self.effectiveTo = effectiveTo
    }

    /// Reads `source`, `version`, `licence`, `effectiveFrom` and `effectiveTo` of a mapping.
    /// - Throws: `ContentProblem` naming the part that is missing or is no date.
    package init(_ field: ContentField) throws(ContentProblem) {
        source = try field["source"].text()
        version = try field["version"].text()
        licence = try field["licence"].text()
        effectiveFrom = try Self.day(field["effectiveFrom"])
        effectiveTo = field["effectiveTo"].isPresent ? try Self.day(field["effectiveTo"]) : nil
    }

    /// Whether the content is in force on a day written `yyyy-mm-dd`, both ends included.
    package func isEffective(on day: String) -> Bool {
        guard effectiveFrom <= day else { return false }
        guard let effectiveTo else { return true }
        return day <= effectiveTo
    }

    /// A day written `yyyy-mm-dd`; days written so sort as texts do.
    package static func day(_ field: ContentField) throws(ContentProblem) -> String {
        let text = try field.text()
        guard isDay(text) else { throw field.problem("\"\(text)\" is not a date like 2026-01-31") }
        return text
    }

    /// Whether a text has the shape `yyyy-mm-dd` with a month of 1 to 12 and a day of 1 to 31.
    package static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }
}
