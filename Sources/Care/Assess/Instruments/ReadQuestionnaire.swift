import Content
import FHIR

/// Why a form cannot be used: which file, and what is wrong with it.
package struct InstrumentFailure: Error, Equatable, CustomStringConvertible {
    /// The file, as `instruments/phq-9.json`.
    package let file: String
    /// What is wrong, in plain words.
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// Turns the text of a Questionnaire into an ``Instrument``, refusing what our forms may not leave out.
struct QuestionnaireReader {
    let file: String
    private var seen: Set<String> = []

    static let own = "urn:almoner:extension:"
    static let ordinal = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    static let minValue = "http://hl7.org/fhir/StructureDefinition/minValue"
    static let maxValue = "http://hl7.org/fhir/StructureDefinition/maxValue"
    static let unit = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
    static let translation = "http://hl7.org/fhir/StructureDefinition/translation"

    init(file: String) { self.file = file }

    /// - Returns: the form, still without its scoring rules, and the name of the rules it asks for.
    mutating func read(_ bytes: [UInt8], name: String) throws(InstrumentFailure) -> (Instrument, rules: String?) {
        let document: JSONDocument
        do { document = try JSONDocument(bytes) } catch { throw failure(error.reason) }
        let root = document.root
        guard root.text("resourceType") == "Questionnaire" else { throw failure("it is not a Questionnaire") }
        guard root.text("status") == "active" else { throw failure("its status is not active") }
        let url = try need(root, "url")
        guard url == "urn:almoner:questionnaire:\(name)" else {
            throw failure("its url is \(url), not urn:almoner:questionnaire:\(name)")
        }
        var instrument = Instrument(
            name: name, url: url, title: try need(root, "title"), purpose: try need(root, "description"),
            copyright: try need(root, "copyright"), origin: try origin(root), code: coding(root.list("code").first),
            items: try items(root), opens: short(extensionText(root, "opens"), "urn:almoner:questionnaire:"),
            scoring: nil, asking: Asking(), languages: [], titleIn: translations(root["_title"]),
            purposeIn: translations(root["_description"]), questionnaire: document)
        guard !instrument.items.isEmpty else { throw failure("it has no questions") }
        guard instrument.titleIn.keys == instrument.purposeIn.keys else {
            throw failure("its title and its description are not in the same languages")
        }
        if let gap = Self.gap(instrument.items, Set(instrument.titleIn.keys)) { throw failure(gap) }
        instrument.languages = Set(instrument.titleIn.keys)
        return (instrument, short(extensionText(root, "scoring"), "urn:almoner:scoring:"))
    }

    private func origin(_ root: JSONNode) throws(InstrumentFailure) -> ContentOrigin {
        guard let source = extensionText(root, "source") else { throw failure("it names no source") }
        guard let licence = extensionText(root, "licence") else { throw failure("it names no licence") }
        guard let from = root.text("effectivePeriod", "start"), ContentOrigin.isDay(from) else {
            throw failure("effectivePeriod has no start")
        }
        return ContentOrigin(
            source: source, version: try need(root, "version"), licence: licence, effectiveFrom: from,
            effectiveTo: root.text("effectivePeriod", "end"))
    }

    private mutating func items(_ parent: JSONNode) throws(InstrumentFailure) -> [Instrument.Item] {
        var found: [Instrument.Item] = []
        for node in parent.list("item") { found.append(try item(node)) }
        return found
    }

    private mutating func item(_ node: JSONNode) throws(InstrumentFailure) -> Instrument.Item {
        let linkId = try need(node, "linkId")
        let conditions = try conditions(node, of: linkId)
        guard seen.insert(linkId).inserted else { throw failure("linkId \(linkId) is used twice") }
        guard let kind = Instrument.Item.Kind(rawValue: try need(node, "type")) else {
            throw failure("\(linkId): the type \(node.text("type") ?? "") is not supported")
        }
        let item = Instrument.Item(
            linkId: linkId, prefix: node.text("prefix"), text: try need(node, "text"),
            textIn: translations(node["_text"]), kind: kind, required: node["required"]?.bool ?? false,
            repeats: node["repeats"]?.bool ?? false,
            maxLength: node["maxLength"]?.int, least: extensionNode(node, url: Self.minValue)?["valueInteger"]?.int,
            most: extensionNode(node, url: Self.maxValue)?["valueInteger"]?.int,
            unit: coding(extensionNode(node, url: Self.unit)?["valueCoding"]), code: coding(node.list("code").first),
            options: try options(node, of: linkId), enabledWhen: conditions,
            enabledByAny: node.text("enableBehavior") != "all", domain: extensionText(node, "domain"),
            part: extensionText(node, "part").flatMap(Instrument.Item.Part.init(rawValue:)),
            safety: extensionText(node, "safety-item"), items: try items(node))
        try check(item)
        return item
    }

    private func check(_ item: Instrument.Item) throws(InstrumentFailure) {
        switch item.kind {
        case .group:
            guard !item.items.isEmpty else { throw failure("\(item.linkId): the group is empty") }
        case .choice:
            guard item.options.count >= 2 else { throw failure("\(item.linkId): fewer than two choices") }
            guard Set(item.options.map(\.coding.code)).count == item.options.count else {
                throw failure("\(item.linkId): a choice is listed twice")
            }
        case .text, .string:
            guard item.maxLength ?? 0 > 0 else { throw failure("\(item.linkId): maxLength is missing") }
        case .display, .boolean, .integer, .date: break
        }
        guard item.domain != nil else { return }
        let parts = item.items.compactMap(\.part)
        guard parts == [.conclusion, .notDone], item.items.suffix(2).allSatisfy({ $0.part != nil }) else {
            throw failure("\(item.linkId): a domain ends with its conclusion and its \"not done, because\"")
        }
    }

    private func options(_ node: JSONNode, of linkId: String) throws(InstrumentFailure) -> [Instrument.Option] {
        var found: [Instrument.Option] = []
        for option in node.list("answerOption") {
            guard let coding = coding(option["valueCoding"]) else {
                throw failure("\(linkId): a choice has no code, system or display")
            }
            let score = extensionNode(option, url: Self.ordinal)?["valueDecimal"]
            guard score == nil || score?.int != nil else {
                throw failure("\(linkId): the points of \(coding.code) are not a whole number")
            }
            found.append(
                Instrument.Option(
                    coding: coding, score: score?.int, need: extensionText(option, "need"),
                    displayIn: translations(option["valueCoding"]?["_display"])))
        }
        return found
    }

    private func conditions(_ node: JSONNode, of linkId: String) throws(InstrumentFailure) -> [Instrument.Condition] {
        var found: [Instrument.Condition] = []
        for condition in node.list("enableWhen") {
            guard let question = condition.text("question"), seen.contains(question) else {
                throw failure("\(linkId): enableWhen names a question that does not stand before it")
            }
            let test: Instrument.Condition.Test
            switch (
                condition.text("operator"), condition.text("answerCoding", "code"), condition["answerBoolean"]?.bool
            ) {
            case ("=", let code?, _): test = .equals(code)
            case ("!=", let code?, _): test = .differs(code)
            case ("exists", _, let wanted?): test = .exists(wanted)
            default: throw failure("\(linkId): this enableWhen is not supported")
            }
            found.append(Instrument.Condition(question: question, test: test))
        }
        return found
    }

    /// FHIR R4 §2.4.4 (extension translation): what a text says in other languages.
    private func translations(_ node: JSONNode?) -> [String: String] {
        var found: [String: String] = [:]
        for entry in node?.list("extension") ?? [] where entry.text("url") == Self.translation {
            let parts = entry.list("extension")
            if let language = parts.first(where: { $0.text("url") == "lang" })?.text("valueCode"),
                let words = parts.first(where: { $0.text("url") == "content" })?.text("valueString")
            {
                found[language] = words
            }
        }
        return found
    }

    /// The first text that is not there in each language of the title: half a translation is none.
    private static func gap(_ items: [Instrument.Item], _ languages: Set<String>) -> String? {
        for item in items {
            guard Set(item.textIn.keys) == languages else {
                return "\(item.linkId): its text is not in the languages of the title"
            }
            if let option = item.options.first(where: { Set($0.displayIn.keys) != languages }) {
                return "\(item.linkId): \(option.coding.code) is not in the languages of the title"
            }
            if let gap = gap(item.items, languages) { return gap }
        }
        return nil
    }

    private func coding(_ node: JSONNode?) -> Instrument.Coding? {
        guard let system = node?.text("system"), let code = node?.text("code"), let display = node?.text("display")
        else { return nil }
        return Instrument.Coding(system: system, code: code, display: display)
    }

    private func extensionNode(_ node: JSONNode, url: String) -> JSONNode? {
        node.list("extension").first { $0.text("url") == url }
    }

    private func extensionText(_ node: JSONNode, _ name: String) -> String? {
        let found = extensionNode(node, url: Self.own + name)
        return ["valueString", "valueCode", "valueUri", "valueCanonical"].lazy.compactMap { found?.text($0) }.first
    }

    private func short(_ text: String?, _ start: String) -> String? {
        guard let text, text.hasPrefix(start) else { return nil }
        return String(text.dropFirst(start.count))
    }

    private func need(_ node: JSONNode, _ name: String) throws(InstrumentFailure) -> String {
        guard let text = node.text(name), text.contains(where: { !$0.isWhitespace }) else {
            throw failure("\(name) is missing")
        }
        return text
    }

    private func failure(_ problem: String) -> InstrumentFailure { InstrumentFailure(file: file, problem: problem) }
}
