import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// Signing in and out, and what happens to a form whose session ended.
struct SignInPage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let name: String?
        let next: String?
        let site: String
    }

    struct Expired {
        let page: PageFrame
        let name: String?
        let action: String
        let kept: [HeldForm.Pair]
        let lines: [HeldForm.Line]
    }

    static let lockedWords = """
        Too many attempts failed. Wait ten minutes and try again, or ask an administrator to unlock your account.
        """

    @Sendable func show(_ request: Request, _ context: StaffContext) throws -> Response {
        let next = Form.query(of: request)["next"].flatMap(HeldForm.local)
        return try services.pages.response(
            Model(page: PageFrame("Sign in", context), name: nil, next: next, site: services.site), "sign-in")
    }

    @Sendable func signIn(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        let name = form["name"]?.lowercased() ?? ""
        let place = ClientPlace.of(request, context, services)
        let account: Account
        do {
            account = try await services.accounts.signIn(
                name, password: form.all("password").first ?? "", code: form["code"],
                from: ClientPlace.address(request, context, services), at: services.now())
        } catch let failure as AccountFailure {
            return try refused(failure, form, context)
        }
        let before = request.cookies[services.cookie.name]?.value
        let token = try await services.sessions.open(
            for: account, from: place, replacing: before, at: services.now())
        var context = context
        context.session = try await services.sessions.find(token, at: services.now())
        var response = try HeldForm.goOn(form, "Welcome back", context, services)
        response.setCookie(services.cookie.holding(token))
        return response
    }

    private func refused(_ failure: AccountFailure, _ form: Form, _ context: StaffContext) throws -> Response {
        let words: String
        switch failure {
        case .lockedUntil: words = Self.lockedWords
        case .wrongPassword:
            words = """
                That name and password do not go together, or the code is missing, wrong or used. If you have set up a \
                second factor, its code is always needed.
                """
        // Nothing that whoever signs in could mend: a page says so, and the log what is missing.
        default: throw failure
        }
        let problems = FormProblems("name", words)
        if let kept = HeldForm(within: form) {
            return try expired(kept, name: form["name"], problems: problems, status: .unprocessableContent, context)
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Sign in", context, problems: problems), name: form["name"],
                next: form["next"].flatMap(HeldForm.local), site: services.site), "sign-in",
            status: .unprocessableContent)
    }

    /// A form came without a session: everything typed goes onto the sign-in page.
    func expired(
        _ kept: HeldForm, name: String? = nil, problems: FormProblems? = nil,
        status: HTTPResponse.Status = .unauthorized, _ context: StaffContext
    ) throws -> Response {
        try services.pages.response(
            Expired(
                page: PageFrame("Sign in to go on", context, problems: problems), name: name, action: kept.action,
                kept: kept.kept, lines: kept.lines), "expired", status: status)
    }

    @Sendable func signOut(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        if let token = context.token, let session = context.session {
            try await services.sessions.end(token, of: session.account, because: "signed out", at: services.now())
        }
        var response = Response.seeOther("/sign-in")
        response.setCookie(services.cookie.gone)
        return response
    }

    /// Keeps the session while someone types.
    @Sendable func alive(_ request: Request, _ context: StaffContext) -> Response {
        Response(status: .noContent)
    }
}
