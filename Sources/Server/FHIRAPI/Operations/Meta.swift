import Access
import FHIR
import HTTPTypes
import Records

/// FHIR R4 $meta, $meta-add and $meta-delete: profiles, tags and security labels of one resource; $meta also of all
/// resources of a type and of the whole. http://hl7.org/fhir/R4/resource-operation-meta-add.html
enum Meta {
    @Sendable static func ofType(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        parameters(of: try reader.marks(of: [ask.type]))
    }

    @Sendable static func ofSystem(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        parameters(of: try reader.marks(of: api.definitions.resourceTypes))
    }

    @Sendable static func show(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        guard let kept = try reader.text(ask.type, ask.id) else {
            throw Refusal.notHere(ask.type)
        }
        guard !kept.isDeleted else {
            throw Refusal.gone(kept)
        }
        return parameters(of: try JSONDocument(kept.answer).root["meta"]?.value ?? [:])
    }

    @Sendable static func ready(_ ask: inout Ask, _ api: FHIRAPI) async throws -> Ready { Ready() }

    @Sendable static func add(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        try edit(ask, change, api) { list, mark in
            list.contains { isSame($0, mark) } ? list : list + [mark]
        }
    }

    @Sendable static func remove(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        try edit(ask, change, api) { list, mark in list.filter { !isSame($0, mark) } }
    }

    private static func edit(
        _ ask: Ask, _ change: Change, _ api: FHIRAPI, _ apply: ([JSON], JSON) -> [JSON]
    ) throws -> Reply {
        let given = try given(ask)
        guard let kept = try change.reader.text(ask.type, ask.id, for: .update) else {
            throw Refusal.notHere(ask.type)
        }
        guard !kept.isDeleted else {
            throw Refusal.gone(kept)
        }
        var resource = try kept.value()
        var meta = resource["meta"] ?? [:]
        let before = meta
        for name in ["profile", "tag", "security"] {
            let list = given[name]?.array.reduce(meta[name]?.array ?? [], apply) ?? meta[name]?.array ?? []
            meta[name] = list.isEmpty ? nil : .array(list)
        }
        guard meta != before else {
            return parameters(of: try JSONDocument(kept.answer).root["meta"]?.value ?? [:])
        }
        resource["meta"] = meta
        let made = try api.ready(try resource.document().root, ask.type, id: ask.id)
        guard let prepared = made.resource else {
            throw Refusal(.unprocessableContent, .invalid, "The marks cannot be kept.")
        }
        let version = try IfMatch.version(ask.conditions.ifMatch) ?? kept.version
        let written = try change.put(prepared, expecting: version)
        var answer = parameters(of: try JSONDocument(written.answer).root["meta"]?.value ?? [:])
        answer.version = written.version
        answer.updated = written.updated
        return answer
    }

    private static func given(_ ask: Ask) throws -> JSON {
        let parameter = ask.body?.list("parameter").first { $0["name"]?.string == "meta" }
        guard let meta = parameter?["valueMeta"]?.value else {
            throw Refusal(.badRequest, .required, "Send Parameters with a parameter “meta” that holds a valueMeta.")
        }
        return meta
    }

    /// Marks are the same by system and code, profiles by their address.
    private static func isSame(_ left: JSON, _ right: JSON) -> Bool {
        if case .string = left {
            return left == right
        }
        return left["system"] == right["system"] && left["code"] == right["code"]
    }

    private static func parameters(of meta: JSON) -> Reply {
        Reply(
            .ok,
            ["resourceType": "Parameters", "parameter": [["name": "return", "valueMeta": meta]]])
    }
}
