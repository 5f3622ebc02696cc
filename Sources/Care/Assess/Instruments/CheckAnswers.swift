import Content

extension Instrument {
    /// The questions that are open, given the answers so far. FHIR R4 Questionnaire.item.enableWhen.
    func isOpen(_ item: Item, _ answers: Answers) -> Bool {
        guard !item.enabledWhen.isEmpty else { return true }
        let met = item.enabledWhen.map { condition in
            let given = answers[condition.question]?.filter { !$0.isBlank } ?? []
            return switch condition.test {
            case .equals(let code): given.contains(.code(code))
            // Without an answer nobody can say that it differs; the question stays open, so that it can be answered.
            case .differs(let code): given.isEmpty || given.contains { $0 != .code(code) }
            case .exists(let wanted): given.isEmpty != wanted
            }
        }
        return item.enabledByAny ? met.contains(true) : !met.contains(false)
    }

    /// The answers that count: no blanks, nothing to questions that are closed.
    package func kept(_ answers: Answers) -> Answers {
        var kept: Answers = [:]
        for item in questions where isOpen(item, answers) {
            let given = answers[item.linkId]?.filter { !$0.isBlank } ?? []
            if !given.isEmpty { kept[item.linkId] = given }
        }
        return kept
    }

    /// What is wrong with the answers, in the order of the form.
    /// - Parameters:
    ///   - answers: what was filled in.
    ///   - closing: whether the form is handed in; a draft may still leave required parts open.
    /// - Returns: one or more errors a field, empty when all is well.
    package func check(_ answers: Answers, closing: Bool = true) -> [FieldError] {
        var errors: [FieldError] = []
        for item in questions {
            let given = answers[item.linkId]?.filter { !$0.isBlank } ?? []
            guard isOpen(item, answers) else {
                if given.contains(where: { !item.isWorthless($0) }) {
                    errors.append(item.error("This does not fit your answer above. Please check both."))
                }
                continue
            }
            if given.isEmpty, item.required, closing { errors.append(item.error("Please answer this question.")) }
            if given.count > 1, !item.repeats { errors.append(item.error("Please choose one answer only.")) }
            errors += given.compactMap { item.problem($0) }.map { item.error($0) }
        }
        let known = Set(questions.map(\.linkId))
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

    /// What is wrong with one answer; nil when nothing is.
    fileprivate func problem(_ answer: Answer) -> String? {
        switch (kind, answer) {
        case (.choice, .code(let code)):
            option(code) == nil ? "This answer is not one of the choices." : nil
        case (.text, .text(let text)), (.string, .text(let text)):
            textProblem(text)
        case (.integer, .integer(let number)):
            rangeProblem(number)
        case (.integer, .text):
            "Please enter a whole number\(rangeWords)."
        case (.boolean, .boolean): nil
        case (.date, .date(let day)):
            ContentOrigin.isDay(day) ? nil : "Please enter a date like 2026-01-31."
        default: "This kind of answer does not fit the question."
        }
    }

    private func textProblem(_ text: String) -> String? {
        if let maxLength, text.unicodeScalars.count > maxLength {
            return "Please shorten this to \(maxLength) characters. It has \(text.unicodeScalars.count)."
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

extension Answer {
    /// Whether nothing was said: a text of white space only.
    var isBlank: Bool {
        switch self {
        case .text(let text): !text.contains { !$0.isWhitespace }
        case .code(let code): code.isEmpty
        case .date(let day): day.isEmpty
        case .boolean, .integer: false
        }
    }
}
