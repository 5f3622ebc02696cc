import FHIR
import HTTPTypes
import Records

/// A part of a resource: what `_elements` or `_summary` ask for. FHIR R4 §3.1.0.1.5.8
enum Subset: Sendable {
    case elements(Set<String>)
    case summary
    case data
    case text

    /// - Returns: nil when the whole resource is asked for.
    /// - Throws: 400 for a value that `_summary` does not have.
    init?(_ ask: Ask) throws {
        if let elements = ask.parameter("_elements") {
            self = .elements(Set(elements.split(separator: ",").map { String($0).trimmed }))
            return
        }
        switch ask.parameter("_summary") {
        case nil, "false", "count": return nil
        case "data": self = .data
        case "text": self = .text
        case "true": self = .summary
        default: throw Refusal(.badRequest, .value, "_summary is one of true, text, data, count and false.")
        }
    }

    /// - Returns: nil when whole resources are asked for.
    init?(_ query: SearchQuery) {
        if !query.elements.isEmpty {
            self = .elements(Set(query.elements.map { $0.split(separator: ".").last.map(String.init) ?? $0 }))
            return
        }
        switch query.summary {
        case .no, .count: return nil
        case .data: self = .data
        case .text: self = .text
        case .yes: self = .summary
        }
    }

    /// The part of a kept resource, marked as one. What must be there by definition stays.
    func text(of kept: StoredText, _ definitions: Definitions) throws -> [UInt8] {
        let root = try JSONDocument(kept.answer).root
        guard var part = part(of: root, definitions.block(kept.type), definitions, isTop: true), part != [:] else {
            return kept.answer
        }
        var meta = part["meta"] ?? [:]
        let tag: JSON = [
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED",
        ]
        let tags = meta["tag"]?.array ?? []
        meta["tag"] = .array(tags.contains(tag) ? tags : tags + [tag])
        part["meta"] = meta
        return part.serialized()
    }

    private func part(
        of node: JSONNode, _ block: ElementBlock?, _ definitions: Definitions, isTop: Bool
    ) -> JSON? {
        guard let block else {
            return nil
        }
        var members: [JSONMember] = []
        for (name, value) in node.members {
            let plain = name.hasPrefix("_") ? String(name.dropFirst()) : name
            let slot = block.slots[plain]
            let element = slot.map { block.elements[$0.element] }
            guard isIn(plain, element, isTop: isTop) else {
                continue
            }
            var kept = value.value
            // What a nested part shows is chosen too.
            if case .summary = self, let slot, let element, element.types.indices.contains(slot.type),
                let inner = definitions.block(element.types[slot.type].name), inner.kind == .backbone
            {
                kept =
                    value.kind == .array
                    ? .array(value.elements.map { part(of: $0, inner, definitions, isTop: false) ?? $0.value })
                    : part(of: value, inner, definitions, isTop: false) ?? kept
            }
            members.append(JSONMember(name: name, value: kept))
        }
        return .object(members)
    }

    private func isIn(_ name: String, _ element: ElementDefinition?, isTop: Bool) -> Bool {
        if ["resourceType", "id", "meta"].contains(name) || (element?.min ?? 0) > 0 {
            return true
        }
        return switch self {
        case .elements(let names): names.contains(name) || names.contains(element?.name ?? name)
        case .summary: element?.isSummary ?? false
        case .data: name != "text"
        case .text: name == "text"
        }
    }
}
