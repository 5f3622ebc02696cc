import Access
package import Content
import Foundation

/// A text that people read, with how hard it is: a row of the table of reading levels.
package struct MeasuredText: Sendable {
    package enum Group: String, Sendable, CaseIterable {
        case short = "Education sheets, short"
        case full = "Education sheets, whole"
        case plans = "Plans: goals, steps, self-care, warning signs"
        case forms = "Forms of our own"
        case others = "Forms of others, whose words may not be changed"
        case crisis = "What somebody reads whose answer means danger"
        case programs = "Programmes, as people read of them"
        case consents = "Consents, as they are read out"
        case portal = "Pages of the portal"
    }

    package let group: Group
    package let name: String
    /// BCP 47.
    package let language: String
    package let text: String

    init(_ group: Group, _ name: String, _ language: String, _ sentences: [String]) {
        self.group = group
        self.name = name
        self.language = language
        text = sentences.map { sentence in
            // A question without a mark, or an answer to tick, is read as a sentence of its own.
            sentence.last.map { ".!?".contains($0) } ?? true ? sentence : sentence + "."
        }.joined(separator: " ")
    }

    package var words: Int { text.split { !$0.isLetter && $0 != "'" }.count }

    /// The Flesch-Kincaid grade of an English text; nil for other languages.
    package var grade: Double? { language == "en" ? ReadingLevel.grade(text) : nil }
    /// Fernández Huerta and INFLESZ of a Spanish text; nil for other languages.
    package var spanish: Double? { language == "es" ? ReadingLevel.spanish(text) : nil }
    package var inflesz: Double? { language == "es" ? ReadingLevel.inflesz(text) : nil }

    /// Harder than its group may be; never so for words of others.
    package var isTooHard: Bool {
        guard group != .others else { return false }
        let isShort = group == .short
        return grade.map { $0 > (isShort ? ReadingLevel.mostShortGrade : ReadingLevel.mostGrade) }
            ?? spanish.map { $0 < (isShort ? ReadingLevel.leastShortSpanish : ReadingLevel.leastSpanish) } ?? false
    }

    /// Every text of the content that people read, in each language in which it is there, a group after the other.
    package static func all(_ care: CareContent, _ content: Content) -> [MeasuredText] {
        sheets(care) + plans(care) + forms(care) + crisis(care) + programs(care) + consents(care) + portal(content)
    }

    private static func sheets(_ care: CareContent) -> [MeasuredText] {
        let sheets = care.education.sheets
        return PlanLanguage.allCases.flatMap { language in
            sheets.map {
                MeasuredText(.short, $0.id, language.rawValue, ($0.short + $0.sayBack).map(language.of))
            }
        }
            + PlanLanguage.allCases.flatMap { language in
                sheets.map { sheet in
                    MeasuredText(
                        .full, sheet.id, language.rawValue, sheet.sections.flatMap(\.points).map(language.of))
                }
            }
    }

    private static func plans(_ care: CareContent) -> [MeasuredText] {
        PlanLanguage.allCases.flatMap { language in
            care.plans.packs.map { pack in
                let words =
                    pack.goals.flatMap { [$0.personWords, $0.example] } + pack.interventions.map(\.patient)
                    + pack.selfCare
                    + pack.warningSigns.flatMap { [$0.see, $0.act] }
                return MeasuredText(.plans, pack.id, language.rawValue, words.map(language.of))
            }
        }
    }

    private static func forms(_ care: CareContent) -> [MeasuredText] {
        [Group.forms, .others].flatMap { group in
            care.instruments.all.filter { ($0.origin.licence.hasPrefix("Apache") ? Group.forms : .others) == group }
                .flatMap { form in
                    (["en"] + form.languages.sorted()).map { language in
                        MeasuredText(group, form.name, language, form.sentences(in: language == "en" ? nil : language))
                    }
                }
        }
    }

    private static func crisis(_ care: CareContent) -> [MeasuredText] {
        care.instruments.safety.kinds.flatMap { kind in
            (["en"] + kind.wordsIn.keys.sorted()).map { language in
                let words = kind.words(in: language).words
                return MeasuredText(
                    .crisis, kind.kind, language, [words.heading, words.tell, words.call(by: "15:40"), words.nobody])
            }
        }
    }

    private static func programs(_ care: CareContent) -> [MeasuredText] {
        care.programs.programs.map { MeasuredText(.programs, $0.id, "en", [$0.patientSummary]) }
    }

    private static func consents(_ care: CareContent) -> [MeasuredText] {
        care.consents.terms.flatMap { terms in
            terms.words.map { MeasuredText(.consents, terms.kind, $0.language, [$0.text]) }
        }
    }

    /// The words of the templates, without what is filled in.
    private static func portal(_ content: Content) -> [MeasuredText] {
        content.files(under: "pages/portal-").filter { $0.hasSuffix(".mustache") && !$0.hasSuffix("-layout.mustache") }
            .compactMap { file in
                let words = TemplateWords.sentences(String(decoding: content.file(file) ?? [], as: UTF8.self))
                return words.isEmpty
                    ? nil
                    : MeasuredText(
                        .portal, String(file.dropFirst("pages/".count).dropLast(".mustache".count)), "en", words)
            }
    }
}

extension Instrument {
    /// What somebody who answers reads, in a language; nil for that of the form.
    fileprivate func sentences(in language: String?) -> [String] {
        func texts(_ items: [Item]) -> [String] {
            items.flatMap { item in
                [item.text(in: language)] + item.options.map { $0.display(in: language) } + texts(item.items)
            }
        }
        return texts(items)
    }
}

/// The sentences of a page template: what stands between its tags and is not filled in.
enum TemplateWords {
    static func sentences(_ template: String) -> [String] {
        var words = ""
        var rest = template[...]
        while let open = rest.firstIndex(where: { $0 == "<" || $0 == "{" }) {
            words += rest[..<open]
            let isTag = rest[open] == "<"
            if !isTag, !rest[open...].hasPrefix("{{") {
                words.append("{")
                rest = rest[rest.index(after: open)...]
                continue
            }
            let end = isTag ? ">" : rest[open...].hasPrefix("{{{") ? "}}}" : "}}"
            guard let close = rest[open...].range(of: end) else {
                rest = ""
                break
            }
            // An end of a block ends a sentence; what is filled in stands for a word that nobody knows here.
            let inside = rest[open..<close.lowerBound]
            if isTag, !["<b", "</b", "<a", "</a", "<sp", "</sp"].contains(where: inside.hasPrefix) { words += "\n" }
            rest = rest[close.upperBound...]
        }
        words += rest
        return words.split(separator: "\n").map { line in
            line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
        }.filter { $0.split(separator: " ").count >= 3 }
    }
}
