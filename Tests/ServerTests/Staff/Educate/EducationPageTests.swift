import Access
import Care
import FHIR
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

struct EducationPageTests {
    private func desk(language: String = "es") async throws -> (StaffDesk, String) {
        let desk = try await StaffDesk.open()
        try await desk.scratch.put(
            [
                "resourceType": "Patient", "name": [["given": ["Rosa"], "family": "Diaz"]], "birthDate": "1950-02-03",
                "communication": [["language": ["coding": [["code": .string(language)]]], "preferred": true]],
            ], id: "rosa")
        try await desk.scratch.put(
            [
                "resourceType": "Condition", "subject": ["reference": "Patient/rosa"],
                "code": [
                    "coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"]],
                    "text": "Heart failure of old",
                ],
            ], id: "heart")
        return (desk, try await desk.signIn("sue", [.supervisor]))
    }

    @Test func `the sheet that fits is offered with its reason, and opens in the person's language`() async throws {
        let (desk, cookie) = try await desk()
        try await desk.run { ask in
            let page = try await ask("/people/rosa/education", cookie)
            #expect(page.status == 200)
            #expect(page.text.contains("For Heart failure of old"))
            #expect(page.text.contains("<option value=\"heart-failure\" selected>"))
            let sheet = try await ask("/people/rosa/education/heart-failure", cookie)
            #expect(sheet.text.contains("<html lang=\"es\"") && sheet.text.contains("Llame al 911."))
            let short = try await ask("/people/rosa/education/heart-failure?lang=en&level=short", cookie)
            #expect(short.text.contains("<html lang=\"en\"") && short.text.contains("What to know"))
            #expect(try await ask("/people/rosa/education/nothing", cookie).status == 404)
            #expect(try await ask("/people/nobody/education", cookie).status == 404)
        }
    }

    @Test func `a form with nothing chosen comes back with what was typed and what is missing`() async throws {
        let (desk, cookie) = try await desk()
        try await desk.run { ask in
            let page = try await ask("/people/rosa/education", cookie)
            let csrf = try #require(page.text.firstMatch(of: /name="csrf" value="([^"]+)"/)?.1)
            let sent = Form([("csrf", String(csrf)), ("id", "a-given-sheet"), ("sheet", "falls"), ("level", "short")])
            let back = try await ask("/people/rosa/education", cookie, method: .post, form: sent)
            #expect(back.status == 422)
            #expect(back.text.contains("Choose how it was given.") && back.text.contains("Choose the language."))
            #expect(back.text.contains("<option value=\"falls\" selected>"))
        }
    }

    @Test func `what was given keeps its words though the sheet changes, and nobody else's is shown`() async throws {
        let (desk, cookie) = try await desk()
        let attachment: JSON = [
            "contentType": "text/plain", "language": "en", "title": "Old sheet",
            // "Old sheet\nWhat it was\n- Rest in bed."
            "data": "T2xkIHNoZWV0CldoYXQgaXQgd2FzCi0gUmVzdCBpbiBiZWQu",
        ]
        try await desk.scratch.put(
            [
                "resourceType": "Communication", "status": "completed", "subject": ["reference": "Patient/rosa"],
                "instantiatesUri": ["urn:almoner:education:heart-failure|0.1.0"], "sent": "2020-01-02",
                "payload": [["contentAttachment": attachment]],
            ], id: "old")
        try await desk.scratch.put(["resourceType": "Patient", "name": [["family": "Other"]]], id: "other")
        try await desk.run { ask in
            let sheet = try await ask("/people/rosa/education/heart-failure?given=old", cookie)
            #expect(sheet.text.contains("Rest in bed.") && sheet.text.contains("Version 0.1.0"))
            #expect(!sheet.text.contains("Eat less salt"))
            #expect(try await ask("/people/other/education/heart-failure?given=old", cookie).status == 404)
            #expect(try await ask("/people/rosa/education/falls?given=old", cookie).status == 404)
        }
    }
}
