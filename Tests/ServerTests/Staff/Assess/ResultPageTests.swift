import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Care
@testable import Server

/// What a result shows beside its score: what it asks for, how it stands beside those before, who looks after a danger.
struct ResultPageTests {
    private func desk() async throws -> (StaffDesk, String) {
        let desk = try await StaffDesk.open()
        try await desk.scratch.put(
            [
                "resourceType": "Patient", "birthDate": "1980-01-31", "gender": "female", "name": [["family": "Bell"]],
            ], id: "p")
        return (desk, try await desk.signIn("ruth", [.careManager]))
    }

    private static let items = [
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
    ]

    /// Hands in a PHQ-9; gives the address of the result.
    private static func phq9(_ ask: StaffDesk.Asker, _ cookie: String, _ answers: [String]) async throws -> String {
        let page = try await ask("/people/p/assess/phq-9", cookie)
        let form = Form(
            [
                ("csrf", page.text.part("name=\"csrf\" value=\"", "\"")),
                ("id", page.text.part("name=\"id\" value=\"", "\"")), ("do", "finish"),
            ] + zip(items, answers).map { ($0, $1) })
        let sent = try await ask("/people/p/assess/phq-9", cookie, method: .post, form: form)
        #expect(sent.status == 303)
        return sent.header("location") ?? ""
    }

    private static func decide(
        _ ask: StaffDesk.Asker, _ cookie: String, _ result: String, _ fields: [(String, String)]
    ) async throws -> (status: Int, text: String, location: String) {
        let page = try await ask(result, cookie)
        let id = result.part("result=", "&")
        let form = Form([("csrf", page.text.part("name=\"csrf\" value=\"", "\"")), ("id", id)] + fields)
        let sent = try await ask("/people/p/assess/phq-9/offers", cookie, method: .post, form: form)
        return (sent.status, sent.text, sent.header("location") ?? "")
    }

    private static let most = Array(repeating: "LA6570-1", count: 8) + ["LA6568-5"]
    private static let few = Array(repeating: "LA6569-3", count: 8) + ["LA6568-5"]

    @Test func `offers are accepted, changed or declined with a reason, and said again with the next result`()
        async throws
    {
        let (desk, ruth) = try await desk()
        try await desk.run { ask in
            let result = try await Self.phq9(ask, ruth, Self.most)
            let page = try await ask(result, ruth).text
            #expect(page.contains("What this result asks for") && page.contains("PHQ-9: 16, moderately severe"))
            #expect(!page.contains("Ask C-SSRS"))
            let refused = try await Self.decide(ask, ruth, result, [("offer", "phq-9/repeat"), ("do", "decline")])
            #expect(refused.status == 422 && refused.text.contains("Choose why not."))
            #expect(refused.text.contains("href=\"#reason-2\"") && refused.text.contains("id=\"reason-2\""))
            let kept = try await Self.decide(
                ask, ruth, result,
                [
                    ("offer", "phq-9/feel-better"), ("do", "change"), ("title", "<b>I want to sing</b>"),
                    ("due", "1999-01-01"),
                ])
            #expect(kept.status == 422 && kept.text.contains("value=\"&lt;b&gt;I want to sing&lt;/b&gt;\""))
            for (offer, done) in [("phq-9/talk-treatment", "accept"), ("phq-9/talk-treatment", "accept")] {
                let sent = try await Self.decide(ask, ruth, result, [("offer", offer), ("do", done)])
                #expect(sent.status == 303 && sent.location.hasSuffix("done=offer-accepted"))
            }
            let declined = try await Self.decide(
                ask, ruth, result, [("offer", "phq-9/repeat"), ("do", "decline"), ("reason", "not-now")])
            #expect(declined.status == 303)
            let after = try await ask(declined.location, ruth).text
            #expect(after.contains("The reason is kept.") && after.contains("Something else comes first now"))
            #expect(after.contains(">Accepted</span>") && after.contains(">Declined</span>"))
            let programme = try await Self.decide(
                ask, ruth, result, [("offer", "phq-9/complex-care"), ("do", "accept")])
            #expect(programme.location == "/people/p/engage")

            let next = try await ask(try await Self.phq9(ask, ruth, Self.most), ruth).text
            #expect(next.contains("Declined the last time") && next.contains("Something else comes first now"))
            #expect(next.contains("The same as on"))
        }
        let steps = try await desk.scratch.records.read(as: desk.scratch.caller, at: 0, for: "test") { reader in
            try reader.person("p", ["Task"]).all("Task").map(CareTask.init).filter { $0.code == .intervention }
        }
        #expect(steps.count == 1)
    }

    @Test func `scores over time say what matters, with the numbers in a table`() async throws {
        let (desk, ruth) = try await desk()
        try await desk.scratch.put(
            [
                "resourceType": "Observation", "status": "final", "subject": ["reference": "Patient/p"],
                "code": ["coding": [["system": "http://loinc.org", "code": "44261-6"]]],
                "effectiveDateTime": "2026-01-15", "valueQuantity": ["value": 20],
            ], id: "old")
        try await desk.run { ask in
            let empty = try await ask("/people/p/scores", ruth)
            #expect(empty.status == 200 && empty.text.contains("Asked once."))
            let result = try await ask(try await Self.phq9(ask, ruth, Self.few), ruth).text
            #expect(result.contains("12 points better than on") && result.contains("a change that matters"))
            let scores = try await ask("/people/p/scores", ruth).text
            #expect(scores.contains("<svg class=\"chart\"") && scores.contains("<td>severe</td>"))
            #expect(scores.contains("5 points matter") && scores.contains("Löwe 2004"))
            #expect(scores.contains("<td>better, matters</td>") && scores.contains("<td>from elsewhere</td>"))
        }
    }

    @Test func `help stands on the page with the clock until somebody says what came of it`() async throws {
        let (desk, ruth) = try await desk()
        try await desk.run { ask in
            let result = try await Self.phq9(ask, ruth, Self.most.dropLast() + ["LA6569-3"])
            let page = try await ask(result, ruth).text
            #expect(page.contains("You do not have to carry this alone") && page.contains("to be acknowledged by"))
            #expect(page.contains("href=\"tel:988\""))
            try await desk.scratch.records.write(as: desk.scratch.caller, at: desk.services.now()) { change in
                let tasks = try change.reader.person("p", ["Task"]).all("Task").map(CareTask.init)
                let task = try #require(tasks.filter(\.isSafety).first)
                try AcknowledgeSafety(id: task.id, version: nil, outcome: .safeNow, note: "Spoke").perform(in: change)
            }
            #expect(try await !ask(result, ruth).text.contains("You do not have to carry this alone"))
        }
    }

    @Test func `a man is not offered the pregnancy check-in among his forms`() async throws {
        let (desk, ruth) = try await desk()
        try await desk.scratch.put(["resourceType": "Patient", "birthDate": "1990-01-31", "gender": "male"], id: "m")
        try await desk.run { ask in
            for (person, isOffered) in [("p", true), ("m", false)] {
                let page = try await ask("/people/\(person)/assess", ruth).text
                let main = page.part("<h2 id=\"others\">", "<summary>Made for other people</summary>")
                #expect(main.contains("Pregnancy check-in") == isOffered)
                #expect(page.contains("Pregnancy check-in"))
            }
        }
    }
}

extension String {
    /// What stands between two texts, or to the end; empty when the first is not there.
    fileprivate func part(_ start: String, _ end: String) -> String {
        guard let from = range(of: start) else {
            return ""
        }
        let to = self[from.upperBound...].range(of: end)?.lowerBound ?? endIndex
        return String(self[from.upperBound..<to])
    }
}
