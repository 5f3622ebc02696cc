import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.4 update, §3.1.0.4.1 update as create and §3.1.0.4.3 conditional update.
enum Update {
    @Sendable static func ready(_ ask: inout Ask, _ api: FHIRAPI) async throws -> Ready {
        let root = try ask.resource()
        let asked = ask
        return try await Aside.run(ifLarge: root.raw.count) {
            guard !asked.id.isEmpty else {
                return Ready()
            }
            guard root["id"]?.string == asked.id else {
                throw Refusal(
                    .badRequest, .value, at: "\(asked.type).id",
                    root["id"] == nil
                        ? "A resource that is updated says its id." : "The address and the body name different ids.")
            }
            guard ResourceID.isSound(asked.id) else {
                throw Refusal(
                    .badRequest, .value, at: "\(asked.type).id",
                    "An id is 1 to 64 letters, digits, dashes and dots.")
            }
            return try api.ready(root, asked.type, id: asked.id)
        }
    }

    @Sendable static func perform(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        try perform(ask, ready, change, api, checksReferences: true)
    }

    static func perform(
        _ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI, checksReferences: Bool
    ) throws -> Reply {
        guard let resource = ready.resource else {
            throw Refusal(.badRequest, .required, "There is no resource.")
        }
        let version = try IfMatch.version(ask.conditions.ifMatch)
        return try store(
            resource, ask, over: version, ready.issues, change, api, checksReferences: checksReferences)
    }

    @Sendable static func conditional(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        let root = try ask.resource()
        let criteria = ask.criteria
        guard criteria.contains(where: { !$0.value.isEmpty }) else {
            throw Refusal(.preconditionFailed, .required, "An update without an id needs a search that chooses.")
        }
        let found = try Conditional.match(ask.type, criteria, change.reader, ask, what: "Conditional update")
        let written = root["id"]?.string
        if let found, let written, written != found.id {
            throw Refusal(
                .badRequest, .value, at: "\(ask.type).id", "The search finds another id than the body names.")
        }
        if let written, !ResourceID.isSound(written) {
            throw Refusal(
                .badRequest, .value, at: "\(ask.type).id", "An id is 1 to 64 letters, digits, dashes and dots.")
        }
        if found == nil, let written, let standing = try change.reader.text(ask.type, written), !standing.isDeleted {
            // FHIR R4 §3.1.0.4.3: the id is taken by one that the search does not find.
            throw Refusal(.conflict, .conflict, "The id is taken by a \(ask.type) that the search does not find.")
        }
        let made = try api.ready(root, ask.type, id: found?.id ?? written ?? change.mintID())
        guard let resource = made.resource else {
            throw Refusal(.badRequest, .required, "There is no resource.")
        }
        let version = try IfMatch.version(ask.conditions.ifMatch) ?? found?.version
        return try store(
            resource, ask, over: version, made.issues, change, api, choosesID: found == nil && written != nil)
    }

    private static func store(
        _ resource: Prepared, _ ask: Ask, over version: Int?, _ issues: [Issue], _ change: Change, _ api: FHIRAPI,
        choosesID: Bool = true, checksReferences: Bool = true
    ) throws -> Reply {
        let standing = try change.reader.text(resource.type, resource.id)
        let isNew = standing?.isDeleted ?? true
        if version != nil, isNew {
            throw Refusal(
                .preconditionFailed, .conflict, "If-Match names a version, and there is no such \(resource.type).")
        }
        let kept = try change.put(resource, expecting: version, choosesID: choosesID && isNew)
        let missing = checksReferences ? try api.checkReferences(change, ask) : []
        return Reply.written(kept, ask, isNew: isNew, issues: issues + missing)
    }
}

enum ResourceID {
    /// FHIR R4 `id`: 1 to 64 letters, digits, `-` and `.`.
    static func isSound(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, 45, 46: true
                default: false
                }
            }
    }
}
