import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

struct AssessmentPageTests {
    private func desk(_ born: String, language: String? = nil) async throws -> (StaffDesk, String) {
        let desk = try await StaffDesk.open()
        try await desk.scratch.put(
            .compact([
                "resourceType": "Patient", "birthDate": .string(born), "gender": "female",
                "communication": language.map { code in
                    [["language": ["coding": [["system": "urn:ietf:bcp:47", "code": .string(code)]]]]]
                },
            ]), id: "p")
        return (desk, try await desk.signIn("ruth", [.careManager]))
    }

    @Test func `a form is read in the language of the person, and in the other one by a link`() async throws {
        let (desk, ruth) = try await desk("1980-01-31", language: "es-US")
        try await desk.run { ask in
            let page = try await ask("/people/p/assess/phq-2", ruth)
            #expect(page.status == 200)
            #expect(page.text.contains("<legend lang=\"es\">1. Poco interés o placer en hacer cosas</legend>"))
            #expect(page.text.contains("lang=\"es\">PHQ-2: dos preguntas sobre el ánimo</h2>"))
            #expect(page.text.contains("language=en\" lang=\"en\" hreflang=\"en\">English</a>"))
            let english = try await ask("/people/p/assess/phq-2?language=en", ruth)
            #expect(english.text.contains("<legend>1. Little interest or pleasure in doing things</legend>"))
            #expect(english.text.contains("language=es\" lang=\"es\" hreflang=\"es\">Español</a>"))
            #expect(!english.text.contains("Poco interés"))
        }
    }

    @Test func `a form without the person's language says so`() async throws {
        let (desk, ruth) = try await desk("2016-01-31", language: "es")
        try await desk.run { ask in
            let child = try await ask("/people/p/assess/psc-17", ruth)
            #expect(child.text.contains("There is no wording in Spanish for this form"))
            #expect(!child.text.contains("language=es"))
        }
        let (other, sam) = try await self.desk("2016-01-31")
        try await other.run { ask in
            let child = try await ask("/people/p/assess/psc-17", sam)
            #expect(child.status == 200 && !child.text.contains("There is no wording"))
        }
    }

    @Test func `what was answered in Spanish is kept as it was shown`() async throws {
        let (desk, ruth) = try await desk("1980-01-31")
        try await desk.run { ask in
            let page = try await ask("/people/p/assess/phq-2?language=es", ruth)
            let csrf = page.text.between("name=\"csrf\" value=\"", "\"")
            let id = page.text.between("name=\"id\" value=\"", "\"")
            let form = Form([
                ("csrf", csrf), ("id", id), ("44250-9", "LA6568-5"), ("44255-8", "LA6568-5"), ("do", "finish"),
            ])
            let sent = try await ask("/people/p/assess/phq-2?language=es", ruth, method: .post, form: form)
            #expect(sent.status == 303)
            let result = try await ask(sent.header("location") ?? "", ruth)
            #expect(result.text.contains("Little interest or pleasure in doing things: Not at all (0)"))
        }
        let stored = try await desk.scratch.records.read(as: desk.scratch.caller, at: 0, for: "test") { reader in
            try reader.person("p", ["QuestionnaireResponse"]).all("QuestionnaireResponse")
        }
        #expect(stored.map { $0.root.text("language") } == ["es"])
    }

    @Test func `the list shows what fits the age, and what waits for the site's wording`() async throws {
        let (desk, ruth) = try await desk("2012-01-31")
        try await desk.run { ask in
            let page = try await ask("/people/p/assess", ruth).text
            let main = page.between("<h2 id=\"due\">", "<summary>Made for other people</summary>")
            #expect(main.contains("PSC-17") && main.contains("Whole-person intake of a child"))
            #expect(!main.contains("GAD-7") && !main.contains("PHQ-9: nine"))
            let slots = page.between("<summary>Needs the site’s wording</summary>", "</details>")
            #expect(slots.contains("PHQ-9 modified for teens") && slots.contains("instruments/phq-9m.json"))
            #expect(!slots.contains("Mini-Cog"))
        }
    }

    @Test func `an answer that cannot wait shows whom to call, in the language it was asked in`() async throws {
        let (desk, ruth) = try await desk("1950-01-31")
        try await desk.run { ask in
            let page = try await ask("/people/p/assess/heart-failure-check?language=es", ruth)
            let form = Form([
                ("csrf", page.text.between("name=\"csrf\" value=\"", "\"")),
                ("id", page.text.between("name=\"id\" value=\"", "\"")), ("hf-chest", "LA33-6"), ("do", "finish"),
            ])
            let sent = try await ask(
                "/people/p/assess/heart-failure-check?language=es", ruth, method: .post, form: form)
            #expect(sent.status == 422)
            #expect(sent.text.contains("Please get help now"))
            #expect(sent.text.contains("<p class=\"big\" lang=\"es\">Por favor llame al 911 ahora"))
            #expect(sent.text.contains("href=\"tel:911\""))
        }
    }
}

extension String {
    /// What stands between two texts; empty when they are not there.
    fileprivate func between(_ start: String, _ end: String) -> String {
        guard let from = range(of: start), let to = self[from.upperBound...].range(of: end) else {
            return ""
        }
        return String(self[from.upperBound..<to.lowerBound])
    }
}
