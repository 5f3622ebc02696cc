import FHIR

/// The extensions of Questionnaires: which have an effect, which have none, and which a form may not have.
/// FHIR R4 and SDC 3.0 (http://hl7.org/fhir/uv/sdc).
enum FormExtension {
    static let core = "http://hl7.org/fhir/StructureDefinition/"
    static let sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
    static let variable = core + "variable"
    static let extract = sdc + "observationExtract"
    static let extractCategory = sdc + "observation-extract-category"

    /// Roles of a line that belongs to the question above it.
    static let beside: Set<String> = [
        "help", "flyover", "prompt", "unit", "lower", "upper", "instructions", "legal", "inline",
    ]

    /// Those that have an effect.
    static let used: Set<String> = Set(
        [
            "questionnaire-itemControl", "questionnaire-hidden", "questionnaire-unit", "questionnaire-unitOption",
            "questionnaire-minOccurs", "questionnaire-maxOccurs", "questionnaire-constraint",
            "questionnaire-choiceOrientation", "questionnaire-referenceResource", "minValue", "maxValue", "minLength",
            "maxDecimalPlaces", "mimeType", "maxSize", "entryFormat", "regex", "variable", "translation",
            "ordinalValue", "itemWeight",
        ].map { core + $0 }
            + [
                "initialExpression", "calculatedExpression", "answerExpression", "enableWhenExpression",
                "observationExtract", "observation-extract-category", "observationLinkPeriod", "launchContext",
                "openLabel",
            ].map { sdc + $0 })

    /// Those without which a form would mean something else: it is not taken.
    static let refused: [String: String] = [
        core + "questionnaire-signatureRequired": "a signature cannot be given on a form here",
        core + "questionnaire-unitValueSet":
            "units from a value set need a terminology service; list them (unitOption)",
        sdc + "subQuestionnaire": "a form made of others has to be assembled before it is brought here",
        sdc + "answerOptionsToggleExpression":
            "choices that come and go one by one are not supported; use answerExpression",
        sdc + "isSubject": "answers about somebody else than the person are not supported",
    ]

    /// Those that leave the form as it is, with what does not happen.
    static let without: [String: String] = [
        sdc + "candidateExpression": "answers are not proposed from a list",
        sdc + "contextExpression": "nothing is shown beside the question",
        sdc + "itemPopulationContext": "rows are not filled in beforehand",
        sdc + "itemExtractionContext": "answers become Observations, not other resources",
        sdc + "itemContext": "answers become Observations, not other resources",
        sdc + "definitionExtract": "answers become Observations, not other resources",
        sdc + "templateExtract": "answers become Observations, not other resources",
        sdc + "targetStructureMap": "StructureMaps are not run",
        sdc + "sourceStructureMap": "StructureMaps are not run",
        sdc + "sourceQueries": "use a variable in x-fhir-query",
        core + "cqf-library": "libraries of CQL are not run",
        core + "cqf-expression": "words are not worked out",
        core + "cqf-calculatedValue": "limits are not worked out",
    ]
}

extension QuestionnaireReader {
    /// How an item is shown. Whatever else stands at it is looked at here: what cannot be used is said, or refused.
    mutating func look(at node: JSONNode, of place: String) throws(InstrumentFailure) -> Instrument.Look {
        guard node["modifierExtension"] == nil else {
            throw failure("\(place): a modifierExtension changes what it means in a way that is not known here")
        }
        for entry in node.list("extension") {
            guard let url = entry.text("url") else { continue }
            if let why = FormExtension.refused[url] { throw failure("\(place): \(why)") }
            if url.hasPrefix(Self.own) || FormExtension.used.contains(url) { continue }
            let name = String(url.split(separator: "/").last ?? url[...])
            leftOut.append("\(place): \(name): " + (FormExtension.without[url] ?? "it has no effect here"))
        }
        for member in ["_text", "_title", "_description", "_prefix"] {
            for entry in node[member]?.list("extension") ?? [] where entry.text("url") != Self.translation {
                let url = entry.text("url") ?? ""
                let name = String(url.split(separator: "/").last ?? "")
                leftOut.append("\(place): \(name): " + (FormExtension.without[url] ?? "only the plain words are shown"))
            }
        }
        var look = Instrument.Look()
        let role = Self.control(node)
        look.control = role.flatMap { Instrument.Look.Control(rawValue: $0) }
        if let role, look.control == nil, !FormExtension.beside.contains(role), node.text("type") != "group" {
            leftOut.append("\(place): itemControl \(role): it is shown as others of its type")
        }
        func value(_ name: String) -> JSONNode? { extensionNode(node, url: FormExtension.core + name) }
        look.isHidden = value("questionnaire-hidden")?["valueBoolean"]?.bool == true
        look.entryFormat = value("entryFormat")?.text("valueString")
        look.isAcross = value("questionnaire-choiceOrientation")?.text("valueCode").map { $0 == "horizontal" }
        look.openLabel = extensionNode(node, url: FormExtension.sdc + "openLabel")?.text("valueString")
        return look
    }

    static func control(_ node: JSONNode) -> String? {
        node.list("extension").first { $0.text("url") == FormExtension.core + "questionnaire-itemControl" }
            .flatMap { $0["valueCodeableConcept"]?.list("coding").first?.text("code") }
    }

