package import FHIR

extension Instrument {
    /// Answers of an HTML form: fields are named by link id, a choice sends the code.
    ///
    /// Nothing is refused here: what does not fit is kept as text, so that ``check(_:closing:)`` can say so beside its
    /// field and what was typed is never lost. Fields that are no question of this form are left out.
    /// - Parameter fields: name and value, in the order sent; a name may come several times.
    /// - Returns: answers by link id.
    package func answers(fromForm fields: [(name: String, value: String)]) -> Answers {
        var answers: Answers = [:]
        let kinds = Dictionary(questions.map { ($0.linkId, $0.kind) }, uniquingKeysWith: { first, _ in first })
        for (name, value) in fields {
            guard let kind = kinds[name], value.contains(where: { !$0.isWhitespace }) else { continue }
            let trimmed = value.trimmed
            let answer: Answer =
                switch kind {
                case .choice: .code(trimmed)
                case .integer: Int(trimmed).map(Answer.integer) ?? .text(value)
                case .boolean: ["true": .boolean(true), "false": .boolean(false)][trimmed] ?? .text(value)
                case .date: .date(trimmed)
                case .text, .string, .group, .display: .text(value)
                }
            // A choice sent twice is still one choice.
            if kind != .choice || answers[name]?.contains(answer) != true { answers[name, default: []].append(answer) }
        }
        return answers
    }

    /// Answers of a stored QuestionnaireResponse, to go on with a draft or to show what is known.
    package func answers(from response: JSONNode) -> Answers {
        var answers: Answers = [:]
        var waiting = response.list("item")
        while let item = waiting.popLast() {
            waiting += item.list("item")
            guard let linkId = item.text("linkId") else { continue }
            for node in item.list("answer") {
                waiting += node.list("item")
                if let answer = Answer(node) { answers[linkId, default: []].append(answer) }
            }
        }
        return answers
    }

    /// Answers to another form that this form asks for too, by the same link id and code: what PHQ-2 knows, PHQ-9
    /// does not ask again.
    package func carriedOver(_ answers: Answers, from other: Instrument) -> Answers {
        answers.filter { linkId, _ in
            guard let mine = item(linkId)?.code, let theirs = other.item(linkId)?.code else { return false }
            return mine.system == theirs.system && mine.code == theirs.code
        }
    }
}

extension Answer {
    /// One `answer` of a QuestionnaireResponse item; nil for a kind our forms do not use.
    init?(_ node: JSONNode) {
        if let code = node.text("valueCoding", "code") {
            self = .code(code)
        } else if let text = node.text("valueString") {
            self = .text(text)
        } else if let number = node["valueInteger"]?.int {
            self = .integer(number)
        } else if let truth = node["valueBoolean"]?.bool {
            self = .boolean(truth)
        } else if let day = node.text("valueDate") {
            self = .date(day)
        } else {
            return nil
        }
    }
}

extension String {
    /// The text without white space at its ends.
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
