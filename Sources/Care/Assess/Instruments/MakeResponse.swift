package import FHIR

/// Who and when, for the resources made of one filled-in form. References are written as FHIR writes them.
package struct AnsweredBy: Sendable {
    /// `Patient/123`.
    package let subject: String
    /// Who wrote the answers down.
    package let author: String?
    /// Who gave them: the person, or a RelatedPerson.
    package let source: String?
    /// The contact in which it happened.
    package let encounter: String?
    /// A FHIR dateTime with zone, such as `2026-03-06T10:15:00Z`.
    package let at: String
    /// The language in which the questions were shown, when it was not that of the form.
    package let language: String?

    package init(
        subject: String, author: String? = nil, source: String? = nil, encounter: String? = nil, at: String,
        language: String? = nil
    ) {
        self.subject = subject
        self.author = author
        self.source = source
        self.encounter = encounter
        self.at = at
        self.language = language
    }
}

extension Instrument {
    /// The QuestionnaireResponse of a filled-in form: the source of truth that scores are derived from.
    /// - Parameters:
    ///   - id: the resource's id.
    ///   - answers: what was filled in and found without errors; answers to closed questions are left out.
    ///   - by: who and when.
    ///   - status: `completed` or `in-progress`; by itself, a form with open scored questions stays in progress.
    /// - Returns: a QuestionnaireResponse with the groups of the form.
    package func response(id: String, answers: Answers, by: AnsweredBy, status: String? = nil) -> JSON {
        let kept = kept(answers)
        let open = score(answers).missing
        return .compact([
            "resourceType": "QuestionnaireResponse",
            "id": .string(id),
            "language": by.language.map(JSON.string),
            "questionnaire": .string(canonical),
            "status": .string(status ?? (open.isEmpty ? "completed" : "in-progress")),
            "subject": .reference(by.subject),
            "encounter": by.encounter.map(JSON.reference),
            "authored": .string(by.at),
            "author": by.author.map(JSON.reference),
            "source": by.source.map(JSON.reference),
            "item": answered(items, kept, by.language).map(JSON.array),
        ])
    }

    private func answered(_ items: [Item], _ kept: Answers, _ language: String?) -> [JSON]? {
        let found = items.compactMap { item -> JSON? in
            let inner = answered(item.items, kept, language)
            let given = kept[item.linkId]?.compactMap { item.value($0) }
            guard inner != nil || given?.isEmpty == false else { return nil }
            return .compact([
                "linkId": .string(item.linkId),
                "text": .string(item.text(in: language)),
                "answer": given.map(JSON.array),
                "item": inner.map(JSON.array),
            ])
        }
        return found.isEmpty ? nil : found
    }
}

extension Instrument.Item {
    /// One `answer` of a QuestionnaireResponse item; nil when the answer does not fit.
    fileprivate func value(_ answer: Answer) -> JSON? {
        switch answer {
        case .code(let code):
            option(code).map { ["valueCoding": $0.coding.json(points: $0.score)] }
        case .text(let text): ["valueString": .string(text)]
        case .boolean(let truth): ["valueBoolean": .bool(truth)]
        case .integer(let number): ["valueInteger": .int(number)]
        case .date(let day): ["valueDate": .string(day)]
        }
    }
}

extension Instrument.Coding {
    /// The FHIR Coding, with its points where the answer has some.
    func json(points: Int? = nil) -> JSON {
        .compact([
            "extension": points.map { [["url": .string(QuestionnaireReader.ordinal), "valueDecimal": .int($0)]] },
            "system": .string(system),
            "code": .string(code),
            "display": .string(display),
        ])
    }
}

extension JSON {
    /// A FHIR Reference.
    static func reference(_ target: String) -> JSON { ["reference": .string(target)] }
}
