package import Content
package import FHIR

/// One form people are asked: a FHIR R4 Questionnaire of Content/instruments, checked, with its scoring rules beside it.
package struct Instrument: Sendable {
    /// Short name, the file's name without ending: `phq-9`.
    package let name: String
    /// Canonical address, `urn:almoner:questionnaire:phq-9`.
    package let url: String
    /// What people call it.
    package let title: String
    /// What it is for, in plain words.
    package let purpose: String
    /// The notice that must be shown with the form.
    package let copyright: String
    /// Published source, version, licence and dates of use.
    package let origin: ContentOrigin
    /// The code of the whole form, such as LOINC 44249-1; nil where no public code exists.
    package internal(set) var code: Coding?
    /// Groups and questions, in order.
    package internal(set) var items: [Item]
    /// The form that follows a positive result; PHQ-2 opens PHQ-9.
    package let opens: String?
    /// How answers become a score; nil for a form that is not scored.
    package internal(set) var scoring: Scoring?
    /// Whom it is for, and when it is asked again.
    package internal(set) var asking: Asking
    /// The languages other than that of the texts in which all of it can be read.
    package internal(set) var languages: Set<String>
    /// Title and purpose in other languages.
    package let titleIn: [String: String]
    package let purposeIn: [String: String]
    /// The Questionnaire as it stands in the file, ready to be stored.
    package let questionnaire: JSONDocument

    /// All questions in order, without the groups around them.
    package var questions: [Item] { Self.leaves(items) }

    /// The groups that are domains of a whole-person intake, in order.
    package var domains: [Item] { items.filter { $0.domain != nil } }

    /// The question or group of that link id.
    package func item(_ linkId: String) -> Item? { Self.find(linkId, in: items) }

    /// Canonical address with version, as a QuestionnaireResponse names it.
    package var canonical: String { "\(url)|\(origin.version)" }

    private static func leaves(_ items: [Item]) -> [Item] {
        items.flatMap { $0.kind == .group ? leaves($0.items) : [$0] }
    }

    private static func find(_ linkId: String, in items: [Item]) -> Item? {
        for item in items {
            if item.linkId == linkId { return item }
            if let inner = find(linkId, in: item.items) { return inner }
        }
        return nil
    }
}

extension Instrument {
    /// A code with its system and what it says.
    package struct Coding: Sendable, Equatable {
        package let system: String
        package let code: String
        package let display: String

        package init(system: String, code: String, display: String) {
            self.system = system
            self.code = code
            self.display = display
        }
    }

    /// A group, a line to be read, or a question.
    package struct Item: Sendable {
        /// What an answer looks like.
        package enum Kind: String, Sendable, CaseIterable {
            case group, display, choice, text, string, boolean, integer, date
        }

        /// The part an item plays at the end of an intake domain.
        package enum Part: String, Sendable {
            case conclusion
            case notDone = "not-done"
        }

        package let linkId: String
        package let prefix: String?
        package let text: String
        /// The text in other languages, by language: `es`.
        package let textIn: [String: String]
        package let kind: Kind
        package let required: Bool
        package let repeats: Bool
        package let maxLength: Int?
        package let least: Int?
        package let most: Int?
        /// What a number is counted in, by UCUM.
        package let unit: Coding?
        package internal(set) var code: Coding?
        package internal(set) var options: [Option]
        package let enabledWhen: [Condition]
        /// Whether one of the conditions is enough.
        package let enabledByAny: Bool
        package let domain: String?
        package let part: Part?
        /// The danger that any score above zero means here, such as `self-harm`.
        package let safety: String?
        package internal(set) var items: [Item]

        /// The choice of that code.
        package func option(_ code: String) -> Option? { options.first { $0.coding.code == code } }

        /// The text in a language; that of the form where there is no other.
        package func text(in language: String?) -> String { language.flatMap { textIn[$0] } ?? text }
    }

    /// One answer that can be chosen.
    package struct Option: Sendable {
        package let coding: Coding
        /// Its points; nil where the question is not scored.
        package internal(set) var score: Int?
        /// The social need it means, a Gravity SDOH category code; nil where it means none.
        package internal(set) var need: String?
        /// What it says in other languages, by language.
        package let displayIn: [String: String]

        /// What it says in a language; in that of the form where there is no other.
        package func display(in language: String?) -> String { language.flatMap { displayIn[$0] } ?? coding.display }
    }

    /// FHIR R4 Questionnaire.item.enableWhen, as far as our forms use it.
    package struct Condition: Sendable {
        package enum Test: Sendable, Equatable {
            case equals(String)
            case differs(String)
            case exists(Bool)
        }
        package let question: String
        package let test: Test
    }
}
