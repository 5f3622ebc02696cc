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
    package let mode: Mode?

    /// How answers came, by HL7 v3 ParticipationMode.
    package enum Mode: String, Sendable, CaseIterable {
        case face = "FACE"
        case phone = "PHONE"

        package var title: String {
            switch self {
            case .face: "In person"
            case .phone: "By phone"
            }
        }

        static let url = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-completionMode"

        /// As a response says it; nil when it does not.
        package init?(_ response: JSONNode) {
            let entry = response.list("extension").first { $0.text("url") == Self.url }
            guard let code = entry?["valueCodeableConcept"]?.list("coding").first?.text("code") else { return nil }
            self.init(rawValue: code)
        }

        fileprivate var json: JSON {
            [
                "url": .string(Self.url),
                "valueCodeableConcept": [
                    "coding": [
                        [
                            "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode",
                            "code": .string(rawValue),
                        ]
                    ]
                ],
            ]
        }
    }

    package init(
        subject: String, author: String? = nil, source: String? = nil, encounter: String? = nil, at: String,
        language: String? = nil, mode: Mode? = nil
    ) {
        self.subject = subject
        self.author = author
        self.source = source
        self.encounter = encounter
        self.at = at
        self.language = language
        self.mode = mode
    }
}

extension Instrument {
    /// The QuestionnaireResponse of a filled-in form: the source of truth that scores are derived from.
    /// - Parameters:
    ///   - id: the resource's id.
    ///   - answers: what was filled in and found without errors; answers to closed questions are left out.
    ///   - by: who and when.
    ///   - status: `completed` or `in-progress`; by itself, a form with open scored questions stays in progress.
    ///   - marks: which answers stood there beforehand, by link id.
    /// - Returns: a QuestionnaireResponse with the groups of the form.
    package func response(
        id: String, answers: Answers, by: AnsweredBy, status: String? = nil, marks: [String: KnownMark] = [:]
    ) -> JSON {
        let form = unrolled(by: answers)
        let kept = form.kept(answers)
        let open = form.score(answers).missing
        return .compact([
            "resourceType": "QuestionnaireResponse",
            "id": .string(id),
            "language": by.language.map(JSON.string),
            "extension": by.mode.map { [$0.json] },
            "questionnaire": .string(canonical),
            "status": .string(status ?? (open.isEmpty ? "completed" : "in-progress")),
            "subject": .reference(by.subject),
            "encounter": by.encounter.map(JSON.reference),
            "authored": .string(by.at),
            "author": by.author.map(JSON.reference),
            "source": by.source.map(JSON.reference),
            "item": form.answered(form.items, kept, by.language, marks: marks).map(JSON.array),
        ])
    }

    /// The items of a response: of those answered, or of all, which formulas look at.
    func answered(
        _ items: [Item], _ kept: Answers, _ language: String?, all: Bool = false, marks: [String: KnownMark] = [:]
    ) -> [JSON]? {
        let found = items.compactMap { item -> JSON? in
            let inner = answered(item.items, kept, language, all: all, marks: marks)
            var given = kept[item.linkId]?.compactMap { item.value($0, in: language) } ?? []
            guard inner != nil || !given.isEmpty || all else { return nil }
            if let mark = marks[item.linkId] { given = given.map { $0.with("extension", mark.extensions) } }
            // What stands beneath a question stands beneath its answer (FHIR R4 qrs-1), also where that is still open.
            if let inner, item.kind != .group {
                if given.isEmpty { given.append([:]) }
                given[0]["item"] = .array(inner)
            }
            return .compact([
                "linkId": .string(item.asked),
                "text": .string(item.text(in: language)),
                "answer": given.isEmpty ? nil : .array(given),
                "item": item.kind == .group ? inner.map(JSON.array) : nil,
            ])
        }
        return found.isEmpty ? nil : found
    }
}

extension Instrument.Item {
    /// One `answer` of a QuestionnaireResponse item; nil when the answer does not fit.
    func value(_ answer: Answer, in language: String? = nil) -> JSON? {
        switch answer {
        case .code(let code):
            guard let option = option(code) else {
                return kind == .reference ? ["valueReference": .reference(code)] : nil
            }
            return option.answer
        case .text(let text): return [kind == .url ? "valueUri" : "valueString": .string(text)]
        case .boolean(let truth): return ["valueBoolean": .bool(truth)]
        case .integer(let number): return [kind == .decimal ? "valueDecimal" : "valueInteger": .int(number)]
        case .date(let day): return ["valueDate": .string(day)]
        case .decimal(let digits): return ["valueDecimal": .decimal(digits)]
        case .dateTime(let moment): return ["valueDateTime": .string(moment)]
        case .time(let time): return ["valueTime": .string(time)]
        case .quantity(let digits, let unit): return ["valueQuantity": quantity(digits, unit)]
        case .attachment(let file):
            return [
                "valueAttachment": [
                    "contentType": .string(file.type), "url": .string(file.reference), "size": .int(file.bytes),
                    "title": .string(file.title),
                ]
            ]
        }
    }

    /// FHIR R4 Quantity; its unit is one of those that the question offers.
    func quantity(_ digits: String, _ unit: String?) -> JSON {
        let known = (limits.units + [self.unit].compactMap(\.self)).first { $0.code == unit }
        return .compact([
            "value": .decimal(digits), "unit": (known?.display ?? unit).map(JSON.string),
            "system": known.flatMap { $0.system.isEmpty ? nil : .string($0.system) },
            "code": known.flatMap { $0.system.isEmpty ? nil : .string($0.code) },
        ])
    }
}

extension Instrument.Option {
    /// As an answer holds it, with its points.
    var answer: JSON {
        switch value {
        case "valueCoding": return ["valueCoding": coding.json(points: score)]
        case "valueReference":
            return ["valueReference": ["reference": .string(coding.code), "display": .string(coding.display)]]
        default:
            // Points of a plain value stand beside it, as FHIR has extensions of simple elements.
            let points = score.map { score -> JSON in
                ["extension": [["url": .string(QuestionnaireReader.ordinal), "valueDecimal": .int(score)]]]
            }
            let plain: JSON = value == "valueInteger" ? .number(coding.code) : .string(coding.code)
            var made: JSON = .object([JSONMember(name: value, value: plain)])
            made["_" + value] = points
            return made
        }
    }
}

extension Instrument.Coding {
    /// The FHIR Coding, with its points where the answer has some.
    func json(points: Int? = nil) -> JSON {
        .compact([
            "extension": points.map { [["url": .string(QuestionnaireReader.ordinal), "valueDecimal": .int($0)]] },
            "system": system.isEmpty ? nil : .string(system),
            "code": .string(code),
            "display": .string(display),
        ])
    }
}

extension JSON {
    fileprivate func with(_ name: String, _ value: JSON) -> JSON {
        var copy = self
        copy[name] = value
        return copy
    }

    /// A FHIR Reference.
    static func reference(_ target: String) -> JSON { ["reference": .string(target)] }
}
