import FHIR

extension QuestionnaireReader {
    mutating func options(
        _ node: JSONNode, of linkId: String, _ kind: Instrument.Item.Kind
    ) throws(InstrumentFailure) -> [Instrument.Option] {
        var found: [Instrument.Option] = []
        for option in node.list("answerOption") { found.append(try self.option(option, of: linkId)) }
        guard let url = node.text("answerValueSet") else { return found }
        guard found.isEmpty else { throw failure("\(linkId): it has both choices and a value set") }
        let plain = String(url.prefix { $0 != "|" })
        guard let set = valueSets[plain] else {
            throw failure(
                "\(linkId): the value set \(url) is not here. Put it into the form (contained) or into instruments/value-sets"
            )
        }
        return try options(of: set, linkId)
    }

    private func option(_ option: JSONNode, of linkId: String) throws(InstrumentFailure) -> Instrument.Option {
        let core = "http://hl7.org/fhir/StructureDefinition/"
        var found: Instrument.Option
        if let value = option["valueCoding"] {
            guard let coding = coding(value), value.text("display") != nil || value.text("system") == nil else {
                throw failure("\(linkId): a choice has no code, system or display")
            }
            let score = Self.weight(value) ?? Self.weight(option)
            guard score == nil || score?.int != nil else {
                throw failure("\(linkId): the points of \(coding.code) are not a whole number")
            }
            found = Instrument.Option(
                coding: coding, score: score?.int, need: extensionText(option, "need"),
                displayIn: translations(value["_display"]))
        } else {
            let names = ["valueString", "valueInteger", "valueDate", "valueTime", "valueReference"]
            guard let name = names.first(where: { option[$0] != nil }), let value = option[name] else {
                throw failure("\(linkId): a choice has no code, system or display")
            }
            let text = value.string ?? value.digits ?? value.text("reference") ?? ""
            guard !text.isEmpty else { throw failure("\(linkId): a choice says nothing") }
            found = Instrument.Option(
                coding: .init(system: "", code: text, display: value.text("display") ?? text),
                score: Self.weight(option)?.int, need: extensionText(option, "need"),
                displayIn: translations(option["_" + name]))
            found.value = name
        }
        found.isAlone =
            extensionNode(option, url: core + "questionnaire-optionExclusive")?["valueBoolean"]?.bool == true
        found.prefix = extensionNode(option, url: core + "questionnaire-optionPrefix")?.text("valueString")
        return found
    }

    /// The points of a choice, by the older and the newer name of the extension.
    private static func weight(_ node: JSONNode) -> JSONNode? {
        let urls = [ordinal, "http://hl7.org/fhir/StructureDefinition/itemWeight"]
        return node.list("extension").first { urls.contains($0.text("url") ?? "") }?["valueDecimal"]
    }

    /// The codes of a ValueSet that lists them: its expansion, else what it is composed of.
    private func options(of set: JSONNode, _ linkId: String) throws(InstrumentFailure) -> [Instrument.Option] {
        func read(_ concept: JSONNode, _ system: String?) -> Instrument.Option? {
            guard let code = concept.text("code") else { return nil }
            var displayIn: [String: String] = [:]
            for entry in concept.list("designation") {
                if let language = entry.text("language"), let value = entry.text("value") {
                    displayIn[language] = value
                }
            }
            return Instrument.Option(
                coding: .init(system: system ?? "", code: code, display: concept.text("display") ?? code),
                score: Self.weight(concept)?.int, need: nil, displayIn: displayIn)
        }
        let contains = set["expansion"]?.list("contains") ?? []
        if !contains.isEmpty { return contains.compactMap { read($0, $0.text("system")) } }
        var found: [Instrument.Option] = []
        for include in set["compose"]?.list("include") ?? [] {
            let concepts = include.list("concept")
            guard !concepts.isEmpty, include["filter"] == nil, include["valueSet"] == nil else {
                throw failure("\(linkId): its value set does not list its codes, and there is no terminology service")
            }
            found += concepts.compactMap { read($0, include.text("system")) }
        }
        guard set["compose"]?["exclude"] == nil else {
            throw failure("\(linkId): its value set leaves codes out, which needs a terminology service")
        }
        return found
    }
}
