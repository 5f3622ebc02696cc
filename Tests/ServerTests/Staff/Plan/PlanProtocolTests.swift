import Access
import Care
import Content
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// A protocol of the library has a new version, and the nurse decides what it does to a plan.
struct PlanProtocolTests {
    /// The shipped library with one pack as a site would put it beside.
    static func site(_ adapt: @escaping (String) -> String) throws -> PlanLibrary {
        let shipped = Content(folder: nil)
        return try PlanLibrary(
            content: { file in
                guard let bytes = shipped.file(file) else { return nil }
                guard file == "plans/heart-failure.yaml" else { return [UInt8](bytes) }
                return [UInt8](adapt(String(decoding: bytes, as: UTF8.self)).utf8)
            }, files: shipped.files(under: "plans/"))
    }

    static func newer(_ text: String) -> String {
        text.replacing("version: 1.1.0", with: "version: 1.2.0")
            .replacing(
                "title: Make sure there is a scale and teach weighing", with: "title: Bring a scale & teach weighing")
    }

    /// Rosa follows 1.1.0 with one goal and two steps; then 1.2.0 is put on record.
    func desk(_ engine: TestEngine = .usual) async throws -> (StaffDesk, String) {
        let desk = try await StaffDesk.open(engine)
        let (records, now) = (desk.scratch.records, ScratchRecords.now)
        try await desk.scratch.put(
            ["resourceType": "Patient", "name": [["given": ["Rosa"], "family": "Diaz"]], "birthDate": "1950-02-03"],
            id: "rosa")
        let library = desk.services.care.plans
        try await PublishProtocols(library).run(records: records, at: now)
        let day = CalendarDay(daysSinceEpoch: FHIRDate.days(now))
        try await records.write(as: desk.scratch.caller, at: now) { change in
            try AddFromLibrary(
                person: "rosa", version: 0,
                items: [
                    "heart-failure.goal.dry-weight", "heart-failure.step.scale", "heart-failure.step.limits",
                ], library: library, today: day, endOfDay: { FHIRDate.millis($0) + 86_399_999 }
            ).perform(in: change)
        }
        return (desk, try await desk.signIn("sue", [.supervisor]))
    }

    static func publish(_ desk: StaffDesk) async throws {
        let published = try await PublishProtocols(try site(newer)).run(
            records: desk.scratch.records, at: ScratchRecords.now)
        #expect(published == ["protocol-heart-failure"])
    }

    /// The value of a hidden field of the form that posts to the group.
    static func hidden(_ name: String, _ text: String) -> String? {
        guard let start = text.range(of: "name=\"\(name)\" value=\"") else { return nil }
        return text[start.upperBound...].split(separator: "\"").first.map(String.init)
    }

    private static func action(_ text: String) -> String? {
        guard let start = text.range(of: "action=\"/people/rosa/plan/protocols/") else { return nil }
        let rest = text[start.lowerBound...].dropFirst("action=\"".count)
        return rest.split(separator: "\"").first.map(String.init)
    }

    static func step(_ desk: StaffDesk, _ title: String) async throws -> Resource? {
        try await desk.scratch.records.read(as: desk.scratch.caller, at: ScratchRecords.now, for: "test") {
            try $0.person("rosa", ["Task"]).all("Task").first { PlanStep($0).title == title }
        }
    }

    @Test func `a plan that follows the version in force has nothing to decide`() async throws {
        let (desk, cookie) = try await desk()
        try await desk.run { ask in
            let page = try await ask("/people/rosa/plan/protocols", cookie)
            #expect(page.status == 200)
            #expect(page.text.contains("version 1.1.0") && page.text.contains("There is nothing to decide."))
            #expect(Self.action(page.text) == nil)
            #expect(!(try await ask("/people/rosa/plan", cookie)).text.contains("changed, to decide"))
        }
    }

