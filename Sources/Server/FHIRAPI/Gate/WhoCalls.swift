import Access
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Thrown for a browser that is not signed in: it is shown the page where it can.
struct SignInFirst: Error {
    let path: String
}

/// Who asks: a program with its bearer token, or someone of the staff in their browser.
struct WhoCalls: Sendable {
    let services: Services

    /// Whoever may not be known: only what describes the API is open to them.
    static let nobody = Caller(account: "nobody", name: "Nobody", roles: [])

    /// - Throws: 401, 403, or ``SignInFirst``.
    func caller(_ request: Request, path: [String], _ context: StaffContext) async throws -> Caller {
        let address = ClientPlace.address(request, context, services)
        if let header = request.headers[.authorization] {
            guard let token = bearer(header), let caller = try await tokenCaller(token) else {
                throw refused("The bearer token is not known here, or it has been withdrawn.")
            }
            return caller.at(address: address)
        }
        if let cookie = request.cookies[services.cookie.name]?.value,
            let session = try await services.sessions.find(cookie, from: address, at: services.now())
        {
            // The portal's pages are all that its accounts open.
            guard !session.account.isOfPortal else {
                throw Refusal(.forbidden, .forbidden, "This account opens the portal only.")
            }
            guard !session.account.mustChangePassword else {
                throw Refusal(.forbidden, .login, "Choose your own password first.")
            }
            guard !services.accounts.lacksSecondFactor(session.account) else {
                throw Refusal(.forbidden, .login, "Set up your second factor first.")
            }
            try checkOrigin(request)
            return session.account.caller
        }
        if path == ["metadata"] || path == ["openapi.json"] {
            return Self.nobody.at(address: address)
        }
        if request.method == .get, Manner.isBrowser(request) {
            throw SignInFirst(path: request.uri.string)
        }
        throw refused("Send a bearer token: Authorization: Bearer …")
    }

    private func refused(_ text: String) -> Refusal {
        var refusal = Refusal(.unauthorized, .login, text)
        refusal.headers[.wwwAuthenticate] = "Bearer realm=\"almoner\""
        return refusal
    }

    private func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            return nil
        }
        return String(parts[1]).trimmed
    }

    private func tokenCaller(_ token: String) async throws -> Caller? {
        try await services.tokens.caller(bearer: token, at: services.now())
    }

    /// A cookie is sent by the browser whoever asks: a change must come from a page of ours.
    private func checkOrigin(_ request: Request) throws {
        guard request.method != .get, request.method != .head else {
            return
        }
        let host = request.head.authority ?? ""
        let isOurs =
            if let origin = request.headers[.origin] {
                origin == "http://\(host)" || origin == "https://\(host)"
            } else {
                Self.fetchSite.map { request.headers[$0] == "same-origin" } ?? false
            }
        guard isOurs else {
            throw Refusal(
                .forbidden, .security, "A change by a signed-in browser must come from a page of this server.")
        }
    }

    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")
}
