package import FHIR

extension Instrument {
    /// The Observations of a filled-in form: one a coded question, one for the total, one for the whole form where it
    /// has a code of its own. All are derived from the response; the whole has the others as members.
    /// - Parameters:
    ///   - answers: what was filled in and found without errors.
    ///   - screening: the result of ``score(_:sex:age:closing:)`` for the same answers.
    ///   - response: reference to the stored response, `QuestionnaireResponse/123`.
    ///   - by: who and when.
    ///   - id: makes the id of an Observation of its key: a link id, `total` or `panel`.
    /// - Returns: resources of type Observation, category survey; needs carry the category sdoh too.
    package func observations(
        answers: Answers, screening: Screening, response: String, by: AnsweredBy, id: (String) -> String
    ) -> [JSON] {
        let form = unrolled(by: answers)
        let kept = form.kept(answers)
        let frame = ObservationFrame(response: response, by: by)
        var made: [JSON] = []
        var members: [String] = []
        for item in form.questions where !choosesObservations || item.isExtracted == true {
            guard let code = item.code, let given = kept[item.linkId], let value = item.observed(given) else {
                continue
            }
            let social = screening.needs.contains { $0.linkId == item.linkId }
            let key = Place.plain(item.linkId)
            var observation = frame.make(
                id: id(key), code: code, codes: item.codes, category: item.extractCategory, social: social)
            observation[value.name] = value.value
            if isTotal(code) {
                observation["extension"] = Self.scoringExtensions(screening)
                observation["interpretation"] = Self.interpretation(screening)
            }
            made.append(observation)
            members.append("Observation/\(id(key))")
        }
        guard let scoring else { return made }
        var last: [JSON] = []
        for scale in screening.scales {
            let key = "scale-\(scale.scale.name)"
            let code = Coding(system: scale.scale.system, code: scale.scale.code, display: scale.scale.title)
            var observation = frame.make(id: id(key), code: code)
            observation["valueQuantity"] = Self.points(String(scale.points))
            last.append(observation)
            members.append("Observation/\(id(key))")
        }
        if let code = scoring.total, let total = screening.total, !questions.contains(where: { isTotal($0.code) }) {
            var observation = frame.make(
                id: id("total"), code: Coding(system: code.system, code: code.code, display: code.display))
            observation["extension"] = Self.scoringExtensions(screening)
            observation["valueQuantity"] = Self.points(scoring.written(total))
            observation["interpretation"] = Self.interpretation(screening)
            if self.code == nil, !members.isEmpty { observation["hasMember"] = .array(members.map(JSON.reference)) }
            last.append(observation)
            members.append("Observation/\(id("total"))")
        }
        if let screen = screening.screen {
            var observation = frame.make(id: id("screen"), code: Self.screenCoding(screen))
            observation["valueCodeableConcept"] = Self.screenResult(screening.verdict == .positive)
            last.append(observation)
        }
        if let code, !members.isEmpty {
            var observation = frame.make(id: id("panel"), code: code)
            observation["extension"] = Self.scoringExtensions(screening)
            observation["interpretation"] = Self.interpretation(screening)
            observation["hasMember"] = .array(members.map(JSON.reference))
            last.append(observation)
        }
        return made + last
    }

    /// Whether one question is the whole result, as the seconds of a walking test: it is not written twice.
    private func isTotal(_ code: Coding?) -> Bool {
        guard let code, let total = scoring?.total else { return false }
        return code.system == total.system && code.code == total.code
    }

    /// CMS2 looks for these, whatever form was asked.
    private static func screenCoding(_ loinc: String) -> Coding {
        Coding(
            system: "http://loinc.org", code: loinc,
            display: loinc == "73831-0"
                ? "Adolescent depression screening assessment" : "Adult depression screening assessment")
    }

    private static func screenResult(_ isPositive: Bool) -> JSON {
        [
            "coding": [
                [
                    "system": "http://snomed.info/sct",
                    "code": isPositive ? "428181000124104" : "428171000124102",
                ]
            ], "text": isPositive ? "Depression screening positive" : "Depression screening negative",
        ]
    }

    private static func points(_ digits: String) -> JSON {
        [
            "value": .decimal(digits), "unit": "{score}", "system": "http://unitsofmeasure.org", "code": "{score}",
        ]
    }

