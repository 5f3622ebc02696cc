package import Content
import FHIR

/// Why a form cannot be used: which file, and what is wrong with it.
package struct InstrumentFailure: FileFault, Equatable, CustomStringConvertible {
    /// The file, as `instruments/phq-9.json`.
    package let file: String
    /// What is wrong, in plain words.
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// Turns the text of a Questionnaire into an ``Instrument``, refusing what our forms may not leave out.
struct QuestionnaireReader {
    let file: String
    /// ValueSets that choices can be taken from, by url and, contained ones, by `#id`.
    var valueSets: [String: JSONNode]
    var seen: Set<String> = []
    var leftOut: [String] = []

    static let own = "urn:almoner:extension:"
    static let ordinal = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    static let minValue = "http://hl7.org/fhir/StructureDefinition/minValue"
    static let maxValue = "http://hl7.org/fhir/StructureDefinition/maxValue"
    static let unit = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
    static let translation = "http://hl7.org/fhir/StructureDefinition/translation"

    init(file: String, valueSets: [String: JSONNode] = [:]) {
        self.file = file
        self.valueSets = valueSets
    }

    /// - Returns: the form, still without its scoring rules, and the name of the rules it asks for.
    mutating func read(_ bytes: [UInt8], name: String) throws(InstrumentFailure) -> (Instrument, rules: String?) {
        let document: JSONDocument
        do { document = try JSONDocument(bytes) } catch { throw failure(error.reason) }
        let root = document.root
        guard root.text("resourceType") == "Questionnaire" else { throw failure("it is not a Questionnaire") }
        guard root.text("status") == "active" else { throw failure("its status is not active") }
        let url = try need(root, "url")
        // A site's own form keeps the address that it has elsewhere; the forms that are shipped are called by their file.
        guard url == "urn:almoner:questionnaire:\(name)" || !url.hasPrefix("urn:almoner:"), url.contains(":"),
            !url.contains("|"), url.utf8.allSatisfy({ $0 > 32 && $0 != 127 })
        else {
            throw failure("its url is \(url), not urn:almoner:questionnaire:\(name)")
        }
        let subjects = root.list("subjectType").compactMap(\.string)
        guard subjects.isEmpty || subjects.contains("Patient") else {
            throw failure("it asks about \(subjects.joined(separator: ", ")), not about a person")
        }
        for entry in root.list("contained") where entry.text("resourceType") == "ValueSet" {
            if let id = entry.text("id") { valueSets["#\(id)"] = entry }
        }
        var instrument = Instrument(
            name: name, url: url, title: try need(root, "title"), purpose: try need(root, "description"),
            copyright: try need(root, "copyright"), origin: try origin(root), code: coding(root.list("code").first),
            items: try items(root), opens: short(extensionText(root, "opens"), "urn:almoner:questionnaire:"),
            scoring: nil, asking: Asking(), languages: [], titleIn: translations(root["_title"]),
            purposeIn: translations(root["_description"]), questionnaire: document)
        instrument.variables = try expressions(root, FormExtension.variable, of: "the form")
        instrument.launch = launched(root)
        instrument.items = gated(instrument.items, under: [])
        let whole = try observes(root, of: "the form")
        instrument.choosesObservations = whole != nil || Self.any(instrument.items) { $0.isExtracted != nil }
        if whole != nil || instrument.choosesObservations {
            instrument.items = Self.extracted(instrument.items, whole ?? false)
        }
        instrument.hasRepeatedGroups = Self.any(instrument.items) { $0.kind == .group && $0.repeats }
        instrument.isWorkedOut =
            !instrument.variables.isEmpty
            || Self.any(instrument.items) { $0.formulas.areThere || !$0.limits.constraints.isEmpty }
        try names(instrument)
        _ = try look(at: root, of: "the form")
        instrument.leftOut = leftOut
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

    /// FHIR R4 §2.4.4 (extension translation): what a text says in other languages.
    func translations(_ node: JSONNode?) -> [String: String] {
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
            if let option = item.options.first(where: { !languages.isSubset(of: $0.displayIn.keys) }) {
                return "\(item.linkId): \(option.coding.code) is not in the languages of the title"
            }
            if let gap = gap(item.items, languages) { return gap }
        }
        return nil
    }

    func coding(_ node: JSONNode?) -> Instrument.Coding? {
        guard let code = node?.text("code") else { return nil }
        return Instrument.Coding(
            system: node?.text("system") ?? "", code: code, display: node?.text("display") ?? code)
    }

    func extensionNode(_ node: JSONNode, url: String) -> JSONNode? {
        node.list("extension").first { $0.text("url") == url }
    }

    func extensionText(_ node: JSONNode, _ name: String) -> String? {
        let found = extensionNode(node, url: Self.own + name)
        return ["valueString", "valueCode", "valueUri", "valueCanonical"].lazy.compactMap { found?.text($0) }.first
    }

    func short(_ text: String?, _ start: String) -> String? {
        guard let text, text.hasPrefix(start) else { return nil }
        return String(text.dropFirst(start.count))
    }

    func need(_ node: JSONNode, _ name: String) throws(InstrumentFailure) -> String {
        guard let text = node.text(name), text.contains(where: { !$0.isWhitespace }) else {
            throw failure("\(name) is missing")
        }
        return text
    }

    func failure(_ problem: String) -> InstrumentFailure { InstrumentFailure(file: file, problem: problem) }
}
