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
import Synchronization
import TestSupport
import Testing

@testable import Server

/// A session that ends while a contact is being written loses nothing.
struct SessionEndsInMidFormTests {
    private final class Clock: Sendable {
        let now = Mutex<Int64>(1_795_186_800_000)
    }

    private func form(_ fields: [(String, String)]) -> ByteBuffer {
        ByteBuffer(string: Form(fields.map { (name: $0.0, value: $0.1) }).encoded)
    }

    private func token(_ page: String) -> String {
        page.components(separatedBy: "name=\"csrf\" value=\"").dropFirst().first?
            .components(separatedBy: "\"").first ?? ""
    }

    @Test func `what was typed comes back after signing in, and is then saved`() async throws {
        let clock = Clock()
        let scratch = try await ScratchRecords.open(
            projections: Projections.all(try CareContent.shipped()))
        let content = Content(folder: nil)
        let services = try Services(
            records: scratch.records, content: content, care: try CareContent.shipped(),
            now: { clock.now.withLock { $0 } }, zone: .gmt, site: "Test")
        let once = try await services.accounts.create(
            id: "dora", name: "Dora Day, RN", roles: [.careManager], as: .system("test"), at: services.now())
        try await services.accounts.change(password: once, to: "a long password", of: "dora", at: services.now())
        let caller = try await services.accounts.signIn("dora", password: "a long password", at: services.now()).caller
        try await scratch.records.write(as: .system("test"), at: services.now()) { change in
            try change.create(
                ["resourceType": "Patient", "name": [["family": "Stone"]], "birthDate": "1950-01-01"], id: "sam")
        }
        let signer = try Signer(caller)
        let encounter = try await scratch.records.write(as: caller, at: services.now()) { change in
            try StartContact(
                person: "sam", direction: .incoming, speaker: .person, identifiedBy: [.birthDate, .phone], by: signer
            ).perform(in: change).id
        }
        let path = "/people/sam/contact/\(encounter)"
        let app = Application(router: Routes.router(services))
        try await app.test(.router) { client in
            let written = [
                ("csrf", "of the session that ended"), ("version", "0"), ("note", "Feet & \"socks\"\nare fine"),
                ("no-next", "moves"), ("confirm", "true"), ("do", "sign"),
            ]
            let expired = try await client.execute(uri: path, method: .post, body: form(written))
            #expect(expired.status == .unauthorized)
            let page = String(buffer: expired.body)
            #expect(page.contains("Feet &amp; &quot;socks&quot;\nare fine"))
            #expect(!page.contains("of the session that ended"))

            let kept = written.dropFirst().map { ("kept.\($0.0)", $0.1) }
            let back = try await client.execute(
                uri: "/sign-in", method: .post,
                body: form([("name", "dora"), ("password", "a long password"), ("repost", path)] + kept))
            #expect(back.status == .ok)
            let cookie = back.headers[.setCookie]?.components(separatedBy: ";").first ?? ""
            let resumed = String(buffer: back.body)
            #expect(resumed.contains("Feet &amp; &quot;socks&quot;\nare fine"))

            // The call is still open, and asking to stay signed in works during it.
            let alive = try await client.execute(uri: "/alive", method: .get, headers: [.cookie: cookie])
            #expect(alive.status == .noContent)
            clock.now.withLock { $0 += Sessions.idleMilliseconds - 1_000 }
            let still = try await client.execute(uri: "/alive", method: .get, headers: [.cookie: cookie])
            #expect(still.status == .noContent)
            clock.now.withLock { $0 += Sessions.idleMilliseconds - 1_000 }

            let saved = try await client.execute(
                uri: path, method: .post, headers: [.cookie: cookie],
                body: form([("csrf", token(resumed))] + written.dropFirst()))
            #expect(saved.status == .seeOther)
            clock.now.withLock { $0 += Sessions.idleMilliseconds + 1_000 }
            let gone = try await client.execute(uri: "/alive", method: .get, headers: [.cookie: cookie])
            #expect(gone.status == .unauthorized)
        }
        let note = try await scratch.records.read(as: caller, at: services.now(), for: "test") { reader in
            try ContactNote.find(encounter, by: reader)
        }
        #expect(note?.isSigned == true)
        #expect(note?.text.hasPrefix("Feet & \"socks\"\nare fine") == true)
    }
}