    @Test(arguments: Engines.all)
    func `a newer pack of the site is offered side by side, and what is decided is done with its reason`(
        _ engine: TestEngine
    ) async throws {
        let (desk, cookie) = try await desk(engine)
        try await Self.publish(desk)
        try await desk.run { ask in
            #expect((try await ask("/people/rosa/plan", cookie)).text.contains("Protocols: 1 changed, to decide"))
            let page = try await ask("/people/rosa/plan/protocols", cookie)
            for words in [
                "from version 1.1.0 to 1.2.0", "Title: Make sure there is a scale and teach weighing",
                "Title: Bring a scale &amp; teach weighing", "Change to the new version",
            ] { #expect(page.text.contains(words), "\(words)") }
            let action = try #require(Self.action(page.text))
            let seen = try #require(Self.hidden("seen", page.text))
            let csrf = try #require(Self.hidden("csrf", page.text))
            // Looking changes nothing, and nothing is done without a reason; what was chosen stays chosen.
            var form = Form([("csrf", csrf), ("seen", seen), ("deed-scale", "keep"), ("reason", " ")])
            for item in page.text.split(separator: "name=\"deed-").dropFirst() {
                if let id = item.split(separator: "\"").first, form["deed-\(id)"] == nil {
                    form.set("deed-\(id)", "change")
                }
            }
            let refused = try await ask(action, cookie, method: .post, form: form)
            #expect(refused.status == 422 && refused.text.contains("Say why."))
            #expect(try await Self.step(desk, "Bring a scale & teach weighing") == nil)
            form.set("reason", "She has had the new scale since May.")
            for item in page.text.split(separator: "name=\"deed-").dropFirst() {
                if let id = item.split(separator: "\"").first { form.set("deed-\(id)", "change") }
            }
            let done = try await ask(action, cookie, method: .post, form: form)
            #expect(done.status == 303)
            let step = try #require(try await Self.step(desk, "Bring a scale & teach weighing"))
            #expect(step.root.list("note").last?.text("text")?.contains("She has had the new scale since May.") == true)
            let after = try await ask("/people/rosa/plan/protocols", cookie)
            #expect(after.text.contains("version 1.2.0") && after.text.contains("She has had the new scale since May."))
            #expect(Self.action(after.text) == nil)
            // Sent twice, it is told and not done twice.
            #expect((try await ask(action, cookie, method: .post, form: form)).status == 422)
            #expect(try await Self.step(desk, "Bring a scale & teach weighing")?.version == step.version)
        }
    }

    @Test func `what somebody wrote since the page was read is looked at before it is decided on`() async throws {
        let (desk, cookie) = try await desk()
        try await Self.publish(desk)
        try await desk.run { ask in
            let page = try await ask("/people/rosa/plan/protocols", cookie)
            let action = try #require(Self.action(page.text))
            let form = Form([
                ("csrf", try #require(Self.hidden("csrf", page.text))),
                ("seen", try #require(Self.hidden("seen", page.text))),
                ("reason", "The guidance changed."),
            ])
            let title = "Make sure there is a scale and teach weighing"
            let step = try #require(try await Self.step(desk, title))
            try await desk.scratch.records.write(as: desk.scratch.caller, at: ScratchRecords.now) { change in
                var json = step.value
                json["note"] = [["text": "The scale is at her sister's."]]
                try change.update(json, ifVersion: step.version)
            }
            let answer = try await ask(action, cookie, method: .post, form: form)
            #expect(answer.status == 422)
            #expect(answer.text.contains("Something changed while you looked."))
            #expect(answer.text.contains("There are notes on it.") && answer.text.contains("The guidance changed."))
            #expect(try await Self.step(desk, title) != nil)
        }
    }

    @Test func `every protocol is listed, and any two of its versions can be compared`() async throws {
        let (desk, cookie) = try await desk()
        try await desk.run { ask in
            let list = try await ask("/protocols", cookie)
            #expect(list.status == 200 && list.text.contains("href=\"/protocols/protocol-heart-failure\""))
            let one = try await ask("/protocols/protocol-heart-failure", cookie)
            #expect(one.text.contains("Version 1.1.0 is in force.") && one.text.contains("There is one version."))
            try await Self.publish(desk)
            let both = try await ask("/protocols/protocol-heart-failure?from=1.2.0&to=1.1.0", cookie)
            #expect(both.text.contains("Version 1.2.0 is in force."))
            #expect(
                both.text.contains(
                    "<td class=\"kept\" data-label=\"Version 1.2.0\">Title: Bring a scale &amp; teach weighing</td>"))
            #expect((try await ask("/protocols/nothing", cookie)).status == 404)
            #expect((try await ask("/protocols/protocol-heart-failure?from=x&to=%3Cb%3E", cookie)).status == 200)
        }
    }
}
