import Access
import Hummingbird
import Records

/// Keeps whoever does not work with people away from their pages: told so plainly, before anything is looked up.
struct CareTeamOnly: RouterMiddleware {
    let services: Services

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        guard services.records.policy.permits(try context.caller(), .seePeople) else {
            throw AccountFailure.forbidden
        }
        return try await next(request, context)
    }
}
