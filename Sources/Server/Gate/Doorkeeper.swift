import Access
import Hummingbird
import Records

/// Asks at each door before anything is looked up. Whoever is refused is told so plainly, and it is in the audit.
struct Doorkeeper: RouterMiddleware {
    let services: Services

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        let path = context.endpointPath ?? ""
        let caller = try context.caller()
        switch Doors.door(request.method, path) {
        case .open, .signedIn, .api: return try await next(request, context)
        case .office(let offices) where offices.contains(where: { services.records.policy.permits(caller, $0) }):
            return try await next(request, context)
        case .portal where context.session?.account.isOfPortal ?? false, .ownRecord where caller.ownPerson != nil,
            .ownOrChildRecord where caller.ownPerson != nil || caller.child != nil:
            return try await next(request, context)
        case .office, .portal, .ownRecord, .ownOrChildRecord, nil:
            try await services.records.noteRefusal(of: caller, at: services.now(), for: "page \(path)")
            throw AccountFailure.forbidden
        }
    }
}
