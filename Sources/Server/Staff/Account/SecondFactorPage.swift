import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// Setting up the second factor: the secret for the phone, its first code, and the recovery codes, shown once.
struct SecondFactorPage: Sendable {
    static let path = "/account/second-factor"
    let services: Services

    struct SetUp {
        struct Code {
            let svg: String
        }

        let page: PageFrame
        /// Whether one may not go on without.
        let required: Bool
        /// The code for the camera; nil when it cannot be drawn.
        let code: Code?
        /// The same for those who type it, in groups of four.
        let secret: String
    }

    struct Codes {
        let page: PageFrame
        let codes: [String]
    }

    func add(to routes: StaffRoutes) {
        let grave = routes.group("").add(middleware: ProvedLately(services: services))
        grave.get("account/second-factor", use: show)
        routes.post("account/second-factor", use: confirm)
        grave.post("account/second-factor/remove", use: remove)
        grave.post("account/recovery-codes", use: renewCodes)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context)
    }

    @Sendable func confirm(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let account = try account(context)
        do {
            let codes = try await services.accounts.confirmSecondFactor(
                of: account, code: form["code"] ?? "", at: services.now())
            return try await shown(codes, context)
        } catch AccountFailure.wrongCode {
            return try await page(
                context,
                FormProblems("code", "That is not the code of now. Wait for the next one, and check the phone's clock.")
            )
        } catch AccountFailure.lockedUntil {
            return try await page(context, FormProblems("code", SignInPage.lockedWords))
        }
    }

    @Sendable func renewCodes(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let account = try account(context)
        guard account.hasSecondFactor else {
            throw NotNow("Recovery codes belong to a second factor. Set one up first.")
        }
        return try await shown(
            try await services.accounts.renewRecoveryCodes(of: account, at: services.now()), context)
    }

    @Sendable func remove(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let caller = try context.caller()
        do {
            try await services.accounts.removeSecondFactor(of: caller.account, as: caller, at: services.now())
        } catch AccountFailure.secondFactorRequired {
            throw NotNow(
                "Your role needs a second factor. An administrator can give you a new start with another phone.")
        }
        return .seeOther("/account?done=factor-removed")
    }

    private func account(_ context: StaffContext) throws -> Account {
        guard let session = context.session else {
            throw HTTPError(.unauthorized)
        }
        return session.account
    }

    /// The codes are on this answer alone. What the session opens has changed, so its token does too.
    private func shown(_ codes: [String], _ context: StaffContext) async throws -> Response {
        var response = try services.pages.response(
            Codes(page: PageFrame("Your recovery codes", context), codes: codes), "recovery-codes")
        if let token = context.token, let fresh = try await services.sessions.renew(token, at: services.now()) {
            response.setCookie(services.cookie.holding(fresh))
        }
        return response
    }

    private func page(_ context: StaffContext, _ problems: FormProblems? = nil) async throws -> Response {
        let account = try account(context)
        guard !account.hasSecondFactor else {
            return .seeOther("/account")
        }
        let secret: [UInt8]
        do {
            secret = try await services.accounts.beginSecondFactor(of: account, at: services.now())
        } catch AccountFailure.noKey {
            throw NotNow("This server was started without its key file, so second factors cannot be kept.")
        }
        let text = TOTP.base32(secret)
        let model = SetUp(
            page: PageFrame("Set up your second factor", context, problems: problems),
            required: services.accounts.rules.needsSecondFactor(account.roles),
            code: QRCode.svg(address(account, text), label: "The secret below, for the camera of your phone")
                .map(SetUp.Code.init),
            secret: Array(text).chunks(of: 4).map { String($0) }.joined(separator: " "))
        return try services.pages.response(
            model, "second-factor", status: problems == nil ? .ok : .unprocessableContent)
    }

    /// As authenticator apps read it from the code: the label is what they show.
    private func address(_ account: Account, _ secret: String) -> String {
        let site = services.site.formEncoded
        return """
            otpauth://totp/\(site):\(account.id.formEncoded)?secret=\(secret)&issuer=\(site)&algorithm=SHA1&digits=6&period=30
            """
    }
}

extension Array {
    fileprivate func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
