import FHIR

/// What a formula gives, as answers and as choices.
extension Instrument.Item {
    func answers(from values: [FHIRPathValue]) -> [Answer] {
        let found = values.compactMap { answer($0) }
        return repeats ? found : Array(found.prefix(1))
    }

    private func answer(_ value: FHIRPathValue) -> Answer? {
        switch kind {
        case .group, .display, .attachment: return nil
        case .choice, .openChoice, .reference:
            if let found = Self.option(value), value.string == nil { return .code(found.coding.code) }
            guard let text = value.text else { return nil }
            if option(text) != nil { return .code(text) }
            if let match = options.first(where: { $0.coding.display == text }) { return .code(match.coding.code) }
            return kind == .openChoice ? .text(text) : nil
        case .boolean: return value.bool.map(Answer.boolean)
        case .integer:
            return value.int.map(Answer.integer) ?? value.double.flatMap { Int(exactly: $0) }.map(Answer.integer)
        case .decimal: return value.text.flatMap { DecimalDigits.plain($0) }.map(Answer.decimal)
        case .quantity: return quantity(value)
        case .date: return value.text.map { Answer.date(String($0.prefix(10))) }
        case .dateTime: return value.text.map(Answer.dateTime)
        case .time: return value.text.map(Answer.time)
        case .text, .string, .url:
            guard let text = value.text ?? value.node?.conceptText, !text.isEmpty else { return nil }
            return .text(String(text.prefix(maxLength ?? 1_000)))
        }
    }

    /// A FHIR Quantity, a number in the unit of the question, or what FHIRPath writes: `5 'kg'`.
    private func quantity(_ value: FHIRPathValue) -> Answer? {
        if let node = value.node, let digits = node["value"]?.digits {
            return .quantity(digits, unit: node.text("code") ?? node.text("unit"))
        }
        guard let text = value.text else { return nil }
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let digits = parts.first.flatMap({ DecimalDigits.plain(String($0)) }) else { return nil }
        let unit = parts.count > 1 ? String(parts[1].filter { $0 != "'" }) : unit?.code
        return .quantity(digits, unit: unit == "1" ? self.unit?.code : unit)
    }

    /// The choices that a formula gives, each once and no more than a list can show; what was chosen stays one of them.
    func options(from values: [FHIRPathValue], keeping given: [Answer]) -> [Instrument.Option] {
        var found: [Instrument.Option] = []
        for option in values.prefix(200).compactMap({ Self.option($0) })
        where !found.contains(where: { $0.coding.code == option.coding.code }) {
            found.append(option)
        }
        return found
    }

    private static func option(_ value: FHIRPathValue) -> Instrument.Option? {
        if let node = value.node, node.kind == .object {
            if let reference = node.text("reference") {
                return made(reference, node.text("display") ?? reference, "valueReference")
            }
            if let type = node.text("resourceType"), let id = node.text("id") {
                let words = node["code"]?.conceptText ?? node["medicationCodeableConcept"]?.conceptText
                let name = node.text("name", "text") ?? node.text("name", "family") ?? node.text("title")
                return made("\(type)/\(id)", words ?? name ?? "\(type)/\(id)", "valueReference")
            }
            let coding = node.list("coding").first ?? node
            guard let code = coding.text("code") else { return nil }
            return Instrument.Option(
                coding: .init(
                    system: coding.text("system") ?? "", code: code,
                    display: coding.text("display") ?? node.text("text") ?? code),
                score: nil, need: nil, displayIn: [:])
        }
        guard let text = value.text, !text.isEmpty else { return nil }
        return made(text, text, value.int != nil ? "valueInteger" : "valueString")
    }

    private static func made(_ code: String, _ words: String, _ value: String) -> Instrument.Option {
        var option = Instrument.Option(
            coding: .init(system: "", code: code, display: words), score: nil, need: nil, displayIn: [:])
        option.value = value
        return option
    }
}
