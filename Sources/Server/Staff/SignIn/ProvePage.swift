import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// Somebody who is signed in shows once more that it is they, and goes on where they were: before a dangerous act, and
/// behind the lock of a session that was left during a contact.
struct ProvePage: Sendable {
    let services: Services

    enum Occasion: String {
        case act = "/prove"
        case unlock = "/unlock"

        var title: String {
            switch self {
            case .act: "Is it you?"
            case .unlock: "This page is locked"
            }
        }
    }

    struct Model {
        let page: PageFrame
        /// Where the form goes.
        let action: String
        let locked: Bool
        let code: Bool
        let name: String
        let next: String?
        let repost: String?
        let kept: [HeldForm.Pair]
        let lines: [HeldForm.Line]
    }

    /// The page that stands in the way: afterwards it leads to the local path `next`, or what was sent (`kept`) is sent
    /// again.
    func ask(
        _ occasion: Occasion, next: String? = nil, kept: HeldForm? = nil, _ context: StaffContext,
        problems: FormProblems? = nil, status: HTTPResponse.Status = .unauthorized
    ) throws -> Response {
        let account = context.session?.account
        let model = Model(
            page: PageFrame(occasion.title, context, problems: problems), action: occasion.rawValue,
            locked: occasion == .unlock, code: account?.hasSecondFactor ?? false, name: account?.id ?? "",
            next: kept == nil ? next.flatMap(HeldForm.local) : nil, repost: kept?.action, kept: kept?.kept ?? [],
            lines: kept?.lines ?? [])
        return try services.pages.response(
            model, "prove", status: problems == nil ? status : .unprocessableContent)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) throws -> Response {
        try ask(.act, next: Form.query(of: request)["next"], context, status: .ok)
    }

    /// Behind ``SignedIn``.
    @Sendable func prove(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await answer(.act, request, context)
    }

    /// Not behind ``SignedIn``, which stops whoever is locked.
    @Sendable func unlock(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        guard let token = request.cookies[services.cookie.name]?.value else {
            return .seeOther("/sign-in")
        }
        let address = ClientPlace.address(request, context, services)
        switch try await services.sessions.standing(of: token, from: address, at: services.now()) {
        case .locked(let session), .open(let session):
            context.session = session
            context.token = token
        case .idle, .none:
            // What was typed behind the lock is not lost with the session.
            guard let kept = HeldForm(within: try await Form.read(request)) else {
                return .seeOther("/sign-in")
            }
            return try SignInPage(services: services).expired(kept, context)
        }
        return try await answer(.unlock, request, context)
    }

    private func answer(
        _ occasion: Occasion, _ request: Request, _ context: StaffContext
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let now = services.now()
        let account = try context.caller().account
        do {
            try await services.accounts.prove(
                account, secret: form.all("secret").first ?? "",
                from: ClientPlace.address(request, context, services), at: now)
        } catch let failure as AccountFailure {
            return try ask(
                occasion, next: form["next"], kept: HeldForm(within: form), context,
                problems: FormProblems("secret", Self.words(failure)))
        }
        guard let token = context.token, let fresh = try await services.sessions.renew(token, at: now) else {
            return .seeOther("/sign-in")
        }
        let title = occasion == .unlock ? "Welcome back" : "Thank you"
        var response = try HeldForm.goOn(form, title, context, services)
        response.setCookie(services.cookie.holding(fresh))
        return response
    }

    private static func words(_ failure: AccountFailure) -> String {
        if case .lockedUntil = failure {
            return SignInPage.lockedWords
        }
        return "That is not right. Enter your password, or a code that you have not used yet."
    }
}
