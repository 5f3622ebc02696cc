import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// Lets only those through who are signed in. A form that arrives after the session ended or was locked is kept and handed back.
struct SignedIn: RouterMiddleware {
    let services: Services

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        guard let token = request.cookies[services.cookie.name]?.value else {
            return try await askToSignIn(request, context)
        }
        context.token = token
        let address = ClientPlace.address(request, context, services)
        switch try await services.sessions.standing(of: token, from: address, at: services.now()) {
        case .open(let session):
            context.session = session
        case .idle(let session):
            guard try await isInContact(session) else {
                try await services.sessions.end(
                    token, of: session.account, because: "signed out after a time without work", at: services.now())
                return try await askToSignIn(request, context)
            }
            try await services.sessions.lock(token, of: session.account, at: services.now())
            return try await askToUnlock(request, session, context)
        case .locked(let session):
            guard request.uri.path == "/sign-out" else {
                return try await askToUnlock(request, session, context)
            }
            context.session = session
        case .none:
            return try await askToSignIn(request, context)
        }
        if let session = context.session, let first = first(session.account, request.uri.path) {
            return .seeOther(first)
        }
        try await services.freshenForms()
        return try await next(request, context)
    }

    private static let openBeforePassword: Set<String> = ["/password", "/sign-out", "/alive"]
    private static let openBeforeFactor = openBeforePassword.union([SecondFactorPage.path, "/prove"])

    /// What has to be done before anything else.
    private func first(_ account: Account, _ path: String) -> String? {
        if account.mustChangePassword {
            return Self.openBeforePassword.contains(path) ? nil : "/password"
        }
        if services.accounts.lacksSecondFactor(account) {
            return Self.openBeforeFactor.contains(path) ? nil : SecondFactorPage.path
        }
        // Today is for those who work here.
        return account.isOfPortal && path == "/" ? "/portal" : nil
    }

    /// Whoever is on a call listens, and does not type: their session locks and does not end.
    private func isInContact(_ session: Sessions.Session) async throws -> Bool {
        guard let practitioner = session.account.practitioner else {
            return false
        }
        // The gate shows nothing of it to anybody.
        return try await services.records.read(as: .system("gate"), at: services.now(), for: "gate") { reader in
            try !OpenContacts.of(practitioner, by: reader).isEmpty
        }
    }

    private func askToSignIn(_ request: Request, _ context: StaffContext) async throws -> Response {
        guard request.method == .post else {
            if request.method == .get, request.uri.path == "/alive" {
                throw HTTPError(.unauthorized)
            }
            let next = request.uri.path == "/" ? "" : "?next=" + request.uri.string.formEncoded
            return .seeOther("/sign-in\(next)")
        }
        let form = try await Form.read(request)
        return try SignInPage(services: services).expired(HeldForm(form, to: request.uri.path), context)
    }

    private func askToUnlock(
        _ request: Request, _ session: Sessions.Session, _ context: StaffContext
    ) async throws -> Response {
        guard request.uri.path != "/alive" else {
            throw HTTPError(.unauthorized)
        }
        var context = context
        context.session = session
        let page = ProvePage(services: services)
        guard request.method == .post else {
            return try page.ask(.unlock, next: request.uri.string, context)
        }
        return try page.ask(.unlock, kept: HeldForm(try await Form.read(request), to: request.uri.path), context)
    }
}
