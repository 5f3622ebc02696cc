import FHIR
import Testing

@testable import Care

struct MakeResourcesTests {
    let library: InstrumentLibrary
    let by = AnsweredBy(
        subject: "Patient/p1", author: "Practitioner/n1", source: "Patient/p1", encounter: "Encounter/e1",
        at: "2026-03-06T10:15:00-05:00")

    init() throws { library = try InstrumentLibraryTests.shipped() }

    @Test func `a response reads back as the same answers`() throws {
        let form = try #require(library["whole-person-intake"])
        let answers: Answers = [
            "mood-stress": [.code("some")], "home-hazards": [.code("rugs"), .code("stairs")],
            "medical-ed-visits": [.integer(3)], "adl-washing": [.code("alone")], "mood-conclusion": [.text("Öl \"x\"")],
        ]
        let response = try form.response(id: "r1", answers: answers, by: by).document().root
        #expect(form.answers(from: response) == answers)
        #expect(response.text("questionnaire") == "urn:almoner:questionnaire:whole-person-intake|1.0.0")
        #expect(response.text("status") == "completed")
        #expect(library.named(by: "urn:almoner:questionnaire:whole-person-intake|1.0.0")?.name == form.name)
    }

    @Test func `a PHQ-9 becomes nine items, a total, a panel, and a screen that stands beside them`() throws {
        let form = try #require(library["phq-9"])
        let answers = ScoreAnswersTests.spread(12, over: ScoreAnswersTests.phq9)
        let made = form.observations(
            answers: answers, screening: form.score(answers), response: "QuestionnaireResponse/r1", by: by,
            id: { "r1-\($0)" })
        let nodes = try made.map { try $0.document().root }
        #expect(nodes.count == 12)
        let total = try #require(nodes.first { $0.text("id") == "r1-total" })
        #expect(total.text("code", "coding", "code") == "44261-6")
        #expect(total.at("valueQuantity", "value")?.int == 12)
        #expect(total.text("valueQuantity", "code") == "{score}")
        #expect(total.text("interpretation", "text") == "moderate")
        #expect(total.text("derivedFrom", "reference") == "QuestionnaireResponse/r1")
        #expect(total.text("extension", "valueString") == "phq-9 2001")
        let panel = try #require(nodes.last)
        #expect(panel.text("code", "coding", "code") == "44249-1")
        #expect(
            panel.list("hasMember").compactMap { $0.text("reference") }
                == nodes.dropLast().filter { $0.text("id") != "r1-screen" }.compactMap {
                    $0.text("id").map { "Observation/\($0)" }
                })
        for node in nodes {
            #expect(node.text("category", "coding", "code") == "survey")
            #expect(node.text("subject", "reference") == "Patient/p1")
        }
        let first = try #require(nodes.first)
        #expect(first.text("valueCodeableConcept", "coding", "code") == "LA6571-9")
    }

    @Test func `an incomplete form stays in progress and has no total`() throws {
        let form = try #require(library["phq-9"])
        let answers: Answers = ["44260-8": [.code("LA6569-3")]]
        #expect(form.response(id: "r", answers: answers, by: by)["status"] == "in-progress")
        let made = form.observations(
            answers: answers, screening: form.score(answers), response: "QuestionnaireResponse/r", by: by, id: { $0 })
        #expect(made.compactMap { $0["id"]?.string } == ["44260-8", "panel"])
    }

    @Test func `a form without a code of its own gathers its items under the total`() throws {
        let form = try #require(library["sils"])
        let answers: Answers = ["93157-6": [.code("LA10082-8")]]
        let made = form.observations(
            answers: answers, screening: form.score(answers), response: "QuestionnaireResponse/r", by: by, id: { $0 })
        #expect(made.count == 2)
        #expect(made.last?["hasMember"]?.array.count == 1)
    }

    @Test func `an answer that means a need carries the category sdoh`() throws {
        let form = try #require(library["whole-person-intake"])
        let answers: Answers = ["barriers-food": [.code("often-hard")], "mood-now": [.text("fine")]]
        let made = form.observations(
            answers: answers, screening: form.score(answers), response: "QuestionnaireResponse/r", by: by, id: { $0 })
        let food = made.first { $0["id"] == "barriers-food" }
        #expect(food?["category"]?.array.count == 2)
        #expect(made.first { $0["id"] == "mood-now" }?["valueString"] == "fine")
    }
}
