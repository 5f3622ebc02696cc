import HTTPTypes
import Hummingbird
import Records

/// Lets only signed-in staff through. A form that arrives after the session ended is kept and handed back at sign-in.
struct SignedIn: RouterMiddleware {
    static let cookie = "almoner-session"
    let services: Services

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let token = request.cookies[Self.cookie]?.value
        if let token {
            context.session = try await services.sessions.find(token, at: services.now())
        }
        guard let session = context.session else {
            return try await askToSignIn(request, context)
        }
        if session.account.mustChangePassword, !Self.openBeforeChange.contains(request.uri.path) {
            return .seeOther("/password")
        }
        return try await next(request, context)
    }

    private static let openBeforeChange: Set<String> = ["/password", "/sign-out", "/alive"]

    private func askToSignIn(_ request: Request, _ context: StaffContext) async throws -> Response {
        guard request.method == .post else {
            if request.method == .get, request.uri.path == "/alive" {
                throw HTTPError(.unauthorized)
            }
            let next = request.uri.path == "/" ? "" : "?next=" + request.uri.string.formEncoded
            return .seeOther("/sign-in\(next)")
        }
        let form = try await Form.read(request)
        return try SignInPage(services: services).expired(form, action: request.uri.path, context)
    }
}
