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
                password: form.all("old").first ?? "", to: new, of: account, at: services.now())
        } catch AccountFailure.passwordTooShort {
            return try page(
                context,
                FormProblems("new", "Use \(Accounts.shortestPassword) characters or more, and not the old one."))
        } catch AccountFailure.wrongPassword {
            return try page(context, FormProblems("old", "That is not your present password."))
        } catch AccountFailure.lockedUntil {
            return try page(context, FormProblems("old", "Too many wrong passwords. Wait ten minutes and try again."))
        }
        return .seeOther("/")
    }

    private func page(_ context: StaffContext, _ problems: FormProblems?) throws -> Response {
        try services.pages.response(
            Model(
                page: PageFrame("Choose your password", context, problems: problems),
                first: context.session?.account.mustChangePassword ?? false, least: String(Accounts.shortestPassword),
                name: context.session?.account.id ?? ""), "password",
            status: problems == nil ? .ok : .unprocessableContent)
    }
}
