import Content
import FHIR

extension QuestionnaireReader {
    /// Names of fields that pages have for themselves.
    private static let taken: Set<String> = [
        "csrf", "id", "version", "do", "confidential", "place", "known", "answering", "mode",
    ]

    mutating func items(_ parent: JSONNode) throws(InstrumentFailure) -> [Instrument.Item] {
        var found: [Instrument.Item] = []
        for node in parent.list("item") { found.append(try item(node)) }
        return found
    }

    private mutating func item(_ node: JSONNode) throws(InstrumentFailure) -> Instrument.Item {
        let linkId = try need(node, "linkId")
        guard !Self.taken.contains(linkId), !linkId.contains("~"), linkId.utf8.count <= 255 else {
            throw failure("the linkId \(linkId) is one that pages need for themselves")
        }
        guard seen.insert(linkId).inserted else { throw failure("linkId \(linkId) is used twice") }
        guard let kind = Instrument.Item.Kind(rawValue: try need(node, "type")) else {
            throw failure("\(linkId): the type \(node.text("type") ?? "") is not supported")
        }
        let codes = node.list("code").compactMap { coding($0) }
        // An item without words is called by its code: FHIR R4 leaves text out where a code says it.
        let text = node.text("text") ?? codes.first?.display ?? node.text("prefix") ?? linkId
        let bounds = bounds(node)
        var item = Instrument.Item(
            linkId: linkId, prefix: node.text("prefix"), text: text,
            textIn: translations(node["_text"]), kind: kind, required: node["required"]?.bool ?? false,
            repeats: node["repeats"]?.bool ?? false,
            maxLength: node["maxLength"]?.int ?? Self.longest(kind), least: bounds.least.flatMap { Int($0) },
            most: bounds.most.flatMap { Int($0) },
            unit: coding(extensionNode(node, url: Self.unit)?["valueCoding"]), code: codes.first,
            options: try options(node, of: linkId, kind), enabledWhen: try conditions(node, of: linkId),
            enabledByAny: node.text("enableBehavior") != "all", domain: extensionText(node, "domain"),
            part: extensionText(node, "part").flatMap(Instrument.Item.Part.init(rawValue:)),
            safety: extensionText(node, "safety-item"), items: [])
        item.codes = codes
        item.look = try look(at: node, of: linkId)
        item.look.isReadOnly = node["readOnly"]?.bool ?? false
        item.limits = try limits(node, bounds, of: linkId)
        item.formulas = try formulas(node, item)
        item.isExtracted = try observes(node, of: linkId)
        item.extractCategory = extensionNode(node, url: FormExtension.extractCategory).flatMap {
            coding($0["valueCodeableConcept"]?.list("coding").first)
        }
        item.items = try beneath(&item, node)
        try check(item)
        return item
    }

    /// What stands beneath a question; a line of help belongs to the question itself.
    private mutating func beneath(
        _ item: inout Instrument.Item, _ node: JSONNode
    ) throws(InstrumentFailure) -> [Instrument.Item] {
        var rest: [Instrument.Item] = []
        for child in node.list("item") {
            let role = Self.control(child)
            if child.text("type") == "display", let role, FormExtension.beside.contains(role) {
                let linkId = try need(child, "linkId")
                guard seen.insert(linkId).inserted else { throw failure("linkId \(linkId) is used twice") }
                item.look.help.append(
                    .init(text: child.text("text") ?? "", textIn: translations(child["_text"])))
            } else {
                rest.append(try self.item(child))
            }
        }
        return rest
    }

    /// The longest text that is kept where a form sets no limit.
    private static func longest(_ kind: Instrument.Item.Kind) -> Int? {
        switch kind {
        case .text: 20_000
        case .string, .openChoice: 1_000
        case .url: 2_000
        default: nil
        }
    }

    private func check(_ item: Instrument.Item) throws(InstrumentFailure) {
        func wrong(_ problem: String) -> InstrumentFailure { failure("\(item.linkId): \(problem)") }
        switch item.kind {
        case .group:
            guard !item.items.isEmpty else { throw wrong("the group is empty") }
        case .choice, .openChoice, .reference:
            let isOpen = item.formulas.choices != nil || item.kind == .openChoice || !item.limits.referred.isEmpty
            guard item.options.count >= 2 || isOpen else {
                throw wrong(
                    item.kind == .reference ? "it does not say what may be referred to" : "fewer than two choices")
            }
            guard Set(item.options.map(\.coding.code)).count == item.options.count else {
                throw wrong("a choice is listed twice")
            }
        case .text, .string, .url:
            guard item.maxLength ?? 0 > 0 else { throw wrong("maxLength is missing") }
        default: break
        }
        if item.isQuestion, item.repeats, item.items.contains(where: \.isQuestion) {
            throw wrong(
                "questions beneath a question that repeats are not supported: put both into a group that repeats")
        }
        if item.kind == .attachment, NewFile.Kind.of(item).isEmpty {
            throw wrong(
                "of the files that it asks for none can be taken: \(item.limits.mimeTypes.joined(separator: ", "))")
        }
        guard item.domain != nil else { return }
        let parts = item.items.compactMap(\.part)
        guard parts == [.conclusion, .notDone], item.items.suffix(2).allSatisfy({ $0.part != nil }) else {
            throw wrong("a domain ends with its conclusion and its \"not done, because\"")
        }
    }

    /// What was said of an item is said of all beneath it.
    func gated(_ items: [Instrument.Item], under gates: [Instrument.Gate]) -> [Instrument.Item] {
        items.map { item in
            var item = item
            let own = item.enabledWhen
            item.gates = gates + (own.isEmpty ? [] : [.init(conditions: own, any: item.enabledByAny)])
            item.items = gated(item.items, under: item.gates)
            return item
        }
    }

    static func extracted(_ items: [Instrument.Item], _ isOn: Bool) -> [Instrument.Item] {
        items.map { item in
            var item = item
            let mine = item.isExtracted ?? isOn
            item.isExtracted = mine
            item.items = extracted(item.items, mine)
            return item
        }
    }

    static func any(_ items: [Instrument.Item], _ test: (Instrument.Item) -> Bool) -> Bool {
        items.contains { test($0) || any($0.items, test) }
    }

    /// Conditions name questions of this form; a scored question stands in no part that repeats.
    func names(_ form: Instrument) throws(InstrumentFailure) {
        for item in form.questions {
            for condition in item.gates.flatMap(\.conditions) where !seen.contains(condition.question) {
                throw failure("\(item.linkId): enableWhen names \(condition.question), which is not there")
            }
        }
    }
}

extension Instrument.Formulas {
    /// Whether anything is worked out; what stands there at the beginning is not.
    var areThere: Bool {
        !variables.isEmpty || initial != nil || calculated != nil || choices != nil || enabled != nil
    }
}
