import Access
import Hummingbird
import Records

/// Keeps whoever gives nobody access away from the acts that do: told so before anything else is asked of them.
struct AccountManagersOnly: RouterMiddleware {
    let services: Services

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        guard services.records.policy.permits(try context.caller(), .manageAccounts) else {
            throw AccountFailure.forbidden
        }
        return try await next(request, context)
    }
}
