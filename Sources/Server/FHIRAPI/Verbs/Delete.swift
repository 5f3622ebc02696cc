import Access
import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.7 delete and §3.1.0.7.1 conditional delete of a single resource.
enum Delete {
    @Sendable static func ready(_ ask: inout Ask, _ api: FHIRAPI) async throws -> Ready { Ready() }

    @Sendable static func perform(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        try remove(ask.id, ask, change, api)
    }

    @Sendable static func conditional(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        let criteria = ask.criteria
        guard criteria.contains(where: { !$0.value.isEmpty }) else {
            throw Refusal(.preconditionFailed, .required, "A delete without an id needs a search that chooses.")
        }
        guard let kept = try Conditional.match(ask.type, criteria, change.reader, ask, what: "Conditional delete")
        else {
            return nothing(ask)
        }
        return try remove(kept.id, ask, change, api)
    }

    static func remove(_ id: String, _ ask: Ask, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        let version = try IfMatch.version(ask.conditions.ifMatch)
        guard let standing = try change.reader.text(ask.type, id, for: .delete) else {
            // Deleting what never was does nothing, and tells nothing of what is hidden.
            return nothing(ask)
        }
        guard !standing.isDeleted else {
            return nothing(ask, version: standing.version)
        }
        if api.services.references == .refuse {
            let referring = try change.referring(to: ask.type, id)
            guard referring.isEmpty else {
                throw Refusal(
                    .conflict, .conflict, "Others refer to it: \(referring.joined(separator: ", ")). Change them first."
                )
            }
        }
        guard let gone = try change.delete(ask.type, id, ifVersion: version) else {
            return nothing(ask)
        }
        return nothing(ask, version: gone.version)
    }

    private static func nothing(_ ask: Ask, version: Int? = nil) -> Reply {
        var answer = Reply(.noContent)
        if ask.prefer.answer == .outcome, !ask.isEntry {
            answer = Reply(.ok, OperationOutcome.json(.informational, "Deleted.", severity: .information))
        }
        answer.version = version
        return answer
    }
}
