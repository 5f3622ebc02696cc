import Access
import FHIR
import HTTPTypes
import Hummingbird
import Logging
import Records

/// How programs get their tokens: OAuth 2 client credentials (RFC 6749 §4.4) as SMART Backend Services has them,
/// introspection (RFC 7662) and revocation (RFC 7009).
struct OAuth: Sendable {
    let services: Services

    func add(to router: Router<StaffContext>) {
        router.post("oauth/token") { try await answer($0, $1, token) }
        router.post("oauth/introspect") { try await answer($0, $1, introspect) }
        router.post("oauth/revoke") { try await answer($0, $1, revoke) }
        router.get("fhir/.well-known/smart-configuration") { request, _ -> Response in
            do {
                return try SMARTConfiguration.response(request, services)
            } catch let refusal as OAuthRefusal {
                return refusal.response
            }
        }
    }

    private static let mostBytes = 64 * 1024

    private func answer(
        _ request: Request, _ context: StaffContext,
        _ perform: (Request, Form, Client, StaffContext) async throws -> Response
    ) async throws -> Response {
        do {
            let kind = request.headers[.contentType]?.split(separator: ";").first.map {
                String($0).trimmed.lowercased()
            }
            guard kind == "application/x-www-form-urlencoded" else {
                throw OAuthRefusal.invalidRequest("Send application/x-www-form-urlencoded.")
            }
            var request = request
            guard let body = try? await request.collectBody(upTo: Self.mostBytes) else {
                throw OAuthRefusal.invalidRequest("The request is too long.")
            }
            let form = Form(encoded: String(buffer: body))
            guard Set(form.fields.map(\.name)).count == form.fields.count else {
                throw OAuthRefusal.invalidRequest("A parameter is given more than once.")
            }
            let client = try await ClientSignIn(services: services).client(request, form, context)
            return try await perform(request, form, client, context)
        } catch let refusal as OAuthRefusal {
            return refusal.response
        } catch {
            context.logger.error("a token request failed", metadata: ["kind": "\(type(of: error))"])
            return OAuthRefusal(
                status: .internalServerError, code: "server_error", reason: "Something went wrong on the server."
            ).response
        }
    }

    private func token(
        _ request: Request, _ form: Form, _ client: Client, _ context: StaffContext
    ) async throws -> Response {
        guard let grant = form["grant_type"] else {
            throw OAuthRefusal.invalidRequest("grant_type is missing.")
        }
        guard grant == "client_credentials" else {
            throw OAuthRefusal(code: "unsupported_grant_type", reason: "Only client_credentials is spoken here.")
        }
        let scopes = try scopes(form["scope"], of: client)
        let lasting = services.tokenMilliseconds
        let token = try await services.tokens.grant(scopes, to: client, lasting: lasting, at: services.now())
        return .oauth([
            "access_token": .string(token), "token_type": "bearer", "expires_in": .int(Int(lasting / 1_000)),
            "scope": .string(scopes.map(\.text).joined(separator: " ")),
        ])
    }

    /// What was asked for, as far as the client is registered for it; all of that when nothing was asked for.
    private func scopes(_ asked: String?, of client: Client) throws -> [Scope] {
        guard let asked else {
            return client.scopes
        }
        let wanted: [Scope]
        do {
            wanted = try services.clients.scopes(asked)
        } catch ClientFailure.scope(let text, let reason) {
            throw OAuthRefusal.invalidScope(text.isEmpty ? reason : "\(text.prefix(200)): \(reason)")
        }
        let granted = wanted.filter { scope in client.scopes.contains { $0.covers(scope) } }
        guard !granted.isEmpty else {
            throw OAuthRefusal.invalidScope("The client is registered for none of these scopes.")
        }
        return granted
    }

    private func introspect(
        _ request: Request, _ form: Form, _ client: Client, _ context: StaffContext
    ) async throws -> Response {
        guard let token = form["token"] else {
            throw OAuthRefusal.invalidRequest("token is missing.")
        }
        guard let facts = try await services.tokens.facts(of: token, for: client, at: services.now()) else {
            return .oauth(["active": false])
        }
        return .oauth(
            .compact([
                "active": true, "client_id": .string(client.id), "scope": .string(facts.scopes),
                "token_type": "bearer", "iat": .int(Int(facts.issued / 1_000)),
                "exp": facts.until == 0 ? nil : .int(Int(facts.until / 1_000)),
            ]))
    }

    /// RFC 7009 §2.2: a token that is not known is answered like one that was withdrawn.
    private func revoke(
        _ request: Request, _ form: Form, _ client: Client, _ context: StaffContext
    ) async throws -> Response {
        guard let token = form["token"] else {
            throw OAuthRefusal.invalidRequest("token is missing.")
        }
        try await services.tokens.revoke(token, of: client, at: services.now())
        return .oauth([:])
    }
}
