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
        let says: InvitationWords
        let other: DoorLanguage.Other
        let form: FormModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("invitation/:token", use: show)
        routes.post("invitation/:token", use: accept)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) throws -> Response {
        try page(request, context, Form([]), nil)
    }

    @Sendable func accept(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        let says = InvitationWords(DoorLanguage(request, path: try path(context)).language)
        let password = form.all("password").first ?? ""
        guard password == form.all("again").first else {
            return try page(request, context, form, FormProblems("again", says.unlike))
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
            guard let problems = says.problem(failure, least: least) else {
                throw failure
            }
            return try page(request, context, form, problems)
        } catch InvitationFailure.refused {
            return try page(request, context, form, FormProblems("birth", says.refused))
        }
        let token = try await services.sessions.open(
            for: account, from: ClientPlace.of(request, context, services),
            replacing: request.cookies[services.cookie.name]?.value, at: services.now())
        var response = Response.seeOther("/portal")
        response.setCookie(services.cookie.holding(token))
        return response
    }

    private var least: Int { services.accounts.rules.shortestPassword([.patient]) }

    private func path(_ context: StaffContext) throws -> String { "/invitation/\(try context.part("token"))" }

    private func page(
        _ request: Request, _ context: StaffContext, _ typed: Form, _ problems: FormProblems?
    ) throws -> Response {
        let path = try path(context)
        let door = DoorLanguage(request, path: path)
        let says = InvitationWords(door.language)
        let form = FormModel(
            door.action(path), submit: says.send,
            fields: [
                Field.line("birth", says.birth, value: typed["birth"]).with {
                    $0.hint = says.birthLike
                },
                Field.line(
                    "invitation-code", says.code, value: typed["invitation-code"]
                )
                .with {
                    $0.short = true
                    $0.inputmode = "numeric"
                    $0.autocomplete = "one-time-code"
                },
                Field.line("account", says.account, value: typed["account"]).with {
                    $0.hint = says.accountLike
                    $0.autocomplete = "username"
                },
                Field.line("password", says.password, type: "password").with {
                    $0.hint = says.passwordAbout(least)
                    $0.autocomplete = "new-password"
                },
                Field.line("again", says.again, type: "password").with {
                    $0.autocomplete = "new-password"
                },
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
        return try services.pages.response(
            Model(
                page: PageFrame(says.title, context, problems: problems).spoken(door.language), site: services.site,
                says: says, other: door.other, form: form),
            "portal-invitation", status: problems == nil ? .ok : .unprocessableContent)
    }
}
