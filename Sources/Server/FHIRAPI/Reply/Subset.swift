import FHIR
import HTTPTypes
import Records

/// A part of a resource: what `_elements` or `_summary` ask for. FHIR R4 §3.1.0.1.5.8
enum Subset: Sendable {
    case elements(Set<String>)
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
        case "true": self = .elements([])
        default: throw Refusal(.badRequest, .value, "_summary is one of true, text, data, count and false.")
        }
    }

    /// The part of a kept resource, marked as one. What must be there by definition stays.
    func text(of kept: StoredText, _ definitions: Definitions) throws -> [UInt8] {
        let root = try JSONDocument(kept.answer).root
        let required = Set(
            definitions.block(kept.type).map { block in block.required.map { block.elements[$0].name } } ?? [])
        var part: JSON = [:]
        for (name, value) in root.members where isIn(name, required) {
            part[name] = value.value
        }
        var meta = part["meta"] ?? [:]
        let tag: JSON = [
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED",
        ]
        meta["tag"] = .array((meta["tag"]?.array ?? []) + [tag])
        part["meta"] = meta
        return part.serialized()
    }

    private func isIn(_ name: String, _ required: Set<String>) -> Bool {
        let plain = name.hasPrefix("_") ? String(name.dropFirst()) : name
        if ["resourceType", "id", "meta"].contains(plain) || required.contains(plain) {
            return true
        }
        return switch self {
        case .elements(let names):
            names.contains(plain)
                || names.contains { plain.hasPrefix($0) && plain.dropFirst($0.count).first?.isUppercase ?? false }
        case .data: plain != "text"
        case .text: plain == "text"
        }
    }
}
