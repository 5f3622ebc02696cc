import FHIR
import Testing

@testable import Care

/// What a Questionnaire of SDC may have, what has no effect and is said, and what is refused with its reason.
struct FormReadingTests {
    @Test func `a form of a site keeps its address, and what has no effect is named`() throws {
        let form = try FormFixture.homeVisit()
        #expect(form.canonical == "https://clinic.example/Questionnaire/home-visit|1.0.0")
        #expect(form.leftOut == ["the form: questionnaire-collapsible: it has no effect here"])
        #expect(form.item("weight")?.look.help.map(\.text) == ["Without shoes."])
        #expect(form.item("weight-help") == nil)
    }

    @Test func `HL7's example is read, with its value set and questions beneath questions`() throws {
        let form = try FormFixture.example()
        #expect(form.item("1.1")?.options.map(\.coding.code) == ["Y", "N", "asked-unknown"])
        #expect(form.item("1.1.1.1.1")?.text == "Angina Pectoris")
        let answers: Answers = ["1.1": [.code("Y")], "1.1.1.1": [.code("Y")], "1.1.1.1.1": [.code("N")]]
        #expect(form.check(answers).isEmpty)
        let response = try form.response(id: "r", answers: answers, by: Self.by).document().root
        #expect(form.answers(from: response) == answers)
        // What hangs on an answer that was taken back does not count.
        #expect(form.kept(answers.merging(["1.1": [.code("N")]]) { $1 }) == ["1.1": [.code("N")]])
    }

    @Test(arguments: [
        ("text/fhirpath", "text/cql", "there is no CQL here"),
        (".power(2)).round(1)", ".power(2)).frobnicate()", "is not FHIRPath that can be used here"),
        ("questionnaire-collapsible", "questionnaire-signatureRequired", "a signature cannot be given"),
        ("\"question\": \"medicine-missed\"", "\"question\": \"nowhere\"", "names nowhere, which is not there"),
        ("\"linkId\": \"steps\"", "\"linkId\": \"csrf\"", "pages need for themselves"),
        ("\"linkId\": \"steps\"", "\"linkId\": \"steps~2\"", "pages need for themselves"),
        ("[0-9]{5}", "(?=[0-9]{5})", "is not FHIRPath that can be used here"),
        ("\"Patient\"\n", "\"Device\"\n", "it asks about Device"),
        ("\"url\": \"https://clinic", "\"modifierExtension\": [{}], \"url\": \"https://clinic", "modifierExtension"),
    ])
    func `what cannot be used is refused with its reason`(found: String, put: String, reason: String) throws {
        let text = try FormFixture.text("home-visit").replacing(found, with: put)
        let failure = #expect(throws: InstrumentFailure.self) { try FormFixture.library("home-visit", text) }
        #expect(failure?.problem.contains(reason) == true, "\(failure?.description ?? "")")
    }

    static let by = AnsweredBy(subject: "Patient/p", at: "2026-03-06T10:15:00Z")

    @Test(arguments: [
        ("weight", "heavy", "Please enter a number from 1 to 700."), ("weight", "70.25", "1 digits after the point"),
        ("weight", "0.5", "from 1 to 700"), ("bed", "25:00", "a time like 14:30"), ("seen", "soon", "a day and a time"),
        ("steps", "2.5", "whole number from 0 to 200"), ("site", "not an address", "an address like"),
        ("helper", String(repeating: "x", count: 81), "shorten this to 80"),
    ])
    func `an answer that does not fit says why beside its question`(field: String, typed: String, why: String) throws {
        let form = try FormFixture.homeVisit()
        var fields = [(name: "weight", value: "70"), (name: "weight.unit", value: "kg")].filter { $0.name != field }
        fields.append((name: field, value: typed))
        let errors = form.check(form.answers(fromForm: fields))
        #expect(errors.map(\.linkId) == [field])
        #expect(errors.first?.message.contains(why) == true, "\(errors)")
    }

    @Test func `an answer that stands alone refuses company, and a unit that is not offered is refused`() throws {
        let form = try FormFixture.homeVisit()
        let answers = form.answers(fromForm: [
            ("weight", "70"), ("weight.unit", "stone"), ("dangers", "rugs"), ("dangers", "nothing"),
        ])
        #expect(form.check(answers).map(\.linkId) == ["weight", "dangers"])
    }

    @Test(arguments: [(2, false), (3, true), (100, true), (101, false)])
    func `all conditions have to hold where the form says all`(steps: Int, isOpen: Bool) throws {
        let form = try FormFixture.homeVisit()
        let kept = form.kept(["steps": [.integer(steps)], "rail": [.boolean(true)]])
        #expect((kept["rail"] != nil) == isOpen)
    }
}
