package import FHIR
package import Records

extension Instrument {
    /// What stands in a form at its beginning: what its formulas find in the records (SDC `initialExpression` and
    /// `observationLinkPeriod`), and what it fills in by itself (`initial`, `initialSelected`).
    /// - Parameter surroundings: the records, with the reach of whoever looks.
    /// - Returns: answers with where they come from, and answers that the form itself begins with.
    /// - Throws: ``RecordsFailure``
    package func beginning(
        in surroundings: FormSurroundings
    ) throws -> (known: [String: KnownAnswers.Known], plain: Answers) {
        var known: [String: KnownAnswers.Known] = [:]
        var plain: Answers = [:]
        let form = unrolled(by: [:])
        for item in form.questions where !item.formulas.begin.isEmpty {
            plain[item.linkId] = item.repeats ? item.formulas.begin : Array(item.formulas.begin.prefix(1))
        }
        guard form.questions.contains(where: { $0.formulas.initial != nil || $0.formulas.lookBackDays != nil }),
            let root = try? JSON.object([JSONMember(name: "resourceType", value: "QuestionnaireResponse")]).document()
                .root
        else { return (known, plain) }
        let run = FormRun(form: form, surroundings: surroundings)
        let given = run.defined(
            form.variables, at: root, type: nil, surroundings.variables(of: form), of: "the form")
        for item in form.questions {
            if let initial = item.formulas.initial {
                let names = run.defined(item.formulas.variables, at: root, type: nil, given, of: item.linkId)
                let values = run.values(initial, at: root, type: nil, names, of: item.linkId)
                let answers = item.answers(from: values)
                guard !answers.isEmpty else { continue }
                let origin = values.lazy.compactMap { surroundings.origin($0) }.first
                known[item.linkId] = .init(
                    answers: answers, source: initial.words ?? origin?.words ?? "worked out from the records",
                    date: origin?.date)
            } else if let days = item.formulas.lookBackDays, !item.codes.isEmpty,
                let observation = try surroundings.newest(item.codes, days: days)
            {
                let answers = item.answers(fromObservation: observation.root)
                guard !answers.isEmpty else { continue }
                let origin = FormSurroundings.named(observation.root)
                known[item.linkId] = .init(answers: answers, source: origin.words, date: origin.date)
            }
        }
        return (known, plain)
    }
}

extension Instrument.Item {
    /// The value of an Observation as an answer to this question; nothing where it does not fit.
    fileprivate func answers(fromObservation root: JSONNode) -> [Answer] {
        let found: Answer?
        if let quantity = root["valueQuantity"], let digits = quantity["value"]?.digits {
            found =
                switch kind {
                case .quantity: .quantity(digits, unit: quantity.text("code") ?? quantity.text("unit"))
                case .integer: Int(digits).map(Answer.integer)
                case .decimal: .decimal(digits)
                default: nil
                }
        } else if let concept = root["valueCodeableConcept"] {
            let codes = concept.list("coding").compactMap { $0.text("code") }
            found =
                codes.first { option($0) != nil }.map(Answer.code)
                ?? (isChoice || !isQuestion ? nil : concept.conceptText.map(Answer.text))
        } else {
            found = Answer(root, prefix: "value")
        }
        return found.map { [$0] } ?? []
    }
}
