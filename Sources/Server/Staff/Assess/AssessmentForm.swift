import Care
import Foundation

/// A form of questions as the page shows it: the groups of `assessment.mustache`.
struct AssessmentForm {
    struct Group {
        let title: String?
        let help: String?
        let lang: String?
        let fields: [Field]
        let conclusion: [Field]
    }

    let instrument: Instrument
    let answers: Answers
    var known: [String: String] = [:]
    /// The language in which the questions are read; nil for that of the form. Hints and faults are the page's.
    var language: String?
    var problems: [(field: String, message: String)] = []

    /// The id of a question on the page; those of LOINC begin with a digit, which a selector may not.
    static func id(_ linkId: String) -> String { "q-\(linkId)" }

    var groups: [Group] {
        instrument.items.map { item in
            guard item.kind == .group else {
                return Group(title: nil, help: nil, lang: nil, fields: [field(item)], conclusion: [])
            }
            return Group(
                title: item.text(in: language), help: nil, lang: language,
                fields: fields(item.items.filter { $0.part == nil }),
                conclusion: fields(item.items.filter { $0.part != nil }))
        }
    }

    /// All questions one after the other, for the page of two versions.
    var all: [Field] { groups.flatMap { $0.fields + $0.conclusion } }

    private func fields(_ items: [Instrument.Item]) -> [Field] {
        items.flatMap { item in
            guard item.kind == .group else {
                return [field(item)]
            }
            let heading = Field.info(Self.id(item.linkId), item.text(in: language)).with { $0.lang = language }
            return [heading] + fields(item.items)
        }
    }

    private func field(_ item: Instrument.Item) -> Field {
        let text = item.text(in: language)
        let label = item.prefix.map { "\($0). \(text)" } ?? text
        let given = (answers[item.linkId] ?? []).map(Self.typed)
        var field = plain(item, label, given)
        field.id = Self.id(item.linkId)
        field.hint = condition(item)
        field.known = known[item.linkId]
        // No maxlength: a browser cuts what is pasted without a word. What is too long is said after it is sent.
        field.error = problems.first { $0.field == item.linkId }?.message
        field.required = false
        field.lang = language
        field.unit = item.unit?.display
        return field
    }

    private func plain(_ item: Instrument.Item, _ label: String, _ given: [String]) -> Field {
        let choices = item.options.map { ($0.coding.code, $0.display(in: language)) }
        switch item.kind {
        case .group, .display: return .info(item.linkId, label)
        case .choice:
            guard !item.repeats else {
                return .checks(item.linkId, label, choices, chosen: given)
            }
            return .radios(item.linkId, label, choices, chosen: given.first).with { $0.across = choices.count <= 5 }
        case .boolean:
            return .radios(item.linkId, label, [("true", "Yes"), ("false", "No")], chosen: given.first)
                .with { $0.across = true }
        case .text: return .area(item.linkId, label, value: given.first, rows: item.part == nil ? 3 : 2)
        case .string: return .line(item.linkId, label, value: given.first)
        case .integer:
            return .line(item.linkId, label, value: given.first).with {
                $0.short = true
                $0.inputmode = "numeric"
            }
        case .date: return .line(item.linkId, label, value: given.first, type: "date")
        }
    }

    /// Says in words when a question is meant, so that the page needs no script for it.
    private func condition(_ item: Instrument.Item) -> String? {
        let parts = item.enabledWhen.compactMap { condition -> String? in
            guard let other = instrument.item(condition.question) else {
                return nil
            }
            let name = other.prefix.map { "question \($0)" } ?? "“\(other.text(in: language))”"
            func words(_ code: String) -> String { other.option(code)?.display(in: language) ?? code }
            return switch condition.test {
            case .equals(let code): "Only if \(name) is “\(words(code))”"
            case .differs(let code): "Not if \(name) is “\(words(code))”"
            case .exists(true): "Only if \(name) has an answer"
            case .exists(false): "Only if \(name) has no answer"
            }
        }
        return parts.isEmpty
            ? nil : parts.joined(separator: item.enabledByAny ? " or " : " and ").lowercasedButFirst + "."
    }

    /// An answer as it stands in a field.
    static func typed(_ answer: Answer) -> String {
        switch answer {
        case .code(let code): code
        case .text(let text): text
        case .boolean(let truth): truth ? "true" : "false"
        case .integer(let number): String(number)
        case .date(let day): day
        }
    }

    /// Answers as people read them.
    static func words(_ answers: [Answer], to item: Instrument.Item) -> String {
        answers.map { answer in
            switch answer {
            case .code(let code): item.option(code)?.coding.display ?? code
            case .boolean(let truth): truth ? "Yes" : "No"
            case .integer: typed(answer) + (item.unit.map { " \($0.display)" } ?? "")
            case .text, .date: typed(answer)
            }
        }.joined(separator: ", ")
    }
}

extension String {
    /// "Only if x or Only if y" reads as one sentence.
    fileprivate var lowercasedButFirst: String {
        guard let first else {
            return self
        }
        return String(first)
            + dropFirst().replacing(" or Only if", with: " or only if").replacing(" and Only if", with: " and only if")
            .replacing(" or Not if", with: " or not if").replacing(" and Not if", with: " and not if")
    }
}
