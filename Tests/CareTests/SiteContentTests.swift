import Content
import FHIR
import Foundation
import Testing

@testable import Care

/// What a site puts into the content folder of its data folder is there at the next start, without a build.
struct SiteContentTests {
    private func folder(_ files: [String: String]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "site-content-\(UUID().uuidString)")
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        return folder
    }

    private static let form = """
        {"resourceType": "Questionnaire", "url": "urn:almoner:questionnaire:our-steps", "version": "1", "title": "Our steps",
         "status": "active", "description": "How far you walk.", "copyright": "Ours",
         "extension": [{"url": "urn:almoner:extension:source", "valueString": "Lake Shore Care"},
          {"url": "urn:almoner:extension:licence", "valueString": "Ours"},
          {"url": "urn:almoner:extension:scoring", "valueUri": "urn:almoner:scoring:our-steps"}],
         "effectivePeriod": {"start": "2026-01-01"},
         "item": [{"linkId": "far", "type": "choice", "text": "How far?", "answerOption": [
          {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 0}],
           "valueCoding": {"system": "urn:x", "code": "far", "display": "Far"}},
          {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 1}],
           "valueCoding": {"system": "urn:x", "code": "near", "display": "Near"}}]}]}
        """
    private static let rules = """
        kind: form-rules
        asking: {group: daily-life, ages: {from: 65}}
        scoring:
          title: Our steps
          source: Lake Shore Care
          version: "1"
          licence: {decision: ship, textStatus: embedded, terms: Ours}
          effectiveFrom: 2026-01-01
          total: {system: "urn:x", code: steps, display: Steps, from: 0, to: 1}
          items: [far]
          missing: refuse
          positive: {any: 1}
          bands:
            - {from: 0, to: 0, severity: well, action: "Nothing."}
            - {from: 1, to: 1, severity: little, action: "Talk about it."}
        """

    @Test func `a form with its rules, a programme, a plan, a sheet and a list for reviews`() throws {
        let folder = try folder([
            "instruments/our-steps.json": Self.form, "instruments/our-steps.yaml": Self.rules,
            "programs/our-care.yaml": ShippedContent.text("programs/chronic-care.yaml")
                .replacing("id: chronic-care", with: "id: our-care").replacing(
                    "title: Chronic care", with: "title: Our care"),
            "plans/our-falls.yaml": ShippedContent.text("plans/falls.yaml").replacing(
                "id: falls", with: "id: our-falls"),
            "education/our-sheet.yaml": ShippedContent.text("education/falls.yaml")
                .replacing("id: falls", with: "id: our-sheet").replacing("pack: falls", with: "pack: our-falls"),
            "review/ours.yaml": ShippedContent.text("review/care-management.yaml")
                .replacing("id: care-management", with: "id: ours"),
        ])
        let care = try CareContent(content: Content(folder: folder))
        let form = try #require(care.instruments["our-steps"])
        #expect(form.asking.fromAge == 65)
        #expect(form.score(["far": [.code("near")]]).band?.severity == "little")
        // Its questions have no codes of their own: the total names no members, for FHIR knows no empty list.
        let given: Answers = ["far": [.code("near")]]
        let made = form.observations(
            answers: given, screening: form.score(given), response: "QuestionnaireResponse/r",
            by: AnsweredBy(subject: "Patient/p", at: "2026-11-20T15:00:00Z")
        ) { $0 }
        #expect(made.count == 1 && made.first?["hasMember"] == nil)
        #expect(care.programs["our-care"]?.title == "Our care")
        #expect(care.plans["our-falls"] != nil)
        #expect(care.education["our-sheet"]?.pack == "our-falls")
        #expect(care.reviews.contains { $0.id == "ours" })
        try FileManager.default.removeItem(at: folder)
    }

    @Test func `a file that is wrong is named with what is wrong`() throws {
        let folder = try folder([
            "instruments/our-steps.json": Self.form,
            "instruments/our-steps.yaml": Self.rules.replacing(
                "to: 1, severity: little", with: "to: 2, severity: little"
            )
            .replacing("kind: form-rules", with: "kind: rules"),
        ])
        #expect(
            throws: InstrumentFailure(file: "instruments/our-steps.yaml", problem: "kind: it is not form-rules")
        ) {
            try CareContent(content: Content(folder: folder))
        }
        try FileManager.default.removeItem(at: folder)
    }
}
