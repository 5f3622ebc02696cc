import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import HummingbirdTesting
import Records
import TestSupport
import Testing

@testable import Server

struct SignInTests {
    @Test func `a wrong password, an unknown name and an ended account get the same page`() async throws {
        let desk = try await SignInDesk.open()
        try await desk.services.accounts.end("sam", as: .system("test"), at: desk.now)
        try await desk.run { browser in
            var pages: [String] = []
            for (name, password) in [("dora", "wrong"), ("nobody", "wrong"), ("sam", SignInDesk.password)] {
                let page = try await browser.post("/sign-in", [("name", name), ("password", password)])
                #expect(page.status == 422 && page.headers[.setCookie] == nil)
                pages.append(page.text.replacing("value=\"\(name)\"", with: ""))
            }
            #expect(Set(pages).count == 1)
        }
    }

    @Test func `a missing code is answered like a wrong password`() async throws {
        let desk = try await SignInDesk.open()
        let dora = try await desk.services.accounts.signIn("dora", password: SignInDesk.password, at: desk.now)
        let secret = try await desk.services.accounts.beginSecondFactor(of: dora, at: desk.now)
        _ = try await desk.services.accounts.confirmSecondFactor(
            of: dora, code: TOTP.code(secret, step: TOTP.step(at: desk.now)), at: desk.now)
        try await desk.run { browser in
            let missing = try await browser.signIn("dora")
            let wrong = try await browser.post("/sign-in", [("name", "dora"), ("password", "wrong"), ("code", "1")])
            #expect(missing.status == 422 && missing.text == wrong.text)
            desk.wait(60_000)
            let code = TOTP.code(secret, step: TOTP.step(at: desk.now))
            #expect(try await browser.signIn("dora", code: code).status == 303)
            #expect(try await browser.other().signIn("dora", code: code).status == 422)
        }
    }

