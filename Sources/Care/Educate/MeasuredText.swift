import Access
import Content
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

    /// - Parameters:
    ///   - group: where it stands in the table.
    ///   - name: which of them it is.
    ///   - language: BCP 47.
    ///   - sentences: what is read.
    package init(_ group: Group, _ name: String, _ language: String, _ sentences: [String]) {
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
    package static func all(_ care: CareContent) -> [MeasuredText] {
        sheets(care) + plans(care) + forms(care) + crisis(care) + programs(care) + consents(care)
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
