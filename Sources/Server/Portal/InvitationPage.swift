import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Where the link of an invitation leads: birth date and code, then a name and a password of one's own. The page is the same
/// for a link that nobody made.
struct InvitationPage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let site: String
        let form: FormModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("invitation/:token", use: show)
        routes.post("invitation/:token", use: accept)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) throws -> Response {
        try page(context, Form([]), nil)
    }

    @Sendable func accept(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        let password = form.all("password").first ?? ""
        guard password == form.all("again").first else {
            return try page(context, form, FormProblems("again", "The two passwords are not the same."))
        }
        let account: Account
        do {
            account = try await services.invitations.accept(
                Invitations.Answer(
                    token: try context.part("token"), birth: form["birth"].map(TypedDate.days) ?? [],
                    code: form["invitation-code"] ?? "", account: form["account"]?.lowercased() ?? "",
                    password: password),
                from: ClientPlace.address(request, context, services), at: services.now())
        } catch let failure as AccountFailure {
            guard let problems = problems(failure) else {
                throw failure
            }
            return try page(context, form, problems)
        } catch InvitationFailure.refused {
            return try page(
                context, form,
                FormProblems(
                    "birth",
                    "This did not work. Check the birth date and the code. Links end after 7 days or a few wrong tries. "
                        + "If it goes on, ask your care team for a new one."))
        }
        let token = try await services.sessions.open(
            for: account, from: ClientPlace.of(request, context, services),
            replacing: request.cookies[services.cookie.name]?.value, at: services.now())
        var response = Response.seeOther("/portal")
        response.setCookie(services.cookie.holding(token))
        return response
    }

    private var least: Int { services.accounts.rules.shortestPassword([.patient]) }

    private func problems(_ failure: AccountFailure) -> FormProblems? {
        switch failure {
        case .nameUnfit:
            FormProblems("account", "Use 2 to 40 small letters, digits, dots or dashes. Start with a letter or digit.")
        case .nameTaken: FormProblems("account", "Someone has this name already. Choose another one.")
        case .passwordTooShort: FormProblems("password", "Use \(least) letters or more. Three or four words are good.")
        case .passwordEasy:
            FormProblems("password", "This is easy to guess. Use a few words that do not belong together.")
        case .lockedUntil: FormProblems("birth", "Too many tries. Wait ten minutes, then try again.")
        default: nil
        }
    }

    private func page(_ context: StaffContext, _ typed: Form, _ problems: FormProblems?) throws -> Response {
        let form = FormModel(
            "/invitation/\(try context.part("token"))", submit: "Open my pages",
            fields: [
                Field.line("birth", "Birth date of the person whose record it is", value: typed["birth"]).with {
                    $0.hint = "Like 3/14/1948"
                },
                Field.line(
                    "invitation-code", "The code of 6 digits that you were told", value: typed["invitation-code"]
                )
                .with {
                    $0.short = true
                    $0.inputmode = "numeric"
                    $0.autocomplete = "one-time-code"
                },
                Field.line("account", "Choose a name to sign in with", value: typed["account"]).with {
                    $0.hint = "Small letters and digits, like delores48"
                    $0.autocomplete = "username"
                },
                Field.line("password", "Choose a password", type: "password").with {
                    $0.hint = "\(least) letters or more. A few words are easy to keep in mind."
                    $0.autocomplete = "new-password"
                },
                Field.line("again", "The password once more", type: "password").with {
                    $0.autocomplete = "new-password"
                },
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
        return try services.pages.response(
            Model(page: PageFrame("Welcome", context, problems: problems), site: services.site, form: form),
            "portal-invitation", status: problems == nil ? .ok : .unprocessableContent)
    }
}
