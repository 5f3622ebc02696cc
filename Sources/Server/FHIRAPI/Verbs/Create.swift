import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.8 create and §3.1.0.8.1 conditional create.
enum Create {
    @Sendable static func ready(_ ask: inout Ask, _ api: FHIRAPI) async throws -> Ready {
        let root = try ask.resource()
        let type = ask.type
        return try await Aside.run(ifLarge: root.raw.count) { try api.ready(root, type, id: api.records.mintID()) }
    }

    @Sendable static func perform(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        let condition = ask.conditions.ifNoneExist ?? ""
        // Some clients, fhirpy among them, put the condition into the address. Passed by, it would let a second one in.
        let criteria = condition.isEmpty ? ask.criteria : try Conditional.criteria(ask.type, condition, base: ask.base)
        if !criteria.isEmpty {
            if let found = try Conditional.match(ask.type, criteria, change.reader, ask, what: "If-None-Exist") {
                // Nothing is changed: the answer names what is there.
                return Reply.written(try Conditional.show(found, change, ask), ask, isNew: false)
            }
        }
        guard let resource = ready.resource else {
            throw Refusal(.badRequest, .required, "There is no resource.")
        }
        let kept = try change.put(resource, expecting: 0)
        return Reply.written(kept, ask, isNew: true, issues: ready.issues + (try api.checkReferences(change, ask)))
    }
}

extension Ask {
    /// The resource that came with it.
    func resource() throws -> JSONNode {
        guard let body, body.kind == .object else {
            throw Refusal(.badRequest, .required, "There is no resource in the body.")
        }
        return body
    }
}
