import Hummingbird

/// Under which addresses clients find this server. The host that a request names is believed only on this machine: else an
/// assertion that was meant for another server could be sent here under that server's name.
struct OAuthAddress {
    let base: String
    /// Whether the address is certain enough to be the audience of an assertion.
    let isCertain: Bool

    init(_ request: Request, _ services: Services) throws {
        if let url = services.url {
            base = url
            isCertain = true
            return
        }
        guard let address = try? BaseURL.of(request, configured: nil).dropFirst("http".count).dropLast("/fhir".count)
        else {
            throw OAuthRefusal.invalidRequest("The Host header does not name a host.")
        }
        base = (services.isEncrypted ? "https" : "http") + address
        let host = (request.head.authority ?? "").lowercased()
        isCertain = ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
    }

    var token: String { base + "/oauth/token" }
    var introspection: String { base + "/oauth/introspect" }
    var revocation: String { base + "/oauth/revoke" }
}
