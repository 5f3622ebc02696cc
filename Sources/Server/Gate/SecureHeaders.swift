import HTTPTypes
import Hummingbird

/// What every answer says to the browser: only our own scripts and styles, no frames, no guessing of types, no address
/// of ours to other sites. `default-src 'none'` covers what is not named, plug-ins, frames and workers among it; nothing
/// stands inline, so that no nonce is needed.
struct SecureHeaders: RouterMiddleware {
    /// Whether browsers reach the server by TLS, so that they never should by anything else.
    let isEncrypted: Bool

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as any HTTPResponseError {
            // What no page has words for is still an answer of this server.
            response = try error.response(from: request, context: context)
        }
        set(&response.headers)
        return response
    }

    private func set(_ headers: inout HTTPFields) {
        // What is more careful already stays, as the policy of a file that somebody sent in.
        if headers[.contentSecurityPolicy] == nil {
            headers[.contentSecurityPolicy] = Self.policy + (isEncrypted ? "; upgrade-insecure-requests" : "")
        }
        headers[.xContentTypeOptions] = "nosniff"
        if headers[.cacheControl] == nil {
            headers[.cacheControl] = "no-store"
        }
        if isEncrypted {
            headers[.strictTransportSecurity] = "max-age=31536000"
        }
        for (name, value) in Self.others {
            headers[name] = value
        }
    }

    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
        form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    private static let others: [(HTTPField.Name, String)] = [
        ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
}
