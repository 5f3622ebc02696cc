import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// A form that is kept while it is typed, one question at a time, with what was known before.
struct FormFillingTests {
    private func desk() async throws -> (StaffDesk, String) {
        let desk = try await StaffDesk.open()
        try await desk.scratch.put(["resourceType": "Patient", "birthDate": "1950-01-31", "gender": "female"], id: "p")
        return (desk, try await desk.signIn("ruth", [.careManager]))
    }

    private static func value(_ name: String, _ text: String) -> String {
        text.components(separatedBy: "name=\"\(name)\" value=\"").dropFirst().first?.components(separatedBy: "\"").first
            ?? ""
    }

    @Test func `what is typed is kept, over the version that was kept before`() async throws {
        let (desk, ruth) = try await desk()
        try await desk.run { ask in
            let page = try await ask("/people/p/assess/phq-9", ruth).text
            let base = [("csrf", Self.value("csrf", page)), ("id", Self.value("id", page)), ("do", "typing")]
            func type(_ more: [(String, String)]) async throws -> JSONNode {
                let sent = try await ask("/people/p/assess/phq-9", ruth, method: .post, form: Form(base + more))
                #expect(sent.status == 200)
                return try JSONDocument(text: sent.text).root
            }
            #expect(try await type([])["version"] == nil)
            #expect(try await type([("44250-9", "LA6568-5")])["version"]?.int == 1)
            #expect(
                try await type([("44250-9", "LA6568-5"), ("44255-8", "LA6569-3"), ("version", "1")])["version"]?.int
                    == 2)
            // Somebody else, from the first version: another question goes in beside, the same one does not.
            let beside = try await type([("44250-9", "LA6568-5"), ("44259-0", "LA6569-3"), ("version", "1")])
            #expect(beside["version"]?.int == 3 && beside["fill"]?.list("44255-8").map(\.string) == ["LA6569-3"])
            #expect(try await type([("44255-8", "LA6571-9"), ("version", "1")])["conflict"]?.bool == true)
            let danger = try await type([("44260-8", "LA6569-3"), ("version", "3")])
            #expect(danger["danger"]?.bool == true)
        }
    }

    @Test func `one question at a time says where one is, and goes on`() async throws {
        let (desk, ruth) = try await desk()
        try await desk.run { ask in
            let whole = try await ask("/people/p/assess/phq-2", ruth).text
            #expect(whole.contains("One question at a time"))
            let page = try await ask("/people/p/assess/phq-2?one=", ruth).text
            #expect(page.contains("1 / 2") && page.contains("44250-9") && !page.contains("44255-8"))
            let sent = try await ask(
                "/people/p/assess/phq-2", ruth, method: .post,
                form: Form([
                    ("csrf", Self.value("csrf", page)), ("id", Self.value("id", page)), ("place", "44250-9"),
                    ("44250-9", "LA6569-3"), ("do", "next"),
                ]))
            let next = try await ask(sent.header("location") ?? "", ruth).text
            #expect(next.contains("2 / 2") && next.contains("name=\"place\" value=\"44255-8\""))
        }
    }

    @Test func `what was known is confirmed with one press, and the response says so`() async throws {
        let (desk, ruth) = try await desk()
        try await desk.scratch.put(
            [
                "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "subject": ["reference": "Patient/p"], "authoredOn": "2026-03-04",
                "medicationCodeableConcept": ["text": "Metformin"],
            ], id: "m")
        try await desk.run { ask in
            let page = try await ask("/people/p/assess/whole-person-intake", ruth).text
            #expect(page.contains("medicines in the records, not reconciled, 4 Mar"))
            #expect(page.contains("name=\"ok.medicines-list\" value=\"yes\"><span>This is right"))
            let base = [
                ("csrf", Self.value("csrf", page)), ("id", Self.value("id", page)), ("medicines-list", "Metformin"),
            ]
            let path = "/people/p/assess/whole-person-intake"
            let right = try await ask(path, ruth, method: .post, form: Form(base + [("do", "right")]))
            #expect(right.text.contains("name=\"ok.medicines-list\" value=\"yes\" checked"))
            let kept = try await ask(
                path, ruth, method: .post, form: Form(base + [("ok.medicines-list", "yes"), ("do", "draft")]))
            #expect(kept.status == 303)
        }
        let stored = try await desk.scratch.records.read(as: desk.scratch.caller, at: 0, for: "test") { reader in
            try reader.person("p", ["QuestionnaireResponse"]).all("QuestionnaireResponse").map {
                String(decoding: $0.root.raw, as: UTF8.self)
            }
        }
        #expect(stored.first?.contains("urn:almoner:extension:confirmed\",\"valueBoolean\":true") == true)
    }
}