    /// `minValue` and `maxValue` as they are written; of a quantity its number.
    func bounds(_ node: JSONNode) -> (least: String?, most: String?) {
        func read(_ url: String) -> String? {
            guard let entry = extensionNode(node, url: url) else { return nil }
            let names = ["valueInteger", "valueDecimal", "valueDate", "valueDateTime", "valueTime"]
            return names.lazy.compactMap { entry[$0].flatMap { $0.digits ?? $0.string } }.first
                ?? entry["valueQuantity"]?["value"]?.digits
        }
        return (read(Self.minValue), read(Self.maxValue))
    }

    func limits(
        _ node: JSONNode, _ bounds: (least: String?, most: String?), of linkId: String
    ) throws(InstrumentFailure) -> Instrument.Limits {
        var limits = Instrument.Limits()
        func all(_ name: String) -> [JSONNode] {
            node.list("extension").filter { $0.text("url") == FormExtension.core + name }
        }
        func number(_ name: String) -> Int? { all(name).first?["valueInteger"]?.int }
        limits.fewest = number("questionnaire-minOccurs")
        limits.mostAnswers = number("questionnaire-maxOccurs")
        limits.shortest = number("minLength")
        limits.decimals = number("maxDecimalPlaces")
        (limits.lowest, limits.highest) = bounds
        limits.units = all("questionnaire-unitOption").compactMap { coding($0["valueCoding"]) }
        limits.mimeTypes = all("mimeType").compactMap { $0.text("valueCode") }
        limits.mostBytes = all("maxSize").first?["valueDecimal"]?.double.flatMap { Int(exactly: $0.rounded()) }
        limits.referred = all("questionnaire-referenceResource").compactMap { $0.text("valueCode") }
        for entry in all("questionnaire-constraint") {
            let parts = Dictionary(entry.list("extension").map { ($0.text("url") ?? "", $0) }) { first, _ in first }
            guard let words = parts["human"]?.text("valueString"), let text = parts["expression"]?.text("valueString")
            else { throw failure("\(linkId): a constraint has no words or no expression") }
            limits.constraints.append(
                .init(
                    key: parts["key"]?.text("valueId") ?? "", message: words,
                    isError: parts["severity"]?.text("valueCode") != "warning", expression: try path(text, linkId)))
        }
        if let pattern = all("regex").first?.text("valueString") {
            let quoted = pattern.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            let format = all("entryFormat").first?.text("valueString").map { " like \($0)" } ?? " as the question asks"
            limits.constraints.append(
                .init(
                    key: "regex", message: "Please write it\(format).", isError: true,
                    expression: try path("answer.value.all($this.toString().matchesFull('\(quoted)'))", linkId)))
        }
        return limits
    }

    private func path(_ text: String, _ linkId: String) throws(InstrumentFailure) -> FormExpression {
        let node = JSON.compact(["language": "text/fhirpath", "expression": .string(text)])
        do { return try FormExpression(try node.document().root) } catch {
            throw failure("\(linkId): \((error as? FormExpression.Unusable)?.reason ?? "a formula cannot be read")")
        }
    }

    func formulas(_ node: JSONNode, _ item: Instrument.Item) throws(InstrumentFailure) -> Instrument.Formulas {
        var found = Instrument.Formulas()
        func one(_ name: String) throws(InstrumentFailure) -> FormExpression? {
            try expressions(node, FormExtension.sdc + name, of: item.linkId).first
        }
        found.variables = try expressions(node, FormExtension.variable, of: item.linkId)
        found.initial = try one("initialExpression")
        found.calculated = try one("calculatedExpression")
        found.choices = try one("answerExpression")
        found.enabled = try one("enableWhenExpression")
        let chosen = node.list("answerOption").filter { $0["initialSelected"]?.bool == true }
        found.begin = (node.list("initial") + chosen).compactMap { Answer($0, prefix: "value") }
        if let period = extensionNode(node, url: FormExtension.sdc + "observationLinkPeriod")?["valueDuration"] {
            let days = ["d": 1.0, "wk": 7, "mo": 30.4375, "a": 365.25, "h": 1.0 / 24]
            guard let value = period["value"]?.double, let unit = days[period.text("code") ?? ""],
                value > 0, value * unit < 100_000
            else {
                throw failure("\(item.linkId): observationLinkPeriod is not in hours, days, weeks, months or years")
            }
            found.lookBackDays = Int((value * unit).rounded(.up))
        }
        return found
    }

    func expressions(
        _ node: JSONNode, _ url: String, of place: String
    ) throws(InstrumentFailure) -> [FormExpression] {
        var found: [FormExpression] = []
        for entry in node.list("extension") where entry.text("url") == url {
            guard let value = entry["valueExpression"] else { throw failure("\(place): an expression is missing") }
            do { found.append(try FormExpression(value)) } catch { throw failure("\(place): \(error.reason)") }
        }
        return found
    }

    /// Whether answers become Observations; nil where nothing is said.
    func observes(_ node: JSONNode, of place: String) throws(InstrumentFailure) -> Bool? {
        guard let entry = extensionNode(node, url: FormExtension.extract) else { return nil }
        if let isOn = entry["valueBoolean"]?.bool { return isOn }
        guard let code = entry.text("valueCode") else { return nil }
        guard code == "independent" else {
            throw failure("\(place): observationExtract as \(code) is not supported, only as an Observation of its own")
        }
        return true
    }

    /// SDC launchContext: what formulas may begin at.
    func launched(_ root: JSONNode) -> Set<String> {
        Set(
            root.list("extension").filter { $0.text("url") == FormExtension.sdc + "launchContext" }.compactMap {
                entry in
                let name = entry.list("extension").first { $0.text("url") == "name" }
                return name?.text("valueCoding", "code") ?? name?.text("valueId")
            })
    }
}
