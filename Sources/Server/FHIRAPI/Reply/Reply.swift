import FHIR
import HTTPTypes
import Records

/// What came of an interaction, before it is written as HTTP or as an entry of a Bundle.
struct Reply: Sendable {
    var status: HTTPResponse.Status
    /// The text of a resource, in pieces that are written one after the other; empty for none.
    var body: [[UInt8]] = []
    /// The version that stands, for ETag and Location.
    var version: Int?
    /// Milliseconds since 1970.
    var updated: Int64?
    /// Where the version is: `https://host/fhir/Patient/7/_history/1`.
    var location: String?
    /// What the client has to do first, or may do next.
    var headers: HTTPFields = [:]
    /// What is worth saying beside it.
    var issues: [Issue] = []
    /// `Patient/7`: what an entry of a transaction came to be.
    var reference: String?

    init(_ status: HTTPResponse.Status = .ok) {
        self.status = status
    }

    /// An answer that holds a resource which is made and not kept.
    init(_ status: HTTPResponse.Status = .ok, _ resource: JSON) {
        self.status = status
        body = [resource.serialized()]
    }

    /// A stored version as the client gets it.
    static func of(_ kept: StoredText, _ ask: Ask, _ api: FHIRAPI) throws -> Reply {
        var answer = Reply()
        answer.version = kept.version
        answer.updated = kept.updated
        answer.reference = kept.reference
        answer.body = [try Subset(ask)?.text(of: kept, api.definitions) ?? kept.answer]
        return answer
    }

    /// What a write answers: the resource, nothing, or that all went well, as the client prefers.
    /// FHIR R4 §3.1.0.1.7
    static func written(_ kept: StoredText, _ ask: Ask, isNew: Bool, issues: [Issue] = []) -> Reply {
        var answer = Reply(isNew ? .created : .ok)
        answer.version = kept.version
        answer.updated = kept.updated
        answer.reference = kept.reference
        answer.location = "\(ask.base)/\(kept.reference)/_history/\(kept.version)"
        answer.issues = issues
        switch ask.prefer.answer ?? (ask.isEntry ? .minimal : .representation) {
        case .minimal: break
        case .representation: answer.body = [kept.answer]
        case .outcome:
            let done = Issue(.information, .informational, isNew ? "Created." : "Stored.")
            let outcome = OperationOutcome.json(issues + [done]).serialized()
            if ask.isEntry {
                answer.issues = issues + [done]
            } else {
                answer.body = [outcome]
            }
        }
        return answer
    }

    var etag: String? { version.map { "W/\"\($0)\"" } }
}
