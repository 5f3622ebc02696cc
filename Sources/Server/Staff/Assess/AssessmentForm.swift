import Care
import FHIR
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
    /// Known answers that somebody has said are right.
    var confirmed: Set<String> = []
    var zone = TimeZone.gmt
    /// What stands before the id of a file in its address.
    var folder = ""
    /// The language of hints and of what stands on buttons: Spanish or English.
    var speaks: String?

    /// The id of a question on the page; those of LOINC begin with a digit, which a selector may not.
    static func id(_ linkId: String) -> String { "q-\(linkId)" }

    var groups: [Group] {
        instrument.items.filter(isShown).map { item in
            guard item.kind == .group else {
                return Group(title: nil, help: nil, lang: nil, fields: fields([item]), conclusion: [])
            }
            return Group(
                title: title(item), help: item.look.help.first?.text(in: language), lang: language,
                fields: fields(item.items.filter { $0.part == nil }) + presses(item),
                conclusion: fields(item.items.filter { $0.part != nil }))
        }
    }

    /// All questions one after the other, for the page of two versions.
    var all: [Field] { groups.flatMap { $0.fields + $0.conclusion } }

    private func fields(_ items: [Instrument.Item]) -> [Field] {
        items.filter(isShown).flatMap { item in
            guard item.kind == .group else {
                return [field(item)] + more(item) + fields(item.items)
            }
            let heading = Field.info(Self.id(item.linkId), title(item)).with { $0.lang = language }
            return [heading] + fields(item.items) + presses(item)
        }
    }

    /// What is hidden is worked out and kept, and what a formula closes is not there.
    private func isShown(_ item: Instrument.Item) -> Bool { !item.look.isHidden && !item.isShut }

    /// A part that repeats says which one of its rows it is.
    private func title(_ item: Instrument.Item) -> String {
        guard item.repeats, let row = Instrument.Place(key: item.linkId).rows.last, row > 1 else {
            return item.text(in: language)
        }
        return "\(item.text(in: language)) (\(row))"
    }

    /// Under a row of a part that repeats: one more, and this one away. They work without a script.
    private func presses(_ item: Instrument.Item) -> [Field] {
        guard item.kind == .group, item.repeats else {
            return []
        }
        let name = title(item)
        let hasNext = rows.contains(nextRow(item))
        return (hasNext ? [] : [Field.press("add:\(item.linkId)", say("Add another", "Añadir otro"), of: name)])
            + (rows.count { Instrument.Place(key: $0).linkId == item.asked } > 1
                ? [Field.press("remove:\(item.linkId)", say("Remove", "Quitar"), of: name)] : [])
    }

    private func nextRow(_ item: Instrument.Item) -> String {
        var place = Instrument.Place(key: item.linkId)
        if place.rows.isEmpty { place.rows = [1] }
        place.rows[place.rows.count - 1] += 1
        return place.key
    }

    /// The keys of all rows that there are.
    private var rows: Set<String> {
        func walk(_ items: [Instrument.Item]) -> [String] {
            items.flatMap { ($0.kind == .group && $0.repeats ? [$0.linkId] : []) + walk($0.items) }
        }
        return Set(walk(instrument.items))
    }

    /// Further fields of a question with several answers or with two parts: the next answers, the unit, the free answer.
    private func more(_ item: Instrument.Item) -> [Field] {
        let label = item.text(in: language)
        let given = answers[item.linkId] ?? []
        var found: [Field] = []
        if item.kind == .quantity, !item.limits.units.isEmpty {
            let chosen = given.lazy.compactMap { if case .quantity(_, let unit) = $0 { unit } else { nil } }.first
            found.append(
                Field.select(
                    item.linkId + ".unit", say("Counted in: \(label)", "Se cuenta en: \(label)"),
                    item.limits.units.map { ($0.code, $0.display) },
                    chosen: chosen ?? item.unit?.code
                ).with { $0.id = Self.id(item.linkId + ".unit") })
        }
        if item.kind == .openChoice {
            let free = given.lazy.compactMap { if case .text(let text) = $0 { text } else { nil } }.first
            found.append(
                Field.line(
                    item.linkId + ".other",
                    item.look.openLabel ?? say("Something else: \(label)", "Otra cosa: \(label)"), value: free
                )
                .with { $0.id = Self.id(item.linkId + ".other") })
        }
        if item.repeats, !item.isChoice, item.kind != .attachment {
            let most = min(item.limits.mostAnswers ?? Instrument.mostRows, Instrument.mostRows)
            for place in 1..<max(2, min(given.count + 1, most)) where !given.isEmpty {
                let value = given.indices.contains(place) ? [shown(given[place])] : []
                found.append(
                    plain(item, "\(label) (\(place + 1))", value).with { $0.id = Self.id(item.linkId) + "-\(place)" })
            }
        }
        return found
    }

    private func field(_ item: Instrument.Item) -> Field {
        let text = item.text(in: language)
        let label = item.prefix.map { "\($0). \(text)" } ?? text
        let given = (answers[item.linkId] ?? []).map(shown)
        if item.look.isReadOnly, item.isChoice || item.kind == .boolean {
            let words = Self.words(answers[item.linkId] ?? [], to: item)
            return Field.info(Self.id(item.linkId), "\(label): \(words)").with { $0.lang = language }
        }
        var field = plain(item, label, given)
        field.id = Self.id(item.linkId)
        let format = item.look.entryFormat.map { say("Write it like \($0).", "Escríbalo como \($0).") }
        let help = ([condition(item), format, files(item)] + item.look.help.map { $0.text(in: language) }).compactMap(
            \.self)
        field.hint = help.isEmpty ? nil : help.joined(separator: " ")
        field.known = known[item.linkId]
        field.confirm = field.known == nil ? nil : "ok.\(item.linkId)"
        field.confirmed = confirmed.contains(item.linkId)
        // No maxlength: a browser cuts what is pasted without a word. What is too long is said after it is sent.
        field.error = problems.first { $0.field == item.linkId }?.message
        field.required = false
        field.lang = language
        field.unit = item.limits.units.isEmpty ? item.unit?.display : nil
        field.readonly = item.look.isReadOnly
        return field
    }

    /// The files that are there.
    private func standing(_ item: Instrument.Item) -> [ShownFile] {
        (answers[item.linkId] ?? []).compactMap { answer in
            if case .attachment(let file) = answer { ShownFile(file, in: folder) } else { nil }
        }
    }

    /// What may be chosen, in words.
    private func files(_ item: Instrument.Item) -> String? {
        guard item.kind == .attachment, !item.look.isReadOnly else {
            return nil
        }
        let kinds = NewFile.Kind.of(item).map(\.words).joined(separator: ", ")
        let most = NewFile.size(NewFile.most(of: item))
        return say("\(kinds), up to \(most).", "\(kinds), hasta \(most).")
    }

    private func say(_ english: String, _ spanish: String) -> String {
        PlanLanguage(code: speaks).of(PlanWords(en: english, es: spanish))
    }

    /// Whether files go along.
    var takesFiles: Bool { instrument.questions.contains { $0.kind == .attachment } }

    /// An answer as its box shows it: days and times where the site is.
    private func shown(_ answer: Answer) -> String {
        if case .dateTime(let text) = answer, let date = FHIRDate(text) {
            return LocalTime.text(date.low, zone: zone)
        }
        return Self.typed(answer)
    }

    /// The fields of a question with what they hold, as the page sends them.
    func sent(_ item: Instrument.Item) -> [(name: String, values: [String])] {
        let given = answers[item.linkId] ?? []
        guard item.kind != .attachment else {
            return [(item.linkId + ".file", standing(item).map(\.held))]
        }
        var fields = [(name: item.linkId, values: given.map(shown))]
        if item.kind == .quantity, !item.limits.units.isEmpty {
            fields.append(
                (item.linkId + ".unit", given.compactMap { if case .quantity(_, let unit) = $0 { unit } else { nil } }))
        }
        if item.kind == .openChoice {
            let free = given.compactMap { if case .text(let text) = $0 { text } else { nil } }
            fields = [
                (item.linkId, given.filter { if case .text = $0 { false } else { true } }.map(shown)),
                (item.linkId + ".other", free),
            ]
        }
        return fields
    }

    /// What is sent along and not shown: hidden questions, and choices that can only be read.
    var unseen: [FormModel.Hidden] {
        instrument.questions.filter {
            $0.formulas.calculated == nil
                && ($0.look.isHidden || $0.look.isReadOnly && ($0.isChoice || $0.kind == .boolean))
        }.flatMap { item in
            guard item.kind != .attachment else {
                return standing(item).map { FormModel.Hidden(name: item.linkId + ".file", value: $0.held) }
            }
            return (answers[item.linkId] ?? []).map { FormModel.Hidden(name: item.linkId, value: Self.typed($0)) }
        }
    }

    /// The fields of one question by itself, with the buttons of its part when it is the last there.
    func alone(_ item: Instrument.Item) -> [Field] {
        let rows = Instrument.all(instrument.items).filter {
            $0.kind == .group && $0.repeats && $0.items.last?.linkId == item.linkId
        }
        return [field(item)] + more(item) + rows.flatMap(presses)
    }

    private func plain(_ item: Instrument.Item, _ label: String, _ given: [String]) -> Field {
        let choices = item.options.map { option in
            (option.coding.code, (option.prefix.map { "\($0) " } ?? "") + option.display(in: language))
        }
        switch item.kind {
        case .group, .display: return .info(item.linkId, label)
        case .choice, .openChoice, .reference:
            if item.look.control == .dropDown || item.look.control == .autocomplete || choices.count > 12,
                !item.repeats
            {
                return .select(item.linkId, label, [("", "")] + choices, chosen: given.first)
            }
            guard !item.repeats else {
                return .checks(item.linkId, label, choices, chosen: given)
            }
            return .radios(item.linkId, label, choices, chosen: given.first).with {
                $0.across = item.look.isAcross ?? (choices.count <= 5)
            }
        case .boolean:
            return .radios(
                item.linkId, label, [("true", PlanLanguage(code: language) == .es ? "Sí" : "Yes"), ("false", "No")],
                chosen: given.first
            )
            .with { $0.across = true }
        case .text: return .area(item.linkId, label, value: given.first, rows: item.part == nil ? 3 : 2)
        case .string: return .line(item.linkId, label, value: given.first)
        case .attachment:
            return .file(
                item.linkId, label, standing: standing(item), accept: NewFile.Kind.of(item).map(\.rawValue),
                several: item.repeats, takeOut: say("Take it out", "Quitarlo"))
        case .url: return .line(item.linkId, label, value: given.first, type: "url")
        case .decimal, .quantity:
            return .line(item.linkId, label, value: given.first).with {
                $0.short = true
                $0.inputmode = "decimal"
            }
        case .time: return .line(item.linkId, label, value: given.first.map { String($0.prefix(5)) }, type: "time")
        case .dateTime:
            return .line(item.linkId, label, value: given.first, type: "datetime-local")
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
            let name =
                other.prefix.map { say("question \($0)", "la pregunta \($0)") } ?? "“\(other.text(in: language))”"
            func words(_ answer: Answer) -> String {
                if case .code(let code) = answer {
                    return other.option(code)?.display(in: language) ?? code
                }
                if case .boolean(true) = answer, PlanLanguage(code: language) == .es { return "Sí" }
                return Self.words([answer], to: other)
            }
            return switch condition.test {
            case .equals(let answer):
                say("Only if \(name) is “\(words(answer))”", "Solo si \(name) es “\(words(answer))”")
            case .differs(let answer):
                say("Not if \(name) is “\(words(answer))”", "No si \(name) es “\(words(answer))”")
            case .compares(.above, let answer):
                say("Only if \(name) is more than \(words(answer))", "Solo si \(name) es más de \(words(answer))")
            case .compares(.below, let answer):
                say("Only if \(name) is less than \(words(answer))", "Solo si \(name) es menos de \(words(answer))")
            case .compares(.atLeast, let answer):
                say("Only if \(name) is \(words(answer)) or more", "Solo si \(name) es \(words(answer)) o más")
            case .compares(.atMost, let answer):
                say("Only if \(name) is \(words(answer)) or less", "Solo si \(name) es \(words(answer)) o menos")
            case .exists(true): say("Only if \(name) has an answer", "Solo si \(name) tiene respuesta")
            case .exists(false): say("Only if \(name) has no answer", "Solo si \(name) no tiene respuesta")
            }
        }
        return parts.isEmpty
            ? nil
            : parts.joined(separator: item.enabledByAny ? say(" or ", " o ") : say(" and ", " y ")).lowercasedButFirst
                + "."
    }

    /// An answer as it stands in a field.
    static func typed(_ answer: Answer) -> String {
        switch answer {
        case .code(let code): code
        case .text(let text): text
        case .boolean(let truth): truth ? "true" : "false"
        case .integer(let number): String(number)
        case .date(let text), .dateTime(let text), .time(let text), .decimal(let text), .quantity(let text, _): text
        case .attachment(let file): file.title
        }
    }

    /// Answers as people read them.
    static func words(_ answers: [Answer], to item: Instrument.Item) -> String {
        answers.map { answer in
            switch answer {
            case .code(let code): item.option(code)?.coding.display ?? code
            case .boolean(let truth): truth ? "Yes" : "No"
            case .integer: typed(answer) + (item.unit.map { " \($0.display)" } ?? "")
            case .quantity(let digits, let unit):
                digits
                    + (unit.map { code in
                        " "
                            + ((item.limits.units + [item.unit].compactMap(\.self)).first { $0.code == code }?.display
                                ?? code)
                    } ?? "")
            case .decimal: typed(answer) + (item.unit.map { " \($0.display)" } ?? "")
            case .text, .date, .dateTime, .time, .attachment: typed(answer)
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
            .replacing(" o Solo si", with: " o solo si").replacing(" y Solo si", with: " y solo si")
            .replacing(" o No si", with: " o no si").replacing(" y No si", with: " y no si")
    }
}
