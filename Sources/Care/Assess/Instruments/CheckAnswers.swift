import Content
import FHIR

extension Instrument {
    /// Whether a question is open, given the answers so far. FHIR R4 Questionnaire.item.enableWhen, of the question and of
    /// all parts that it stands in.
    func isOpen(_ item: Item, _ answers: Answers) -> Bool {
        !item.isShut && item.gates.allSatisfy { $0.isOpen(answers) }
    }

    /// The questions that are closed with these answers, by link id: what a page hides.
    package func closed(_ answers: Answers) -> [String] {
        let form = unrolled(by: answers)
        let kept = form.kept(answers)
        return form.questions.filter { !form.isOpen($0, kept) }.map(\.linkId)
    }

    /// The answers that count: no blanks, nothing to questions that are closed.
    package func kept(_ answers: Answers) -> Answers {
        let form = unrolled(by: answers)
        var all: Answers = [:]
        let asked = form.questions.filter { $0.isQuestion }
        for item in asked {
            let given = answers[item.linkId]?.filter { !$0.isBlank } ?? []
            if !given.isEmpty { all[item.linkId] = given }
        }
        // A closed question counts as not answered for those that hang on it, wherever they stand.
        var kept = all
        for _ in 0..<Self.mostTurns {
            let closed = asked.filter { all[$0.linkId] != nil && !form.isOpen($0, kept) }.map(\.linkId)
            var next = all
            for linkId in closed { next[linkId] = nil }
            if next == kept { break }
            kept = next
        }
        return kept
    }

    /// How many questions may hang on each other in a row.
    static let mostTurns = 20

    /// What is wrong with the answers, in the order of the form.
    /// - Parameters:
    ///   - answers: what was filled in.
    ///   - closing: whether the form is handed in; a draft may still leave required parts open.
    ///   - language: in which it is said: Spanish or English.
    /// - Returns: one or more errors a field, empty when all is well.
    package func check(_ answers: Answers, closing: Bool = true, language: String? = nil) -> [FieldError] {
        let say = FaultWords(language)
        let form = unrolled(by: answers)
        let kept = form.kept(answers)
        var errors: [FieldError] = []
        for item in form.questions {
            let given = answers[item.linkId]?.filter { !$0.isBlank } ?? []
            guard form.isOpen(item, kept) else {
                if !item.look.isHidden, item.formulas.calculated == nil,
                    given.contains(where: { !item.isWorthless($0) })
                {
                    errors.append(
                        item.error(
                            say(
                                "This does not fit your answer above. Please check both.",
                                "Esto no va con su respuesta de arriba. Por favor revise las dos.")))
                }
                continue
            }
            if given.isEmpty, item.isRequired, closing { errors.append(item.error(say.unanswered)) }
            errors += item.countProblem(given, closing: closing, say).map { [item.error($0)] } ?? []
            errors += given.compactMap { item.problem($0, say) }.map { item.error($0) }
        }
        let known = Set(form.questions.map(\.linkId))
        for stray in answers.keys.filter({ !known.contains($0) }).sorted() {
            errors.append(FieldError(linkId: stray, message: "This question is not part of the form."))
        }
        return closing ? errors + missingConclusions(answers) : errors
    }
}

extension Instrument.Item {
    fileprivate func error(_ message: String) -> FieldError { FieldError(linkId: linkId, message: message) }

    /// A choice without points left over from before a question was closed: a radio button cannot be taken back.
    fileprivate func isWorthless(_ answer: Answer) -> Bool {
        guard case .code(let code) = answer else { return false }
        return option(code)?.score == 0
    }

    /// A hidden question cannot be answered by whoever fills in the form.
    var isRequired: Bool { required && !look.isHidden && isQuestion }

