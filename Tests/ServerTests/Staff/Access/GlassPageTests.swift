import Access
import Care
import CareTestSupport
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Records
import TestSupport
import Testing

@testable import Server

/// A provider, somebody outside of the panel, and an hour.
struct GlassPageTests {
    private final class World: Sendable {
        let scratch: ScratchRecords
        let services: Services
        let clock = Noted<Int64>(ScratchRecords.now)

        init() async throws {
            scratch = try await ScratchRecords.open(
                projections: Projections.all(try CareContent.shipped()))
            let content = Content(folder: nil)
            services = try Services(
                records: scratch.records, content: content, care: try CareContent.shipped(),
                now: { [clock] in clock.now }, zone: .gmt, site: "Test")
            try await scratch.put(
                [
                    "resourceType": "Patient", "name": [["family": "Stone"]], "birthDate": "1950-01-01",
                    "identifier": [["system": "urn:mrn", "value": "4711"]],
                ], id: "p")
        }

        func account(_ id: String, _ role: Role) async throws -> (cookie: String, csrf: String) {
            let once = try await services.accounts.create(
                id: id, name: id, roles: [role], mustChange: false, as: .system("test"), at: clock.now)
            try await services.accounts.change(password: once, to: "a long password", of: id, at: clock.now)
            let account = try await services.accounts.signIn(id, password: "a long password", at: clock.now)
            let token = try await services.sessions.open(for: account, at: clock.now)
            let session = try await services.sessions.find(token, at: clock.now)
            return ("\(SessionCookie(isSecure: false).name)=\(token)", session?.csrf ?? "")
        }
    }

    private func form(_ fields: [(String, String)]) -> ByteBuffer {
        ByteBuffer(string: Form(fields.map { (name: $0.0, value: $0.1) }).encoded)
    }

    @Test func `the glass opens one person for an hour, and the review wants a conclusion`() async throws {
        let world = try await World()
        let provider = try await world.account("pat", Role(rawValue: "provider"))
        let supervisor = try await world.account("sam", .supervisor)
        try await Application(router: Routes.router(world.services)).test(.router) { client in
            func get(_ path: String, _ who: (cookie: String, csrf: String)) async throws -> (
                HTTPResponse.Status, String
            ) {
                let answer = try await client.execute(uri: path, method: .get, headers: [.cookie: who.cookie])
                return (answer.status, String(buffer: answer.body))
            }
            func post(
                _ path: String, _ who: (cookie: String, csrf: String), _ fields: [(String, String)]
            ) async throws -> (HTTPResponse.Status, String) {
                let answer = try await client.execute(
                    uri: path, method: .post, headers: [.cookie: who.cookie],
                    body: form([("csrf", who.csrf)] + fields))
                return (answer.status, String(buffer: answer.body))
            }
            #expect(try await get("/people/p", provider).0 == .notFound)
            #expect(try await get("/glass/break", provider).0 == .ok)
            let asked = [
                ("number", "4711"), ("born", "1950-01-01"), ("reason", "Found unconscious at home"),
                ("password", "a long password"),
            ]
            for (field, wrong) in [
                ("password", "not the password"), ("reason", "why"), ("number", "4712"), ("born", "1950-01-02"),
            ] {
                let fields = asked.map { $0.0 == field ? ($0.0, wrong) : $0 }
                let (status, page) = try await post("/glass/break", provider, fields)
                #expect(status == .unprocessableContent, "\(field)")
                #expect(field == "reason" || page.contains("Found unconscious at home"), "what was typed is kept")
                #expect(!page.contains("a long password"))
            }
            #expect(try await get("/people/p", provider).0 == .notFound)
            #expect(try await post("/glass/break", provider, asked).0 == .seeOther)
            #expect(try await get("/people/p", provider).0 == .ok)

            // Whoever reviews is told at once.
            let (status, page) = try await get("/glass", supervisor)
            #expect(status == .ok && page.contains("Found unconscious at home"))
            #expect(try await get("/tasks?owner=me", supervisor).1.contains("Review a broken glass"))

            world.clock.change { $0 += BrokenGlass.milliseconds }
        }
        // The sessions have ended with the hour; somebody signs in again.
        let late = try await world.services.accounts.signIn("pat", password: "a long password", at: world.clock.now)
        let cookie =
            "\(SessionCookie(isSecure: false).name)=\(try await world.services.sessions.open(for: late, at: world.clock.now))"
        let boss = try await world.services.accounts.signIn("sam", password: "a long password", at: world.clock.now)
        let token = try await world.services.sessions.open(for: boss, at: world.clock.now)
        let csrf = try await world.services.sessions.find(token, at: world.clock.now)?.csrf ?? ""
        let waiting = try #require(
            try await BrokenGlass(records: world.scratch.records).all(as: boss.caller).first)
        try await Application(router: Routes.router(world.services)).test(.router) { client in
            let gone = try await client.execute(uri: "/people/p", method: .get, headers: [.cookie: cookie])
            #expect(gone.status == .notFound)
            for (conclusion, status) in [("", HTTPResponse.Status.unprocessableContent), ("It was needed.", .seeOther)]
            {
                let answer = try await client.execute(
                    uri: "/glass/\(waiting.id)/review", method: .post,
                    headers: [.cookie: "\(SessionCookie(isSecure: false).name)=\(token)"],
                    body: form([("csrf", csrf), ("conclusion", conclusion)]))
                #expect(answer.status == status)
            }
        }
        #expect(try await BrokenGlass(records: world.scratch.records).waiting() == 0)
    }

    @Test func `a supervisor asks what a role could see, and is told by which rule`() async throws {
        let world = try await World()
        let supervisor = try await world.account("sam", .supervisor)
        try await Application(router: Routes.router(world.services)).test(.router) { client in
            let answer = try await client.execute(
                uri: "/access?role=community-health-worker&type=Observation", method: .get,
                headers: [.cookie: supervisor.cookie])
            let page = String(buffer: answer.body)
            #expect(answer.status == .ok)
            #expect(page.contains("rule “team”"))
            #expect(page.contains("No rule of these roles speaks of it."), "nobody removes")
            let one = try await client.execute(
                uri: "/users/sam/access?type=Consent", method: .get, headers: [.cookie: supervisor.cookie])
            #expect(String(buffer: one.body).contains("Supervisor, rule “read”"))
        }
    }
}
