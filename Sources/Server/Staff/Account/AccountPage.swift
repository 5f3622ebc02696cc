import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// One's own account: password, second factor, and where one is signed in.
struct AccountPage: Sendable {
    let services: Services

    struct Model {
        struct Factor {
            let on: Bool
            /// Whether it can be given up.
            let required: Bool
            /// How many recovery codes are left, in words.
            let left: String
        }

        struct Session {
            let place: String
            let address: String
            let since: String
            let seen: String
            let current: Bool
            let action: String
        }

        let page: PageFrame
        let name: String
        let account: String
        let role: String
        let factor: Factor
        let sessions: [Session]
        let others: Bool
    }

    func add(to routes: StaffRoutes) {
        routes.get("account", use: show)
        routes.post("account/sessions/:id/end", use: endOne)
        routes.post("account/end-others", use: endOthers)
    }

    private static func notice(_ code: String?) -> String? {
        switch code {
        case "ended": "That session is ended."
        case "others": "You are signed out everywhere else."
        case "factor-removed": "The second factor is removed. Your password stands alone again."
        default: nil
        }
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        guard let session = context.session else {
            throw HTTPError(.unauthorized)
        }
        var context = context
        context.notice = Self.notice(Form.query(of: request)["done"])
        let now = services.now()
        let account = session.account
        let left = try await services.accounts.recoveryCodesLeft(of: account)
        let sessions = try await services.sessions.all(of: account, at: now)
        let model = Model(
            page: PageFrame("Your account", context, current: "/account"), name: account.name, account: account.id,
            role: services.records.policy.roles.titles(account.roles),
            factor: Model.Factor(
                on: account.hasSecondFactor, required: services.accounts.rules.needsSecondFactor(account.roles),
                left: left == 0 ? "No recovery code is left." : Words.count(left, "recovery code") + " left."),
            sessions: sessions.map { own in
                Model.Session(
                    place: own.place.browser.isEmpty ? "Unknown browser" : own.place.browser,
                    address: own.place.address.isEmpty ? "unknown" : own.place.address,
                    since: Words.dayTime(own.since, now: now, zone: services.zone),
                    seen: own.isLocked ? "Locked" : Words.ago(own.seen, now: now, zone: services.zone),
                    current: own.id == session.id, action: "/account/sessions/\(own.id)/end")
            }, others: sessions.contains { $0.id != session.id })
        return try services.pages.response(model, "account")
    }

    @Sendable func endOne(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        guard let session = context.session else {
            throw HTTPError(.unauthorized)
        }
        let id = try context.part("id")
        try await services.sessions.end(id: id, of: session.account, at: services.now())
        return .seeOther(id == session.id ? "/sign-in" : "/account?done=ended")
    }

    @Sendable func endOthers(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        guard let session = context.session else {
            throw HTTPError(.unauthorized)
        }
        try await services.sessions.endOthers(than: session.id, of: session.account, at: services.now())
        return .seeOther("/account?done=others")
    }
}