    fileprivate func countProblem(_ given: [Answer], closing: Bool, _ say: FaultWords) -> String? {
        if given.count > 1, !repeats {
            return say("Please choose one answer only.", "Por favor elija una sola respuesta.")
        }
        if let most = limits.mostAnswers, given.count > most {
            return say("Please give \(most) answers at most.", "Por favor dé \(most) respuestas como máximo.")
        }
        if closing, let fewest = limits.fewest, !given.isEmpty, given.count < fewest {
            return say("Please give \(fewest) answers at least.", "Por favor dé \(fewest) respuestas por lo menos.")
        }
        let alone = given.contains { if case .code(let code) = $0 { option(code)?.isAlone == true } else { false } }
        return alone && given.count > 1
            ? say(
                "One of these answers can only be chosen alone.", "Una de estas respuestas solo se puede elegir sola.")
            : nil
    }

    /// What is wrong with one answer; nil when nothing is.
    fileprivate func problem(_ answer: Answer, _ say: FaultWords) -> String? {
        switch (kind, answer) {
        case (.choice, .code(let code)), (.openChoice, .code(let code)), (.reference, .code(let code)):
            option(code) == nil
                ? say("This answer is not one of the choices.", "Esta respuesta no es una de las opciones.") : nil
        case (.text, .text(let text)), (.string, .text(let text)), (.openChoice, .text(let text)):
            textProblem(text, say)
        case (.url, .text(let text)):
            textProblem(text, say)
                ?? (Self.isAddress(text)
                    ? nil
                    : say(
                        "Please enter an address like https://example.org.",
                        "Por favor escriba una dirección como https://example.org."))
        case (.integer, .integer(let number)):
            rangeProblem(number, say)
        case (.integer, .text):
            say.whole(rangeWords(say))
        case (.decimal, .decimal(let digits)): numberProblem(digits, say)
        case (.decimal, .integer(let number)): numberProblem(String(number), say)
        case (.quantity, .quantity(let digits, let unit)): numberProblem(digits, say) ?? unitProblem(unit, say)
        case (.decimal, .text), (.quantity, .text): say.number(limitWords(say))
        case (.boolean, .boolean): nil
        case (.date, .date(let day)):
            ContentOrigin.isDay(day)
                ? spanProblem(answer, say)
                : say("Please enter a date like 2026-01-31.", "Por favor escriba una fecha como 2026-01-31.")
        case (.dateTime, .dateTime(let moment)):
            FHIRDate(moment) == nil ? Self.dayTime(say) : spanProblem(answer, say)
        case (.dateTime, .text): Self.dayTime(say)
        case (.time, .time(let time)):
            FHIRDate.isTime(time)
                ? spanProblem(answer, say)
                : say("Please enter a time like 14:30.", "Por favor escriba una hora como 14:30.")
        case (.attachment, .attachment): nil
        default:
            say("This kind of answer does not fit the question.", "Este tipo de respuesta no va con la pregunta.")
        }
    }

