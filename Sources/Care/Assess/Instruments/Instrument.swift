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

    /// Whether a part of it can be filled in several times.
    package internal(set) var hasRepeatedGroups = false
    /// Whether something of it has to be worked out while it is filled in.
    package internal(set) var isWorkedOut = false
    /// Values that its formulas name, by `variable` of the whole form, in their order.
    package internal(set) var variables: [FormExpression] = []
    /// What of the record its formulas may begin at: `patient`, `user`, `encounter`.
    package internal(set) var launch: Set<String> = []
    /// Whether what becomes an Observation is said by the form itself (`observationExtract`).
    package internal(set) var choosesObservations = false
    /// What of the Questionnaire has no effect here, and why; to be told to whoever brings the form.
    package internal(set) var leftOut: [String] = []

    private static func leaves(_ items: [Item]) -> [Item] {
        items.flatMap { ($0.kind == .group ? [] : [$0]) + leaves($0.items) }
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
}
