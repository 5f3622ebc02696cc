import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.11.1 batch and transaction.
enum RunBundle {
    @Sendable static func perform(_ ask: Ask, _ api: FHIRAPI) async throws -> Reply {
        let root = try ask.resource()
        guard root["resourceType"]?.string == "Bundle" else {
            throw Refusal(.badRequest, .invalid, "Only a Bundle is sent to the base address.")
        }
        let type = root["type"]?.string ?? ""
        guard type == "batch" || type == "transaction" else {
            throw Refusal(
                .unprocessableContent, .value, at: "Bundle.type", "A Bundle sent here is a batch or a transaction.")
        }
        var nodes: [JSONNode] = []
        for node in root["entry"]?.elements ?? root.elements {
            nodes.append(node)
            guard nodes.count <= api.limits.entries else {
                throw Refusal(
                    .contentTooLarge, .tooCostly, at: "Bundle.entry",
                    "A Bundle has at most \(api.limits.entries) entries. Send it in parts.")
            }
        }
        let entries = nodes.enumerated().map { BundleEntry(place: $0, node: $1, of: ask, api) }
        for entry in entries {
            if case .failure(RecordsFailure.forbidden(let type)) = entry.asked {
                try await api.noteRefusal(of: ask, type)
            }
        }
        return type == "batch"
            ? try await RunBatch.perform(entries, ask, api) : try await RunTransaction.perform(entries, ask, api)
    }

    /// The answer to a whole Bundle, from the answers to its entries.
    static func answer(_ type: String, _ answers: [Reply], _ ask: Ask) -> Reply {
        var bundle = BundleText(type, links: [("self", ask.base)], for: ask)
        for answer in answers {
            var resource: [UInt8]?
            var outcome: JSON?
            if answer.status.code >= 400 {
                outcome = OperationOutcome.json(answer.issues)
            } else if !answer.body.isEmpty {
                resource = answer.body.count == 1 ? answer.body[0] : Array(answer.body.joined())
            }
            if outcome == nil, !answer.issues.isEmpty {
                outcome = OperationOutcome.json(answer.issues)
            }
            bundle.add(
                fullURL: answer.reference.map { "\(ask.base)/\($0)" }, resource: resource,
                [
                    (
                        "response",
                        .compact([
                            "status": .string("\(answer.status.code) \(answer.status.reasonPhrase)"),
                            "location": answer.location.map { .string($0) },
                            "etag": answer.etag.map { .string($0) },
                            "lastModified": answer.updated.map { .string(FHIRDate.instant($0)) },
                            "outcome": outcome,
                        ])
                    )
                ])
        }
        var answer = Reply()
        answer.body = bundle.text
        return answer
    }
}
