import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.3 vread.
enum ReadVersion {
    @Sendable static func perform(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        guard let version = Int(ask.version), version > 0,
            let kept = try reader.text(ask.type, ask.id, version: version)
        else {
            throw Refusal(.notFound, .notFound, "There is no such version of a \(ask.type).")
        }
        guard !kept.isDeleted else {
            throw Refusal.gone(kept)
        }
        return try Reply.of(kept, ask, api)
    }
}
