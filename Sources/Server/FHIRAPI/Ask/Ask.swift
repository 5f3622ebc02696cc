import Access
import FHIR
import HTTPTypes

/// One interaction that is asked for: a request, or an entry of a batch or transaction.
struct Ask: Sendable {
    var method: HTTPRequest.Method
    /// What stands behind the base address, decoded: `["Patient", "7"]`.
    var path: [String]
    /// What stands behind the question mark, in its order; of `_search`, what the form holds too.
    var query: [(name: String, value: String)]
    var conditions = Conditions()
    var prefer = Prefer()
    /// Keeps the memory of the body counted for as long as the ask lives.
    var share: BodyBudget.Share?
    /// The resource or patch that came with it.
    var body: JSONNode?
    /// For example `https://care.example/fhir`, without a slash at the end.
    let base: String
    let caller: Caller
    /// Milliseconds since 1970.
    let now: Int64
    /// Names what an answer makes: Bundles.
    let newID: @Sendable () -> String
    /// Entries of a Bundle say less in their answers.
    var isEntry = false
    /// Whether an answer without a body is enough (HEAD).
    var isHeadOnly = false

    /// The parts of the path by what they are, once the interaction is known.
    var type = ""
    var id = ""
    var version = ""
    /// The type that is searched for within a compartment.
    var within = ""

    /// What makes an interaction depend on what is stored.
    struct Conditions: Sendable {
        var ifMatch: String?
        var ifNoneMatch: String?
        var ifModifiedSince: String?
        var ifNoneExist: String?
    }

    /// The first value of a parameter; nil when it is missing or empty.
    func parameter(_ name: String) -> String? {
        query.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// The parameters that choose, without those that only say how an answer is written.
    var criteria: [(name: String, value: String)] {
        query.filter { !Self.ofTheAnswer.contains($0.name) }
    }

    static let ofTheAnswer: Set<String> = ["_format", "_pretty"]
}
