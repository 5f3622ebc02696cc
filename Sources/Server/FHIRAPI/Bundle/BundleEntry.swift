import FHIR
import HTTPTypes

/// One entry of a batch or transaction, read as a request of its own.
struct BundleEntry: Sendable {
    let place: Int
    let fullURL: String?
    let resource: JSONNode?
    /// What it asks for, or why it cannot be read.
    let asked: Result<(interaction: Interaction, ask: Ask), any Error>

    init(place: Int, node: JSONNode, of bundle: Ask, _ api: FHIRAPI) {
        self.place = place
        fullURL = node["fullUrl"]?.string
        resource = node["resource"]
        asked = Result { try Self.read(node, bundle, api) }
    }

    /// Where it stands: `Bundle.entry[3]`.
    var expression: String { "Bundle.entry[\(place)]" }

    private static func read(
        _ node: JSONNode, _ bundle: Ask, _ api: FHIRAPI
    ) throws -> (interaction: Interaction, ask: Ask) {
        guard let request = node["request"], let method = request["method"]?.string, let url = request["url"]?.string
        else {
            throw Refusal(.badRequest, .required, at: "request", "An entry says what it asks for: request is missing.")
        }
        guard ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].contains(method),
            let verb = HTTPRequest.Method(rawValue: method)
        else {
            throw Refusal(.badRequest, .value, at: "request.method", "The method is not one of FHIR's.")
        }
        guard url.utf8.count <= APIAddress.longest else {
            throw Refusal(.badRequest, .tooLong, at: "request.url", "The address is too long.")
        }
        var (path, query) = APIAddress.halves(url)
        if path.hasPrefix(bundle.base + "/") || path == bundle.base {
            path = path.dropFirst(bundle.base.count)
        } else if path.contains(":") {
            throw Refusal(.badRequest, .value, at: "request.url", "The address is not on this server.")
        }
        if let hash = query.firstIndex(of: "#") {
            query = query[..<hash]
        }
        var ask = Ask(
            method: verb == .head ? .get : verb, path: try APIAddress.parts(path),
            query: try APIAddress.parameters(query), base: bundle.base, caller: bundle.caller, now: bundle.now,
            newID: bundle.newID)
        ask.prefer = bundle.prefer
        ask.isEntry = true
        ask.isHeadOnly = verb == .head
        ask.body = node["resource"]
        ask.share = bundle.share
        ask.conditions = Ask.Conditions(
            ifMatch: request["ifMatch"]?.string, ifNoneMatch: request["ifNoneMatch"]?.string,
            ifModifiedSince: request["ifModifiedSince"]?.string
                .flatMap { FHIRDate($0, as: .instant).map { HTTPDate.text($0.low) } },
            ifNoneExist: request["ifNoneExist"]?.string)
        let (interaction, named) = try api.find(ask)
        guard interaction.name != "transaction" else {
            throw Refusal(.badRequest, .notSupported, at: "request.url", "A Bundle within a Bundle is not run.")
        }
        if verb == .post || verb == .put, !interaction.name.hasPrefix("search"), !interaction.name.hasPrefix("$"),
            node["resource"] == nil
        {
            throw Refusal(.badRequest, .required, at: "resource", "The entry holds no resource.")
        }
        return (interaction, named)
    }

    /// Why this entry was refused, with its place in the Bundle.
    func refusal(_ error: any Error) -> Refusal {
        var refusal = Refusal(error)
        refusal.issues = refusal.issues.map { issue in
            let inside: String =
                switch issue.expression {
                case nil: expression
                case let text? where text.hasPrefix("Bundle."): text
                case let text? where text.hasPrefix("request") || text == "resource": "\(expression).\(text)"
                case let text?: "\(expression).resource" + (text.firstIndex(of: ".").map { String(text[$0...]) } ?? "")
                }
            return Issue(issue.severity, issue.code, at: inside, issue.diagnostics)
        }
        return refusal
    }
}
