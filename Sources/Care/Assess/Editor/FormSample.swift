import FHIR

/// Answers that somebody tried on a draft, with what they came to: kept as what is expected, and tried again before the form is
/// published.
package struct FormSample: Sendable, Equatable {
    package let answers: Answers
    package let total: Int?
    package let band: String?
    package let dangers: [String]

    package init(_ form: Instrument, _ answers: Answers) {
        self.answers = form.kept(answers)
        let screening = form.score(answers, age: nil)
        total = screening.total
        band = screening.band?.severity
        dangers = screening.safety.map(\.kind)
    }

    /// "total 7, mild, self-harm".
    package var words: String {
        [[total.map { "total \($0)" } ?? "no total", band].compactMap(\.self), dangers].flatMap(\.self)
            .joined(separator: ", ")
    }

    /// Why it no longer comes to what was kept; nil when it does.
    func fault(in form: Instrument) -> String? {
        let now = FormSample(form, answers)
        return now == self ? nil : "A sample was kept as \(words), and now comes to \(now.words)."
    }

    var json: JSON {
        .compact([
            "answers": .array(
                answers.sorted { $0.key < $1.key }.flatMap { link, given in
                    given.flatMap { Self.typed($0, link) }.map { [.string($0.name), .string($0.value)] }
                }),
            "total": total.map { .int($0) }, "band": band.map { .string($0) },
            "dangers": .array(dangers.map { .string($0) }),
        ])
    }

    /// The fields of a form that give an answer again. A file is not kept with a sample.
    private static func typed(_ answer: Answer, _ link: String) -> [(name: String, value: String)] {
        switch answer {
        case .code(let text), .text(let text), .date(let text), .decimal(let text), .dateTime(let text),
            .time(let text):
            [(link, text)]
        case .boolean(let truth): [(link, truth ? "true" : "false")]
        case .integer(let number): [(link, String(number))]
        case .quantity(let digits, let unit): [(link, digits)] + (unit.map { [(link + ".unit", $0)] } ?? [])
        case .attachment: []
        }
    }

    /// The samples of a draft.
    static func all(_ questionnaire: JSONNode, _ form: Instrument) -> [FormSample] {
        CareCode.marks(questionnaire, "sample").compactMap { mark in
            mark.text("valueString").flatMap { try? JSONDocument(text: $0) }.map { FormSample($0.root, form) }
        }
    }

    private init(_ node: JSONNode, _ form: Instrument) {
        let typed = node.list("answers").map { pair in pair.elements.compactMap(\.string) }.filter { $0.count == 2 }
        answers = form.answers(fromForm: typed.map { ($0[0], $0[1]) })
        total = node["total"]?.int
        band = node.text("band")
        dangers = node.list("dangers").compactMap(\.string)
    }
}
