import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// A supervisor brings everybody who follows a protocol to its new version.
struct MovePageTests {
    private typealias Base = PlanProtocolTests
    private static let path = "/protocols/protocol-heart-failure/move"

    private static func carryOut(_ desk: StaffDesk) async throws {
        let accounts = desk.services.accounts
        try await MoveEverybody(
            records: desk.scratch.records, plans: try Base.site(Base.newer), zone: .named(.gmt)
        ) { try await accounts.caller(of: $0) }.run(by: "test", now: { ScratchRecords.now })
    }

    /// The form of the page with the new taken everywhere.
    private static func form(_ text: String, reason: String) throws -> Form {
        var form = Form([
            ("csrf", try #require(Base.hidden("csrf", text))), ("from", try #require(Base.hidden("from", text))),
            ("to", try #require(Base.hidden("to", text))), ("reason", reason),
        ])
        for item in text.split(separator: "name=\"deed-").dropFirst() {
            if let id = item.split(separator: "\"").first { form.set("deed-\(id)", "change") }
        }
        return form
    }

    /// The page of what is counted, when it is at its end.
    private static func counted(_ ask: StaffDesk.Asker, _ path: String, _ cookie: String) async throws -> String {
        for _ in 0..<200 {
            let page = try await ask(path, cookie)
            #expect(page.status == 200)
            if page.header("refresh") == nil { return page.text }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("It came to no end.")
        return ""
    }

    @Test(arguments: Engines.all)
    func `a supervisor sees who follows what, counts what a default would do, and publishes it`(
        _ engine: TestEngine
    ) async throws {
        let (desk, cookie) = try await Base().desk(engine)
        try await Base.publish(desk)
        try await desk.run { ask in
            let one = try await ask("/protocols/protocol-heart-failure", cookie)
            #expect(one.text.contains("href=\"\(Self.path)\""))
            let page = try await ask(Self.path, cookie)
            #expect(page.status == 200)
            for words in ["Version 1.1.0", "1 person", "in force", "Take the new: change it"] {
                #expect(page.text.contains(words), "\(words)")
            }
            let refused = try await ask(
                "\(Self.path)/try", cookie, method: .post, form: try Self.form(page.text, reason: " "))
            #expect(refused.status == 422 && refused.text.contains("Say why."))
            let tried = try await ask(
                "\(Self.path)/try", cookie, method: .post,
                form: try Self.form(page.text, reason: "The site brings scales & teaches."))
            #expect(tried.status == 303)
            let result = try await Self.counted(ask, try #require(tried.header("location")), cookie)
            #expect(result.contains("Changed: 1 person") && result.contains("Publish for 1 person"))
            #expect(try await Base.step(desk, "Bring a scale & teach weighing") == nil)
            let published = try await ask(
                Self.path, cookie, method: .post,
                form: try Self.form(page.text, reason: "The site brings scales & teaches."))
            #expect(published.status == 303)
            let report = try #require(published.header("location"))
            let running = try await ask(report, cookie)
            #expect(running.text.contains("0 people done, 1 still at version 1.1.0."))
            #expect(running.header("refresh") != nil)
            try await Self.carryOut(desk)
            let done = try await ask(report, cookie)
            #expect(done.header("refresh") == nil)
            for words in [
                "Changed: 1", "href=\"/people/rosa/plan/protocols\"", "The site brings scales &amp; teaches.",
            ] {
                #expect(done.text.contains(words), "\(words)")
            }
            #expect(try await Base.step(desk, "Bring a scale & teach weighing") != nil)
            #expect((try await ask("\(report)?after=nonsense", cookie)).status == 404)
            #expect((try await ask("\(Self.path)/try/ended", cookie)).status == 404)
        }
    }

    @Test func `what is left to a nurse stands in her list, with the default chosen and its reason`() async throws {
        let (desk, cookie) = try await Base().desk()
        try await Base.publish(desk)
        let manager = try #require(try await desk.services.accounts.caller(of: "sue")?.practitioner)
        try await desk.scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/rosa"],
                "careManager": ["reference": .string(manager)],
            ], id: "rosas-episode")
        let step = try #require(try await Base.step(desk, "Make sure there is a scale and teach weighing"))
        try await desk.scratch.records.write(as: desk.scratch.caller, at: ScratchRecords.now) { change in
            var json = step.value
            json["note"] = [["text": "The scale is at her sister's."]]
            try change.update(json, ifVersion: step.version)
        }
        try await desk.run { ask in
            let page = try await ask(Self.path, cookie)
            var form = try Self.form(page.text, reason: "Scales are hers to choose.")
            form.set("deed-scale", "keep")
            #expect((try await ask(Self.path, cookie, method: .post, form: form)).status == 303)
            try await Self.carryOut(desk)
            let today = try await ask("/", cookie)
            #expect(today.text.contains("decide on version 1.2.0"))
            #expect(today.text.contains("href=\"/people/rosa/plan/protocols\""))
            let nurse = try await ask("/people/rosa/plan/protocols", cookie)
            #expect(nurse.text.contains("Scales are hers to choose."))
            #expect(nurse.text.contains("<option value=\"keep\" selected>"))
        }
    }

    @Test func `nobody but a supervisor sets a default`() async throws {
        let (desk, supervisor) = try await Base().desk()
        try await Base.publish(desk)
        let nurse = try await desk.signIn("nora", [.careManager])
        try await desk.run { ask in
            let form = try Self.form((try await ask(Self.path, supervisor)).text, reason: "No.")
            #expect((try await ask(Self.path, nurse)).status == 403)
            #expect((try await ask(Self.path, nurse, method: .post, form: form)).status == 403)
            #expect((try await ask("\(Self.path)/try", nurse, method: .post, form: form)).status == 403)
            let one = try await ask("/protocols/protocol-heart-failure", nurse)
            #expect(one.status == 200 && !one.text.contains("href=\"\(Self.path)\""))
        }
    }
}
