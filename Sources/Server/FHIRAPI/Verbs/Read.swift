import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.2 read and §3.1.0.2.1 conditional read.
enum Read {
    @Sendable static func perform(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        guard let kept = try reader.text(ask.type, ask.id) else {
            throw Refusal.notHere(ask.type)
        }
        guard !kept.isDeleted else {
            throw Refusal.gone(kept)
        }
        if isKnown(kept, to: ask) {
            var answer = Reply(.notModified)
            answer.version = kept.version
            answer.updated = kept.updated
            return answer
        }
        return try Reply.of(kept, ask, api)
    }

    /// Whether the client has this version already.
    private static func isKnown(_ kept: StoredText, to ask: Ask) -> Bool {
        if let tags = ask.conditions.ifNoneMatch {
            return tags.split(separator: ",").contains { tag in
                let tag = String(tag).trimmed
                return tag == "*" || IfMatch.version(tag: tag) == kept.version
            }
        }
        if let since = ask.conditions.ifModifiedSince.flatMap(HTTPDate.millis) {
            return kept.updated / 1_000 <= since / 1_000
        }
        return false
    }
}

extension Refusal {
    /// FHIR R4 §3.1.0.2: 410, with the version that says so.
    static func gone(_ kept: StoredText) -> Refusal {
        var refusal = Refusal(.gone, .deleted, "This \(kept.type) was deleted.")
        refusal.headers[.eTag] = "W/\"\(kept.version)\""
        return refusal
    }
}
