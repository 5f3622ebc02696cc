import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// One's own password; the first one must be changed before anything else.
struct PasswordPage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let first: Bool
        let least: String
        let name: String
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) throws -> Response {
        try page(context, nil)
    }

    @Sendable func change(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let account = try context.caller().account
        let new = form.all("new").first ?? ""
        guard new == form.all("again").first else {
            return try page(context, FormProblems("again", "The two new passwords are not the same."))
        }
        do {
            try await services.accounts.change(
                password: form.all("old").first ?? "", to: new, of: account, keeping: context.token,
                from: ClientPlace.address(request, context, services), at: services.now())
        } catch AccountFailure.passwordTooShort {
            return try page(
                context, FormProblems("new", "Use \(least(context)) characters or more, and not the old one."))
        } catch AccountFailure.passwordEasy {
            return try page(
                context,
                FormProblems(
                    "new", "This is among the first that guessers try. Use a few words that do not belong together."))
        } catch AccountFailure.wrongPassword {
            return try page(context, FormProblems("old", "That is not your present password."))
        } catch AccountFailure.lockedUntil {
            return try page(context, FormProblems("old", SignInPage.lockedWords))
        }
        // Everywhere else the account is signed out; here it goes on under another token.
        guard let token = context.token, let fresh = try await services.sessions.renew(token, at: services.now()) else {
            return .seeOther("/sign-in")
        }
        var response = Response.seeOther("/")
        response.setCookie(services.cookie.holding(fresh))
        return response
    }

    private func least(_ context: StaffContext) -> String {
        String(services.accounts.rules.shortestPassword(context.session?.account.roles ?? []))
    }

    private func page(_ context: StaffContext, _ problems: FormProblems?) throws -> Response {
        try services.pages.response(
            Model(
                page: PageFrame("Choose your password", context, problems: problems),
                first: context.session?.account.mustChangePassword ?? false, least: least(context),
                name: context.session?.account.id ?? ""), "password",
            status: problems == nil ? .ok : .unprocessableContent)
    }
}
