import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// Signing in and out, the first password, and what happens to a form whose session ended.
struct SignInPage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let name: String?
        let next: String?
        let site: String
    }

    struct Pair {
        let name: String
        let value: String
    }

    struct Line {
        let text: String
    }

    struct Expired {
        let page: PageFrame
        let name: String?
        let action: String
        let kept: [Pair]
        let lines: [Line]
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) throws -> Response {
        let next = Form.query(of: request)["next"].flatMap(Self.local)
        return try services.pages.response(
            Model(page: PageFrame("Sign in", context), name: nil, next: next, site: services.site), "sign-in")
    }

    @Sendable func signIn(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        let name = form["name"]?.lowercased() ?? ""
        let account: Account
        do {
            let password = form.all("password").first ?? ""
            account = try await services.accounts.signIn(name, password: password, at: services.now())
        } catch let failure as AccountFailure {
            return try refused(failure, form, context)
        }
        let token = try await services.sessions.open(for: account, at: services.now())
        var response = try await answer(form, token, account, context)
        response.setCookie(Cookie(name: SignedIn.cookie, value: token, path: "/", httpOnly: true, sameSite: .lax))
        return response
    }

    private func refused(_ failure: AccountFailure, _ form: Form, _ context: StaffContext) throws -> Response {
        var words = "That name and password do not go together."
        if case .lockedUntil = failure {
            words = "Too many wrong passwords. Wait ten minutes and try again."
        }
        let problems = FormProblems("name", words)
        if let action = form["repost"].flatMap(Self.local) {
            let kept = Self.kept(form)
            return try services.pages.response(
                Expired(
                    page: PageFrame("Sign in to go on", context, problems: problems), name: form["name"],
                    action: action,
                    kept: kept, lines: Self.lines(kept)), "expired", status: .unprocessableContent)
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Sign in", context, problems: problems), name: form["name"],
                next: form["next"].flatMap(Self.local), site: services.site), "sign-in", status: .unprocessableContent)
    }

    private func answer(
        _ form: Form, _ token: String, _ account: Account, _ context: StaffContext
    ) async throws -> Response {
        guard let action = form["repost"].flatMap(Self.local) else {
            return .seeOther(form["next"].flatMap(Self.local) ?? "/")
        }
        var context = context
        context.session = try await services.sessions.find(token, at: services.now())
        let kept = Self.kept(form)
        return try services.pages.response(
            Expired(
                page: PageFrame("Welcome back", context), name: account.id, action: action, kept: kept,
                lines: Self.lines(kept)), "resume")
    }

    /// A form came without a session: everything typed goes onto the sign-in page.
    func expired(_ form: Form, action: String, _ context: StaffContext) throws -> Response {
        let secret: Set<String> = ["csrf", "password", "old", "new", "again"]
        let kept = form.fields.filter { !secret.contains($0.name) }.map { Pair(name: $0.name, value: $0.value) }
        return try services.pages.response(
            Expired(
                page: PageFrame("Sign in to go on", context), name: nil, action: Self.local(action) ?? "/", kept: kept,
                lines: Self.lines(kept)), "expired", status: .unauthorized)
    }

    private static func kept(_ form: Form) -> [Pair] {
        form.fields.filter { $0.name.hasPrefix("kept.") }
            .map { Pair(name: String($0.name.dropFirst("kept.".count)), value: $0.value) }
    }

    private static func lines(_ kept: [Pair]) -> [Line] {
        kept.filter { $0.name != "version" && !$0.value.trimmed.isEmpty }.map { Line(text: $0.value) }
    }

    /// Only a path on this server: a link must not lead elsewhere after sign-in.
    static func local(_ path: String) -> String? {
        let isLocal =
            path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\")
            && path.utf8.allSatisfy { $0 > 32 && $0 != 127 }
        return isLocal ? path : nil
    }

    @Sendable func signOut(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        if let token = request.cookies[SignedIn.cookie]?.value {
            try await services.sessions.end(token)
        }
        var response = Response.seeOther("/sign-in")
        response.setCookie(
            Cookie(name: SignedIn.cookie, value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .lax))
        return response
    }

    /// Keeps the session while someone types.
    @Sendable func alive(_ request: Request, _ context: StaffContext) -> Response {
        Response(status: .noContent)
    }
}
