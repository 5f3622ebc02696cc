import FHIR
import HTTPTypes
import Records
import Testing

@testable import Server

/// Whoever put a cookie into somebody's browser, or read one there before, has nothing of it once the browser may more.
struct SessionFixationTests {
    /// What raises rights, or proves somebody anew.
    enum Raise: String, CaseIterable, Sendable {
        case signIn, prove, unlock, password, secondFactor, newCodes, invitation
    }

    @Test(arguments: Raise.allCases)
    func `each raise of rights gives another token and ends the one before`(raise: Raise) async throws {
        let portal = try await PortalDesk.open()
        let desk = portal.desk
        try await desk.run { staff in
            try await staff.signIn("dora")
            let before = try await staff.get("/people/dee/portal")
            let way = try PortalDesk.WayIn(
                try await staff.post("/people/dee/portal/invite", [("csrf", before.csrf)]))
            let browser = staff.other()
            try await browser.signIn("ada")
            let csrf = try await browser.get("/account").csrf
            let proof = [("csrf", csrf), ("secret", SignInDesk.password)]
            func setUp() async throws {
                let ada = try await desk.services.accounts.signIn("ada", password: SignInDesk.password, at: desk.now)
                let secret = try await desk.services.accounts.beginSecondFactor(of: ada, at: desk.now)
                let code = TOTP.code(secret, step: TOTP.step(at: desk.now))
                #expect(
                    try await browser.post("/account/second-factor", [("csrf", csrf), ("code", code)]).status == 200)
            }
            if raise == .newCodes {
                try await setUp()
            }
            let first = try #require(browser.cookie)
            switch raise {
            case .signIn: try await browser.signIn("ada")
            case .prove: _ = try await browser.post("/prove", proof)
            case .unlock: _ = try await browser.post("/unlock", proof)
            case .password:
                let new = "a longer walk to the church"
                _ = try await browser.post(
                    "/password", [("csrf", csrf), ("old", SignInDesk.password), ("new", new), ("again", new)])
            case .secondFactor: try await setUp()
            case .newCodes: _ = try await browser.post("/account/recovery-codes", [("csrf", csrf)])
            case .invitation: try await portal.accept(way, browser, account: "delores")
            }
            let second = try #require(browser.cookie)
            #expect(second != first)
            let page = try await browser.get("/account")
            #expect(page.status == 200)
            let stale = browser.other()
            stale.cookie = first
            #expect(try await stale.get("/account").location?.hasPrefix("/sign-in") == true)
            // The token in forms belongs to the session too.
            let isOther = raise == .signIn || raise == .invitation
            #expect((page.csrf != csrf) == isOther)
        }
    }

    @Test(arguments: ["chosen", String(repeating: "A", count: 43), "", "a=b; almoner-session=x"])
    func `a cookie that nobody was given opens nothing and is not taken over`(chosen: String) async throws {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            browser.cookie = "almoner-session=\(chosen)"
            #expect(try await browser.get("/account").status == 303)
            browser.cookie = "almoner-session=\(chosen)"
            try await browser.signIn("dora")
            let given = try #require(browser.cookie)
            #expect(given.utf8.count > 50 && given != "almoner-session=\(chosen)")
        }
    }
}
