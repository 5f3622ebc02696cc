import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

struct MedicinesPageTests {
    private static func open() async throws -> StaffDesk {
        let desk = try await StaffDesk.open()
        let now = desk.services.now()
        try await desk.scratch.put(
            ["resourceType": "Patient", "name": [["given": ["Delores"], "family": "Whitfield"]]], id: "p", at: now)
        try await desk.scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                "careManager": ["reference": "Practitioner/chi"],
            ], id: "e", at: now)
        try await desk.scratch.put(
            [
                "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "subject": ["reference": "Patient/p"],
                "medicationCodeableConcept": ["text": "Lisinopril 10 mg <b>tablet</b>"],
                "dosageInstruction": [["text": "once a day"]],
            ], id: "m", at: now)
        return desk
    }

    private static func csrf(_ text: String) -> String {
        text.components(separatedBy: "name=\"csrf\" value=\"").dropFirst().first?
            .components(separatedBy: "\"").first ?? ""
    }

    @Test func `a community health worker reads the comparison and is offered no decision`() async throws {
        let desk = try await Self.open()
        let worker = try await desk.signIn("chi", [Role(rawValue: "community-health-worker")])
        let provider = try await desk.signIn("pam", [Role(rawValue: "supervisor")])
        try await desk.run { ask in
            let page = try await ask("/people/p/medicines", worker)
            #expect(page.status == 200)
            #expect(page.text.contains("Lisinopril 10 mg &lt;b&gt;tablet"))
            #expect(!page.text.contains("type=\"radio\"") && !page.text.contains("/medicines/sign"))
            #expect(try await ask("/people/p/medicines", provider).text.contains("type=\"radio\""))
            let form = Form([("csrf", Self.csrf(try await ask("/account", worker).text)), ("lines", "aspirin 81 mg")])
            let refused = try await ask("/people/p/medicines/lists/home", worker, method: .post, form: form)
            #expect(refused.text.contains("Medicines are compared by somebody with a licence"))
            #expect(!(try await ask("/people/p/medicines", worker)).text.contains("aspirin"))
        }
    }

    @Test func `a list of another source is not there, and nothing is printed before a list is signed`() async throws {
        let desk = try await Self.open()
        let pam = try await desk.signIn("pam", [Role(rawValue: "supervisor")])
        try await desk.run { ask in
            #expect(try await ask("/people/p/medicines/lists/signed", pam).status == 404)
            #expect(try await ask("/people/p/medicines/lists/else", pam).status == 404)
            let print = try await ask("/people/p/medicines/print", pam)
            #expect(print.text.contains("No list of medicines has been signed yet"))
            #expect(try await ask("/people/p/medicines/versions", pam).text.contains("No list has been signed yet"))
        }
    }
}
