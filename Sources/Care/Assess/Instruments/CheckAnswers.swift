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
    /// - Returns: one or more errors a field, empty when all is well.
    package func check(_ answers: Answers, closing: Bool = true) -> [FieldError] {
        let form = unrolled(by: answers)
        let kept = form.kept(answers)
        var errors: [FieldError] = []
        for item in form.questions {
            let given = answers[item.linkId]?.filter { !$0.isBlank } ?? []
            guard form.isOpen(item, kept) else {
                if !item.look.isHidden, item.formulas.calculated == nil,
                    given.contains(where: { !item.isWorthless($0) })
                {
                    errors.append(item.error("This does not fit your answer above. Please check both."))
                }
                continue
            }
            if given.isEmpty, item.isRequired, closing { errors.append(item.error("Please answer this question.")) }
            errors += item.countProblem(given, closing: closing).map { [item.error($0)] } ?? []
            errors += given.compactMap { item.problem($0) }.map { item.error($0) }
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

    fileprivate func countProblem(_ given: [Answer], closing: Bool) -> String? {
        if given.count > 1, !repeats { return "Please choose one answer only." }
        if let most = limits.mostAnswers, given.count > most { return "Please give \(most) answers at most." }
        if closing, let fewest = limits.fewest, !given.isEmpty, given.count < fewest {
            return "Please give \(fewest) answers at least."
        }
        let alone = given.contains { if case .code(let code) = $0 { option(code)?.isAlone == true } else { false } }
        return alone && given.count > 1 ? "One of these answers can only be chosen alone." : nil
    }

    /// What is wrong with one answer; nil when nothing is.
    fileprivate func problem(_ answer: Answer) -> String? {
        switch (kind, answer) {
        case (.choice, .code(let code)), (.openChoice, .code(let code)), (.reference, .code(let code)):
            option(code) == nil ? "This answer is not one of the choices." : nil
        case (.text, .text(let text)), (.string, .text(let text)), (.openChoice, .text(let text)):
            textProblem(text)
        case (.url, .text(let text)):
            textProblem(text) ?? (Self.isAddress(text) ? nil : "Please enter an address like https://example.org.")
        case (.integer, .integer(let number)):
            rangeProblem(number)
        case (.integer, .text):
            "Please enter a whole number\(rangeWords)."
        case (.decimal, .decimal(let digits)): numberProblem(digits)
        case (.decimal, .integer(let number)): numberProblem(String(number))
        case (.quantity, .quantity(let digits, let unit)): numberProblem(digits) ?? unitProblem(unit)
        case (.decimal, .text), (.quantity, .text): "Please enter a number\(limitWords)."
        case (.boolean, .boolean): nil
        case (.date, .date(let day)):
            ContentOrigin.isDay(day) ? spanProblem(answer) : "Please enter a date like 2026-01-31."
        case (.dateTime, .dateTime(let moment)):
            FHIRDate(moment) == nil ? "Please enter a day and a time like 2026-01-31 14:30." : spanProblem(answer)
        case (.dateTime, .text): "Please enter a day and a time like 2026-01-31 14:30."
        case (.time, .time(let time)):
            FHIRDate.isTime(time) ? spanProblem(answer) : "Please enter a time like 14:30."
        case (.attachment, .attachment): nil
        default: "This kind of answer does not fit the question."
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 1)
        return parts.count == 2 && parts[0].utf8.allSatisfy { (97...122).contains($0 | 32) || $0 == 43 || $0 == 45 }
            && !text.contains { $0.isWhitespace }
    }

    private func numberProblem(_ digits: String) -> String? {
        guard let value = Double(digits) else { return "Please enter a number\(limitWords)." }
        if let lowest = limits.lowest.flatMap({ Double($0) }), value < lowest {
            return "Please enter a number\(limitWords)."
        }
        if let highest = limits.highest.flatMap({ Double($0) }), value > highest {
            return "Please enter a number\(limitWords)."
        }
        let places = digits.split(separator: ".").dropFirst().first?.count ?? 0
        if let most = limits.decimals, places > most {
            return most == 0 ? "Please enter a whole number." : "Please give \(most) digits after the point at most."
        }
        return nil
    }

    private func unitProblem(_ unit: String?) -> String? {
        let offered = limits.units + [self.unit].compactMap(\.self)
        if offered.isEmpty { return unit == nil ? nil : "Please leave the unit out." }
        return offered.contains { $0.code == unit } ? nil : "Please choose what the number is counted in."
    }

    /// Days and times outside of what the form allows.
    private func spanProblem(_ answer: Answer) -> String? {
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
            return "This is before \(limits.lowest ?? ""), which is the first that can be given."
        }
        if let highest = limit(limits.highest), answer.order(to: highest) == 1 {
            return "This is after \(limits.highest ?? ""), which is the last that can be given."
        }
        return nil
    }

    private var limitWords: String {
        switch (limits.lowest, limits.highest) {
        case (let least?, let most?): " from \(least) to \(most)"
        case (let least?, nil): " of \(least) or more"
        case (nil, let most?): " of \(most) or less"
        case (nil, nil): ""
        }
    }

    private func textProblem(_ text: String) -> String? {
        if let maxLength, text.unicodeScalars.count > maxLength {
            return "Please shorten this to \(maxLength) characters. It has \(text.unicodeScalars.count)."
        }
        if let shortest = limits.shortest, text.unicodeScalars.count < shortest {
            return "Please write at least \(shortest) characters."
        }
        // FHIR R4 string: no control characters but tab, line feed and carriage return.
        let odd = text.unicodeScalars.contains { $0.value < 32 && ![9, 10, 13].contains($0.value) || $0.value == 127 }
        return odd ? "This holds signs that cannot be kept. Please type it again." : nil
    }

    private func rangeProblem(_ number: Int) -> String? {
        if let least, number < least { return "Please enter a whole number\(rangeWords)." }
        if let most, number > most { return "Please enter a whole number\(rangeWords)." }
        return nil
    }

    private var rangeWords: String {
        switch (least, most) {
        case (let least?, let most?): " from \(least) to \(most)"
        case (let least?, nil): " of \(least) or more"
        case (nil, let most?): " of \(most) or less"
        case (nil, nil): ""
        }
    }
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
