extension Instrument {
    /// A group, a line to be read, or a question: FHIR R4 Questionnaire.item with what SDC 3.0 adds.
    package struct Item: Sendable {
        /// What an answer looks like.
        package enum Kind: String, Sendable, CaseIterable {
            case group, display, choice, text, string, boolean, integer, date
            case openChoice = "open-choice"
            case decimal, dateTime, time, url, attachment, reference, quantity
        }

        /// The part an item plays at the end of an intake domain.
        package enum Part: String, Sendable {
            case conclusion
            case notDone = "not-done"
        }

        /// Its name in the form as it is filled in: that of the Questionnaire, with the number of its row in a part that
        /// repeats (``Place``).
        package internal(set) var linkId: String
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
        package internal(set) var enabledWhen: [Condition]
        /// Whether one of the conditions is enough.
        package let enabledByAny: Bool
        package let domain: String?
        package let part: Part?
        /// The danger that any score above zero means here, such as `self-harm`.
        package let safety: String?
        package internal(set) var items: [Item]

        /// The link id of the Questionnaire where ``linkId`` is that of a row.
        package internal(set) var definition: String?
        /// All codes of the question; ``code`` is the first.
        package internal(set) var codes: [Coding] = []
        package internal(set) var look = Look()
        package internal(set) var limits = Limits()
        package internal(set) var formulas = Formulas()
        /// What the form says of becoming an Observation; nil: what its parent says.
        package internal(set) var isExtracted: Bool?
        /// A category of the Observation besides survey.
        package internal(set) var extractCategory: Coding?
        /// Conditions of its own and of all parts that it stands in; each has to hold.
        package internal(set) var gates: [Gate] = []
        /// A formula closes it.
        package internal(set) var isShut = false

        /// Its name in the Questionnaire.
        package var asked: String { definition ?? linkId }

        /// The choice of that code.
        package func option(_ code: String) -> Option? { options.first { $0.coding.code == code } }

        /// The text in a language; that of the form where there is no other.
        package func text(in language: String?) -> String { language.flatMap { textIn[$0] } ?? text }

        /// Whether its answers are choices.
        package var isChoice: Bool { kind == .choice || kind == .openChoice || kind == .reference }

        /// Whether an answer may stand there before anybody is asked.
        package var hasBeginning: Bool {
            formulas.initial != nil || formulas.lookBackDays != nil || !formulas.begin.isEmpty
        }

        /// Whether somebody is asked; a heading and a group are not.
        package var isQuestion: Bool { kind != .group && kind != .display }
    }

    /// How a question is shown.
    package struct Look: Sendable {
        /// `questionnaire-itemControl`, as far as pages tell them apart.
        package enum Control: String, Sendable {
            case radio = "radio-button"
            case dropDown = "drop-down"
            case checkBox = "check-box"
            case autocomplete, slider, spinner
        }

        /// Words beside a question: what helps, what a unit is, the ends of a scale.
        package struct Help: Sendable {
            package let text: String
            package let textIn: [String: String]
            package func text(in language: String?) -> String { language.flatMap { textIn[$0] } ?? text }
        }

        package var control: Control?
        package var help: [Help] = []
        /// Kept, worked out and sent, and not shown.
        package var isHidden = false
        package var isReadOnly = false
        /// How an answer is to be written: `nn.n`.
        package var entryFormat: String?
        /// Choices beside each other; nil: as they fit.
        package var isAcross: Bool?
        /// What the free answer of an open choice is called.
        package var openLabel: String?
    }

    /// What an answer has to satisfy.
    package struct Limits: Sendable {
        package var fewest: Int?
        package var mostAnswers: Int?
        package var shortest: Int?
        package var decimals: Int?
        /// `minValue` and `maxValue` of anything but whole numbers, as they are written.
        package var lowest: String?
        package var highest: String?
        package var units: [Coding] = []
        package var mimeTypes: [String] = []
        package var mostBytes: Int?
        /// Types that a reference may name.
        package var referred: [String] = []
        package var constraints: [Constraint] = []
    }

    /// `questionnaire-constraint`: a formula that has to be true.
    package struct Constraint: Sendable {
        package let key: String
        package let message: String
        package let isError: Bool
        package let expression: FormExpression
    }

    /// What is worked out while the form is filled in.
    package struct Formulas: Sendable {
        package var variables: [FormExpression] = []
        package var initial: FormExpression?
        package var calculated: FormExpression?
        package var choices: FormExpression?
        package var enabled: FormExpression?
        /// Answers that stand there at the beginning.
        package var begin: [Answer] = []
        /// How far back an Observation of the question's code may lie whose value is the beginning, in days.
        package var lookBackDays: Int?
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
        /// What of `value[x]` it is; its text then stands as the code of ``coding``.
        package var value = "valueCoding"
        /// Chosen, it is the only answer.
        package var isAlone = false
        package var prefix: String?

        /// What it says in a language; in that of the form where there is no other.
        package func display(in language: String?) -> String { language.flatMap { displayIn[$0] } ?? coding.display }
    }

    /// FHIR R4 Questionnaire.item.enableWhen.
    package struct Condition: Sendable, Equatable {
        package enum Test: Sendable, Equatable {
            case equals(Answer)
            case differs(Answer)
            case exists(Bool)
            case compares(Order, Answer)
        }

        package enum Order: String, Sendable {
            case above = ">"
            case below = "<"
            case atLeast = ">="
            case atMost = "<="
        }

        package internal(set) var question: String
        package let test: Test
        /// The same question in the other rows of a part that the asking one does not stand in.
        package internal(set) var others: [String] = []
    }

    /// Conditions of one item, all of them or any.
    package struct Gate: Sendable, Equatable {
        package internal(set) var conditions: [Condition]
        package let any: Bool
    }
}
