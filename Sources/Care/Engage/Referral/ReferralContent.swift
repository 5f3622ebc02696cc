package import Content
import FHIR

/// What whoever refers from outside reads, the reasons of a no and the clock, from Content/referrals/refer.yaml.
package struct ReferralContent: Sendable {
    package static let file = "referrals/refer.yaml"

    package let origin: ContentOrigin
    package let decideWithinDays: Int
    package let declineReasons: [ProgramReasons.Reason]
    /// The languages of the form, English first.
    package let languages: [String]
    private let texts: [String: [String: String]]
    private let crisisWords: [String]

    /// The texts that every language has.
    package enum Text: String, Sendable, CaseIterable {
        case title, intro, who, `self`, family, provider, sender, senderHint, senderPhone, senderPhoneHint, heading
        case given, familyName, birth, birthHint, phone, language, postcode, program, anyProgram, reason, reasonHint
        case knows, submit, thanksTitle, thanks, crisisTitle, crisis, again, tooMany, needName, needBirth, needReach
        case needWho, needSender, needReason, tooLong, other
    }

    package init(content: Content) throws {
        guard let bytes = content.file(Self.file), let lines = content.file(HelpLines.file) else {
            throw ContentProblem(place: Self.file, problem: "it is not there, or \(HelpLines.file) is not")
        }
        let help = try HelpLines(ContentField(root: try YAML.parse(lines)))
        try self.init(ContentField(root: try YAML.parse(bytes)), help: help)
    }

    private init(_ root: ContentField, help: HelpLines) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "decideWithinDays",
            "declineReasons", "crisisWords", "texts",
        ])
        guard try root["kind"].text() == "referrals" else { throw root["kind"].problem("it is not referrals") }
        origin = try ContentOrigin(root)
        let days = try root["decideWithinDays"].int()
        guard (1...90).contains(days) else { throw root["decideWithinDays"].problem("it is not 1 to 90") }
        decideWithinDays = days
        var reasons: [ProgramReasons.Reason] = []
        for field in try root["declineReasons"].list() {
            try field.allow(["code", "words"])
            reasons.append(.init(code: try field["code"].text(), words: try field["words"].text()))
        }
        guard !reasons.isEmpty else { throw root["declineReasons"].problem("it is empty") }
        declineReasons = reasons
        var words: [String] = []
        for word in try root["crisisWords"].texts() { words.append(SearchText.normalized(word)) }
        crisisWords = words
        var texts: [String: [String: String]] = [:]
        for (language, field) in try root["texts"].members() {
            try field.allow(Set(Text.allCases.map(\.rawValue)))
            var of: [String: String] = [:]
            for text in Text.allCases {
                let days = try field[text.rawValue].text().contains("{days}")
                of[text.rawValue] =
                    days
                    ? try field[text.rawValue].text().replacing("{days}", with: String(decideWithinDays))
                    : try help.filled(field[text.rawValue])
            }
            texts[language] = of
        }
        guard texts["en"] != nil else { throw root["texts"].problem("en is missing") }
        self.texts = texts
        languages = ["en"] + texts.keys.filter { $0 != "en" }.sorted()
    }

    /// A text in a language; in English where the language is not there.
    package func text(_ text: Text, in language: String) -> String {
        (texts[language] ?? texts["en"])?[text.rawValue] ?? ""
    }

    /// Whether somebody may speak of danger to themselves or another. It opens help at once; it says nothing about anybody.
    package func speaksOfDanger(_ text: String) -> Bool {
        // In pieces: what search compares is cut to some length.
        let plain = text.split(whereSeparator: \.isWhitespace).map { SearchText.normalized(String($0)) }
            .joined(separator: " ")
        return crisisWords.contains { plain.contains($0) }
    }
}
