import Access
import FHIR
import Foundation
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.6 patch, with JSON Patch (RFC 6902), and conditional patch.
enum Patch {
    @Sendable static func ready(_ ask: inout Ask, _ api: FHIRAPI) async throws -> Ready { try read(ask) }

    static func read(_ ask: Ask) throws -> Ready {
        guard let body = ask.body else {
            throw Refusal(.badRequest, .required, "There is no patch in the body.")
        }
        do {
            return Ready(patch: try JSONPatch(ask.isEntry ? try packed(body) : body.document))
        } catch let error as JSONPatchError {
            throw refusal(error)
        }
    }

    /// An entry of a Bundle holds its patch in a Binary. FHIR R4 §3.1.0.6.1
    private static func packed(_ binary: JSONNode) throws -> JSONDocument {
        guard binary["resourceType"]?.string == "Binary", let data = binary["data"]?.string,
            binary["contentType"]?.string?.hasPrefix("application/json-patch+json") ?? false,
            let bytes = Data(base64Encoded: data)
        else {
            throw Refusal(
                .badRequest, .invalid, "A patch in a Bundle is a Binary of application/json-patch+json.")
        }
        return try JSONDocument([UInt8](bytes))
    }

    @Sendable static func perform(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        guard let kept = try change.reader.text(ask.type, ask.id, for: .update) else {
            throw Refusal.notHere(ask.type)
        }
        guard !kept.isDeleted else {
            throw Refusal.gone(kept)
        }
        return try apply(ready, to: kept, ask, change, api)
    }

    @Sendable static func conditional(_ ask: Ask, _ ready: Ready, _ change: Change, _ api: FHIRAPI) throws -> Reply {
        let criteria = ask.criteria
        guard criteria.contains(where: { !$0.value.isEmpty }) else {
            throw Refusal(.preconditionFailed, .required, "A patch without an id needs a search that chooses.")
        }
        guard let kept = try Conditional.match(ask.type, criteria, change.reader, ask, what: "Conditional patch") else {
            throw Refusal.notHere(ask.type)
        }
        return try apply(ready, to: kept, ask, change, api)
    }

    private static func apply(
        _ ready: Ready, to kept: StoredText, _ ask: Ask, _ change: Change, _ api: FHIRAPI
    ) throws -> Reply {
        let version = try IfMatch.version(ask.conditions.ifMatch) ?? kept.version
        guard version == kept.version else {
            throw Refusal(
                .preconditionFailed, .conflict,
                "Someone saved in between: the version is no longer the current one.")
        }
        guard let patch = ready.patch else {
            throw Refusal(.badRequest, .required, "There is no patch in the body.")
        }
        let patched: JSON
        do {
            patched = try patch.apply(to: try JSONDocument(kept.answer).root.value)
        } catch let error as JSONPatchError {
            throw refusal(error)
        }
        guard patched["resourceType"]?.string == kept.type, patched["id"]?.string == kept.id else {
            throw Refusal(
                .unprocessableContent, .businessRule, "A patch changes neither the resourceType nor the id.")
        }
        let made = try api.ready(try patched.document().root, kept.type, id: kept.id)
        guard let resource = made.resource else {
            throw Refusal(.unprocessableContent, .invalid, "What the patch leaves is no resource.")
        }
        let written = try change.put(resource, expecting: version)
        return Reply.written(written, ask, isNew: false, issues: made.issues + (try api.checkReferences(change, ask)))
    }

    private static func refusal(_ error: JSONPatchError) -> Refusal {
        let status: HTTPResponse.Status =
            switch error.kind {
            case .malformed: .badRequest
            case .inapplicable, .failedTest, .tooCostly: .unprocessableContent
            }
        let code: Issue.Code = error.kind == .tooCostly ? .tooCostly : .processing
        return Refusal(status, code, "\(error)")
    }
}
