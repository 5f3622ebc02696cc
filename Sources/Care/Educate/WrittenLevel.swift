/// How hard a text is that the team writes for one person, and which sentence makes it so. It is told beside the text
/// and never in the way of saving it: the words may be the person's own.
package struct WrittenLevel: Sendable, Equatable {
    package let language: PlanLanguage
    /// Flesch-Kincaid; nil for Spanish.
    package let grade: Double?
    /// Fernández Huerta; nil for English.
    package let spanish: Double?
    /// The hardest sentence, where there are two or more.
    package let hardest: String?
    package let isTooHard: Bool

    /// Fewer words say nothing at all: the formulas count averages.
    static let fewest = 5

    /// Nothing when there are too few words to measure.
    /// - Parameters:
    ///   - text: as it was written.
    ///   - language: that of the person, for a text that does not show its own.
    package init?(_ text: String?, for language: PlanLanguage) {
        let words = Self.words(text)
        guard let text, words.count >= Self.fewest else {
            return nil
        }
        let language = Self.language(of: words) ?? language
        func level(_ text: String) -> Double {
            language == .en ? ReadingLevel.grade(text) : -ReadingLevel.spanish(text)
        }
        let most = language == .en ? ReadingLevel.mostGrade : -ReadingLevel.leastSpanish
        let sentences = Self.sentences(text)
        self.language = language
        grade = language == .en ? level(text) : nil
        spanish = language == .es ? -level(text) : nil
        // Of one or two words a level says nothing.
        let measured = sentences.filter { Self.words($0).count >= 3 }
        hardest = sentences.count > 1 ? measured.max { level($0) < level($1) } : nil
        isTooHard = level(text) > most
    }

    /// In plain words for whoever wrote it.
    package var told: String {
        let figure =
            if let grade {
                "Reads at grade \(Self.rounded(max(0, grade)))"
            } else {
                "Reads at \(Self.rounded(spanish ?? 0)) on the Spanish scale (70 and more is sixth grade or easier)"
            }
        guard isTooHard else {
            return "\(figure)."
        }
        let place = hardest.map { ": the hardest sentence is “\($0)”" } ?? ""
        return "\(figure), above sixth grade\(place). Shorter words and sentences help."
    }

    private static func rounded(_ value: Double) -> String {
        let tenths = Int((min(max(value, -999), 999) * 10).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    private static func words(_ text: String?) -> [String] {
        (text ?? "").lowercased().split { !$0.isLetter && $0 != "'" && $0 != "’" }.map(String.init)
    }

    private static func sentences(_ text: String) -> [String] {
        text.split { ".!?\n".contains($0) }
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .filter { !words($0).isEmpty }
    }

    private static let english: Set<String> = [
        "and", "at", "day", "for", "i", "in", "is", "it", "my", "of", "on", "the", "to", "want", "we", "with", "you",
        "your",
    ]
    private static let castilian: Set<String> = [
        "al", "con", "de", "del", "día", "el", "en", "la", "las", "lo", "los", "mi", "mis", "para", "por", "que",
        "quiero", "se", "si",
        "su", "sus", "un", "una", "y", "yo",
    ]

    /// By the little words of each language; nil when neither has more of them.
    private static func language(of words: [String]) -> PlanLanguage? {
        let (en, es) = (words.count(where: english.contains), words.count(where: castilian.contains))
        return en == es ? nil : en > es ? .en : .es
    }
}
