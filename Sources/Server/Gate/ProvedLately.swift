import HTTPTypes
import Hummingbird
import Records

/// Keeps dangerous acts for those who entered their password or a code within the last minutes: a browser that was left
/// open does not end accounts.
struct ProvedLately: RouterMiddleware {
    let services: Services

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        guard let session = context.session, !session.isProved(at: services.now()) else {
            return try await next(request, context)
        }
        let page = ProvePage(services: services)
        guard request.method == .post else {
            return try page.ask(.act, next: request.uri.string, context)
        }
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        return try page.ask(.act, kept: HeldForm(form, to: request.uri.path), context)
    }
}
