import HTTPTypes
import Hummingbird
import Records

/// A form comes from a page of ours: the browser says so, and the form carries the session's token.
struct SameOrigin: RouterMiddleware {
    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        guard request.method != .get, request.method != .head else {
            return try await next(request, context)
        }
        if let origin = request.headers[.origin] {
            let host = request.head.authority ?? ""
            guard origin == "http://\(host)" || origin == "https://\(host)" else {
                throw HTTPError(.forbidden, message: "This form came from another site.")
            }
        }
        return try await next(request, context)
    }

    /// - Throws: 403 unless the form carries the session's token.
    static func check(_ form: Form, _ context: StaffContext) throws {
        guard let session = context.session, let token = form["csrf"], token.isSameSecret(as: session.csrf) else {
            throw HTTPError(.forbidden, message: "This form is not from your session. Open the page again.")
        }
    }
}