    private static func dayTime(_ say: FaultWords) -> String {
        say(
            "Please enter a day and a time like 2026-01-31 14:30.",
            "Por favor escriba un día y una hora como 2026-01-31 14:30.")
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 1)
        return parts.count == 2 && parts[0].utf8.allSatisfy { (97...122).contains($0 | 32) || $0 == 43 || $0 == 45 }
            && !text.contains { $0.isWhitespace }
    }

    private func numberProblem(_ digits: String, _ say: FaultWords) -> String? {
        guard let value = Double(digits) else { return say.number(limitWords(say)) }
        if let lowest = limits.lowest.flatMap({ Double($0) }), value < lowest {
            return say.number(limitWords(say))
        }
        if let highest = limits.highest.flatMap({ Double($0) }), value > highest {
            return say.number(limitWords(say))
        }
        let places = digits.split(separator: ".").dropFirst().first?.count ?? 0
        if let most = limits.decimals, places > most {
            return most == 0
                ? say.whole("")
                : say(
                    "Please give \(most) digits after the point at most.",
                    "Por favor dé \(most) cifras después del punto como máximo.")
        }
        return nil
    }

    private func unitProblem(_ unit: String?, _ say: FaultWords) -> String? {
        let offered = limits.units + [self.unit].compactMap(\.self)
        if offered.isEmpty {
            return unit == nil ? nil : say("Please leave the unit out.", "Por favor no ponga la unidad.")
        }
        return offered.contains { $0.code == unit }
            ? nil : say("Please choose what the number is counted in.", "Por favor elija en qué se cuenta el número.")
    }

    /// Days and times outside of what the form allows.
    private func spanProblem(_ answer: Answer, _ say: FaultWords) -> String? {
        func limit(_ text: String?) -> Answer? {
            text.map { text in
                switch kind {
                case .date: .date(text)
                case .time: .time(text)
                default: .dateTime(text)
                }
            }
        }
        if let lowest = limit(limits.lowest), answer.order(to: lowest) == -1 {
            return say(
                "This is before \(limits.lowest ?? ""), which is the first that can be given.",
                "Esto es antes de \(limits.lowest ?? ""), lo primero que se puede dar.")
        }
        if let highest = limit(limits.highest), answer.order(to: highest) == 1 {
            return say(
                "This is after \(limits.highest ?? ""), which is the last that can be given.",
                "Esto es después de \(limits.highest ?? ""), lo último que se puede dar.")
        }
        return nil
    }

    private func limitWords(_ say: FaultWords) -> String { say.range(limits.lowest, limits.highest) }

    private func textProblem(_ text: String, _ say: FaultWords) -> String? {
        if let maxLength, text.unicodeScalars.count > maxLength {
            let count = text.unicodeScalars.count
            return say(
                "Please shorten this to \(maxLength) characters. It has \(count).",
                "Por favor acórtelo a \(maxLength) letras. Tiene \(count).")
        }
        if let shortest = limits.shortest, text.unicodeScalars.count < shortest {
            return say(
                "Please write at least \(shortest) characters.", "Por favor escriba por lo menos \(shortest) letras.")
        }
        // FHIR R4 string: no control characters but tab, line feed and carriage return.
        let odd = text.unicodeScalars.contains { $0.value < 32 && ![9, 10, 13].contains($0.value) || $0.value == 127 }
        return odd
            ? say(
                "This holds signs that cannot be kept. Please type it again.",
                "Esto tiene signos que no se pueden guardar. Por favor escríbalo otra vez.") : nil
    }

    private func rangeProblem(_ number: Int, _ say: FaultWords) -> String? {
        let isOutside = least.map { number < $0 } == true || most.map { number > $0 } == true
        return isOutside ? say.whole(rangeWords(say)) : nil
    }

    private func rangeWords(_ say: FaultWords) -> String { say.range(least.map { "\($0)" }, most.map { "\($0)" }) }
}

extension Instrument.Gate {
    fileprivate func isOpen(_ answers: Answers) -> Bool {
        let met = conditions.lazy.map { condition in
            let given = ([condition.question] + condition.others).flatMap { answers[$0] ?? [] }.filter { !$0.isBlank }
            return switch condition.test {
            case .equals(let wanted): given.contains { $0 == wanted || $0.order(to: wanted) == 0 }
            // Without an answer nobody can say that it differs; the question stays open, so that it can be answered.
            case .differs(let wanted): given.isEmpty || given.contains { $0 != wanted && $0.order(to: wanted) != 0 }
            case .exists(let wanted): given.isEmpty != wanted
            case .compares(let order, let wanted): given.contains { order.holds($0.order(to: wanted)) }
            }
        }
        return any ? met.contains(true) : !met.contains(false)
    }
}

extension Instrument.Condition.Order {
    fileprivate func holds(_ order: Int?) -> Bool {
        guard let order else { return false }
        return switch self {
        case .above: order > 0
        case .below: order < 0
        case .atLeast: order >= 0
        case .atMost: order <= 0
        }
    }
}