    @Test func `the cookie that a browser came with does not become the session`() async throws {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            browser.cookie = "almoner-session=chosen-by-somebody-else"
            try await browser.signIn("dora")
            let first = try #require(browser.cookie)
            #expect(first != "almoner-session=chosen-by-somebody-else")
            try await browser.signIn("dora")
            #expect(browser.cookie != first)
            let stale = browser.other()
            stale.cookie = first
            #expect(try await stale.get("/account").location?.hasPrefix("/sign-in") == true)
        }
    }

    @Test func `behind https the cookie is bound to the host and never sent in the clear`() async throws {
        let desk = try await SignInDesk.open { $0.url = "https://care.example" }
        try await desk.run { browser in
            let cookie = try #require(try await browser.signIn("dora").headers[.setCookie])
            #expect(cookie.hasPrefix("__Host-almoner-session="))
            for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                #expect(cookie.contains(part), "\(part)")
            }
            #expect(!cookie.contains("Domain"))
            #expect(try await browser.get("/account").status == 200)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example", "javascript:alert(1)",
        "/ok\r\nLocation: https://evil.example",
    ])
    func `signing in, proving and unlocking lead to no other place`(next: String) async throws {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            #expect(try await browser.signIn("ada", next: next).location == "/")
            let csrf = try await browser.get("/account").csrf
            let proof = [("csrf", csrf), ("secret", SignInDesk.password)]
            #expect(try await browser.post("/prove", proof + [("next", next)]).location == "/")
            #expect(try await browser.post("/unlock", proof + [("next", next)]).location == "/")
            #expect(try await browser.post("/prove", proof + [("repost", next)]).location == "/")
        }
    }

    @Test func `a form without the session's token changes nothing`() async throws {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            try await browser.signIn("ada")
            for path in [
                "/prove", "/unlock", "/account/end-others", "/account/sessions/x/end", "/account/second-factor",
                "/account/second-factor/remove", "/account/recovery-codes", "/clients", "/clients/x/end",
                "/users/dora/unlock", "/users/dora/remove-second-factor", "/users/dora/end",
            ] {
                for fields in [[], [("csrf", "guess")]] {
                    #expect(try await browser.post(path, fields).status == 403, "\(path)")
                }
            }
            #expect(try await desk.services.clients.all(as: .system("test")).isEmpty)
        }
    }

    @Test func `too many failures lock the name for ten minutes and an administrator unlocks it`() async throws {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            for _ in 0..<8 {
                _ = try await browser.post("/sign-in", [("name", "dora"), ("password", "wrong")])
            }
            let locked = try await browser.signIn("dora")
            #expect(locked.status == 422 && locked.text.contains("Too many attempts failed"))
            let ada = browser.other()
            try await ada.signIn("ada")
            let users = try await ada.get("/users")
            #expect(users.text.contains("Locked out until") && users.text.contains("/users/dora/unlock"))
            #expect(try await ada.post("/users/dora/unlock", [("csrf", users.csrf)]).status == 303)
            #expect(try await browser.signIn("dora").status == 303)
        }
    }

    @Test func `a dangerous act five minutes after the last proof asks for one and then goes on with what was typed`()
        async throws
    {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            try await browser.signIn("ada")
            let csrf = try await browser.get("/users").csrf
            desk.wait(6 * 60_000)
            let before = browser.cookie
            let typed = [
                ("csrf", csrf), ("full-name", "Eva “<Moss>”, RN"), ("account", "eva"), ("role", "care-manager"),
            ]
            let asked = try await browser.post("/users", typed)
            #expect(asked.status == 401 && asked.text.contains("Is it you?"))
            #expect(asked.text.contains("Eva “&lt;Moss&gt;”, RN"))
            let kept = typed.dropFirst().map { ("kept." + $0.0, $0.1) }
            let wrong = try await browser.post(
                "/prove", [("csrf", csrf), ("repost", "/users"), ("secret", "wrong")] + kept)
            #expect(wrong.status == 422 && wrong.text.contains("Eva “&lt;Moss&gt;”, RN"))
            let proved = try await browser.post(
                "/prove", [("csrf", csrf), ("repost", "/users"), ("secret", SignInDesk.password)] + kept)
            #expect(proved.status == 200 && proved.text.contains("action=\"/users\""))
            #expect(browser.cookie != before)
            let made = try await browser.post("/users", [("csrf", proved.csrf)] + typed.dropFirst())
            #expect(made.status == 200 && made.text.contains("First password for Eva"))
        }
    }

    @Test func `who may not do it is told so and not asked for a proof`() async throws {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            try await browser.signIn("dora")
            let csrf = try await browser.get("/account").csrf
            desk.wait(6 * 60_000)
            for path in ["/users", "/users/sam/end", "/users/sam/reset", "/clients", "/clients/x/end"] {
                #expect(try await browser.post(path, [("csrf", csrf)]).status == 403, "\(path)")
            }
            #expect(try await browser.get("/clients").status == 403)
        }
    }

    @Test func `who needs a second factor sets it up before anything else`() async throws {
        let desk = try await SignInDesk.open(secondFactor: .roles)
        try await desk.run { browser in
            try await browser.signIn("sam")
            for path in ["/", "/users", "/account", "/panel", "/clients"] {
                #expect(try await browser.get(path).location == "/account/second-factor", "\(path)")
            }
            let api = try await browser.get("/fhir/Patient?_count=0")
            #expect(api.status == 403)
            let page = try await browser.get("/account/second-factor")
            #expect(page.status == 200 && page.text.contains("<svg class=\"qr\""))
            let sam = try await desk.services.accounts.signIn("sam", password: SignInDesk.password, at: desk.now)
            let secret = try await desk.services.accounts.beginSecondFactor(of: sam, at: desk.now)
            let shown = page.text.filter { $0 != " " }
            #expect(shown.contains(TOTP.base32(secret)))
            let wrong = try await browser.post("/account/second-factor", [("csrf", page.csrf), ("code", "000000")])
            #expect(wrong.status == 422)
            let codes = try await browser.post(
                "/account/second-factor",
                [("csrf", page.csrf), ("code", TOTP.code(secret, step: TOTP.step(at: desk.now)))])
            #expect(codes.status == 200)
            #expect(codes.text.components(separatedBy: "<li><code>").count == 11)
            #expect(codes.headers[.cacheControl] == "no-store")
            #expect(try await browser.get("/account").status == 200)
            // Dora's role needs none.
            let dora = browser.other()
            #expect(try await dora.signIn("dora").location == "/")
            #expect(try await dora.get("/account").status == 200)
        }
    }

    @Test func `a session that is left during a contact locks, and opens again to what was being typed`() async throws {
        let desk = try await SignInDesk.open()
        let caller = try await desk.services.accounts.signIn("dora", password: SignInDesk.password, at: desk.now).caller
        try await desk.scratch.put(
            ["resourceType": "Patient", "name": [["family": "Stone"]], "birthDate": "1950-01-01"], id: "p")
        let signer = try Signer(caller)
        let encounter = try await desk.scratch.records.write(as: caller, at: desk.now) { change in
            try StartContact(
                person: "p", direction: .incoming, speaker: .person, identifiedBy: [.birthDate, .phone], by: signer
            ).perform(in: change).id
        }
        let path = "/people/p/contact/\(encounter)"
        try await desk.run { browser in
            try await browser.signIn("dora")
            let before = browser.cookie
            let csrf = try await browser.get(path).csrf
            desk.wait(Sessions.idleMilliseconds)
            let locked = try await browser.get(path)
            #expect(locked.status == 401 && locked.text.contains("This page is locked"))
            #expect(!locked.text.contains("Stone"))
            #expect(try await browser.get("/panel").status == 401)
            #expect(try await browser.get("/alive").status == 401)
            #expect(try await browser.get("/fhir/Patient/p").status != 200)
            // What was typed goes along; the lock is on the server and not on this page.
            let typed = try await browser.post(path, [("csrf", csrf), ("version", "0"), ("note", "Feet are fine")])
            #expect(typed.status == 401 && typed.text.contains("Feet are fine"))
            let wrong = try await browser.post("/unlock", [("csrf", locked.csrf), ("secret", "x"), ("next", path)])
            #expect(wrong.status == 422)
            let back = try await browser.post(
                "/unlock",
                [
                    ("csrf", typed.csrf), ("secret", SignInDesk.password), ("repost", path),
                    ("kept.note", "Feet are fine"), ("kept.version", "0"),
                ])
            #expect(back.status == 200 && back.text.contains("Feet are fine"))
            #expect(browser.cookie != before)
            let page = try await browser.get(path)
            #expect(page.status == 200 && page.text.contains("Stone"))
        }
    }

    @Test func `without a contact the session ends after fifteen minutes`() async throws {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            try await browser.signIn("dora")
            desk.wait(Sessions.idleMilliseconds)
            #expect(try await browser.get("/panel").location == "/sign-in?next=%2Fpanel")
            #expect(try await browser.get("/panel").location == "/sign-in?next=%2Fpanel")
        }
    }

    @Test func `one sees where one is signed in and ends the others`() async throws {
        let desk = try await SignInDesk.open()
        try await desk.run { browser in
            try await browser.signIn("dora")
            let other = browser.other()
            _ = try await other.post(
                "/sign-in", [("name", "dora"), ("password", SignInDesk.password)],
                ["User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0"])
            let page = try await browser.get("/account")
            #expect(page.text.contains("Firefox on Windows") && page.text.contains("this one"))
            #expect(try await browser.post("/account/end-others", [("csrf", page.csrf)]).status == 303)
            #expect(try await other.get("/account").location?.hasPrefix("/sign-in") == true)
            #expect(try await browser.get("/account").status == 200)
        }
    }

    @Test func `only the header of a proxy that the site named says where a request came from`() async throws {
        for isTrusted in [false, true] {
            let desk = try await SignInDesk.open {
                $0.proxies = isTrusted ? try? TrustedProxies(["127.0.0.1", "::1"]) : nil
            }
            try await desk.run(.live) { browser in
                _ = try await browser.post(
                    "/sign-in", [("name", "dora"), ("password", SignInDesk.password)],
                    ["X-Forwarded-For": "6.6.6.6, 10.1.2.3"])
                let page = try await browser.get("/account")
                #expect(page.text.contains("10.1.2.3") == isTrusted)
                #expect(!page.text.contains("6.6.6.6"))
            }
        }
    }
}