    private static func scoringExtensions(_ screening: Screening) -> JSON {
        let own = QuestionnaireReader.own
        var list: [JSON] = []
        if let version = screening.scoringVersion {
            list.append(["url": .string(own + "scoring-version"), "valueString": .string(version)])
        }
        if !(screening.missing + screening.blank).isEmpty {
            let missing = (screening.missing + screening.blank).joined(separator: " ")
            list.append(["url": .string(own + "missing-items"), "valueString": .string(missing)])
        }
        list.append(["url": .string(own + "prorated"), "valueBoolean": false])
        return .array(list)
    }

    private static func interpretation(_ screening: Screening) -> JSON? {
        guard let band = screening.band else { return nil }
        let code: (String, String)? =
            switch screening.verdict {
            case .positive: ("POS", "Positive")
            case .negative: ("NEG", "Negative")
            case .review, nil: nil
            }
        let coding = code.map { code, display in
            JSON.array([
                [
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                    "code": .string(code), "display": .string(display),
                ]
            ])
        }
        return .array([.compact(["coding": coding, "text": .string(band.severity)])])
    }
}

/// What all Observations of one form have in common.
private struct ObservationFrame {
    let response: String
    let by: AnsweredBy

    func make(
        id: String, code: Instrument.Coding, codes: [Instrument.Coding] = [], category: Instrument.Coding? = nil,
        social: Bool = false
    ) -> JSON {
        var categories: [JSON] = [
            ["coding": [["system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"]]]
        ]
        if social {
            categories.append([
                "coding": [["system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "code": "sdoh"]]
            ])
        }
        if let category { categories.append(["coding": [category.json()]]) }
        return .compact([
            "resourceType": "Observation",
            "id": .string(id),
            "status": "final",
            "category": .array(categories),
            "code": [
                "coding": .array((codes.isEmpty ? [code] : codes).map { $0.json() }), "text": .string(code.display),
            ],
            "subject": .reference(by.subject),
            "encounter": by.encounter.map(JSON.reference),
            "effectiveDateTime": .string(by.at),
            "performer": (by.source ?? by.author).map { [.reference($0)] },
            "derivedFrom": [.reference(response)],
        ])
    }
}

extension Instrument.Item {
    /// The value of an Observation; nil when there is none.
    fileprivate func observed(_ given: [Answer]) -> (name: String, value: JSON)? {
        let options = given.compactMap { answer -> Instrument.Option? in
            if case .code(let code) = answer { option(code) } else { nil }
        }
        let coded = options.filter { $0.value == "valueCoding" }
        if !options.isEmpty {
            let codings = coded.map { $0.coding.json(points: $0.score) }
            let free = given.compactMap { if case .text(let text) = $0 { text } else { nil } }
            let words = (options.map(\.coding.display) + free).joined(separator: "; ")
            return (
                "valueCodeableConcept",
                .compact(["coding": codings.isEmpty ? nil : .array(codings), "text": .string(words)])
            )
        }
        return switch given.first {
        case .text(let text)?: ("valueString", .string(text))
        case .integer(let number)?:
            unit.map { ("valueQuantity", $0.quantity(String(number))) } ?? ("valueInteger", .int(number))
        case .boolean(let truth)?: ("valueBoolean", .bool(truth))
        case .date(let day)?: ("valueDateTime", .string(day))
        case .dateTime(let moment)?: ("valueDateTime", .string(moment))
        case .time(let time)?: ("valueTime", .string(time))
        // Observation has no valueDecimal (FHIR R4): a bare number is a quantity without a unit.
        case .decimal(let digits)?: ("valueQuantity", unit?.quantity(digits) ?? ["value": .decimal(digits)])
        case .quantity(let digits, let unit)?: ("valueQuantity", quantity(digits, unit))
        case .code?, .attachment?, nil: nil
        }
    }
}

extension Instrument.Coding {
    /// A number of this unit, as FHIR R4 Quantity.
    fileprivate func quantity(_ digits: String) -> JSON {
        .compact([
            "value": .decimal(digits), "unit": .string(display),
            "system": system.isEmpty ? nil : .string(system), "code": system.isEmpty ? nil : .string(code),
        ])
    }
}
