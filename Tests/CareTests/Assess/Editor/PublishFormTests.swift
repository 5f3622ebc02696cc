import Access
import Content
import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Care

struct PublishFormTests {
    private static let today = CalendarDay(daysSinceEpoch: FHIRDate.days(CareDesk.now))

    /// A form of two questions that are added up, one of which means danger, in both languages.
    static let fields: [(name: String, value: String)] = [
        ("title", "Sleep at our place"), ("title-es", "El sueño"), ("purpose", "How you sleep."),
        ("purpose-es", "Cómo duerme."), ("source", "Lake Shore Care, 2026"), ("terms", "Our own words"),
        ("group", "daily-life"), ("from-age", "18"), ("again-days", "30"),
        ("q0-text", "How often do you wake at night?"), ("q0-es", "¿Cada cuánto despierta de noche?"),
        ("q0-kind", "choice"), ("q0-choices", "0 | Never | Nunca\n1 | At times | A veces\n2 | Each night | Cada noche"),
        ("q0-required", "yes"), ("q1-text", "Do you feel that you can not go on?"),
        ("q1-es", "¿Siente que no puede más?"), ("q1-kind", "choice"), ("q1-choices", "0 | No | No\n1 | Yes | Sí"),
        ("q1-danger", "self-harm"), ("q1-required", "yes"), ("combine", "sum"), ("cut-off", "2"),
        ("bands", "0-1 | well | Nothing more for now.\n2-3 | poor | Talk about sleep."),
    ]

    private func with(_ changes: [String: String?]) -> [(name: String, value: String)] {
        var fields = Self.fields.filter { changes[$0.name] == nil }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) { if let value { fields.append((name, value)) } }
        return fields
    }

    private func desk() async throws -> (CareDesk, Caller) {
        (try await CareDesk.open(), Caller(account: "ada", name: "Ada", roles: [.administrator]))
    }

    @discardableResult
    private func save(
        _ desk: CareDesk, _ ada: Caller, _ fields: [(name: String, value: String)] = Self.fields, version: Int = 0,
        name: String = "our-sleep"
    ) async throws -> FormState {
        let verb = SaveForm(draft: FormDraft(name: name, fields: fields), version: version, care: desk.care)
        let stored = try await desk.records.write(as: ada, at: CareDesk.now) { try verb.perform(in: $0) }
        return FormState(stored, desk.care)
    }

    private func publish(
        _ desk: CareDesk, _ ada: Caller, version: Int, from day: CalendarDay = Self.today
    ) async throws -> Resource {
        let verb = PublishForm(
            name: "our-sleep", version: version, start: day.text, today: Self.today, care: desk.care)
        return try await desk.records.write(as: ada, at: CareDesk.now) { try verb.perform(in: $0) }
    }

    /// What another process does, which has its own library.
    private func read(_ desk: CareDesk, _ library: InstrumentLibrary, on day: CalendarDay = Self.today) async throws {
        try await desk.records.read(as: .system("forms"), at: CareDesk.now, for: "forms") {
            try library.site.read(by: $0, today: day.text, shipped: library.shippedNames)
        }
    }

    @Test func `a draft is checked by the rules of forms that come with the program, and is scored`() async throws {
        let (desk, ada) = try await desk()
        let state = try await save(desk, ada)
        #expect(state.problems.isEmpty)
        let form = try #require(state.form)
        #expect(form.languages == ["es"] && form.asking.group == .dailyLife && form.asking.fromAge == 18)
        let sample = FormSample(
            form, ["our-sleep-q1": [.code("each-night")], "our-sleep-q2": [.code("yes")]])
        #expect(sample.words == "total 3, poor, self-harm")
        #expect(form.scoring?.safety.first?.asks.line == "988")
    }

    @Test func `what is not finished is kept and named by its field`() async throws {
        let (desk, ada) = try await desk()
        let state = try await save(
            desk, ada,
            with([
                "source": nil, "q0-choices": "0 | Never | Nunca\nx | At times", "bands": "0-4",
                "q1-choices": "No\nYes", "cut-off": "two",
            ]))
        #expect(state.form == nil)
        let fields = Set(state.problems.map(\.field))
        #expect(fields.isSuperset(of: ["source", "q0-choices", "bands", "q1-danger", "cut-off"]))
        #expect(state.draft.text("q0-choices") == "0 | Never | Nunca\nx | At times")
        // Bands that do not cover every total are found by the same check as at start.
        let gap = try await save(desk, ada, with(["bands": "0-1 | well | Nothing."]), version: 1)
        #expect(gap.problems.map(\.field) == ["check"])
        await #expect(throws: FormProblems.self) { try await publish(desk, ada, version: 2) }
    }

    @Test func `two processes ask what is published, and an answer keeps the version it was asked in`() async throws {
        let (desk, ada) = try await desk()
        try await save(desk, ada)
        let first = try await publish(desk, ada, version: 1)
        #expect(first.id == "form-our-sleep-v1" && first.root.text("status") == "active")
        let here = desk.care.instruments
        let there = try InstrumentLibraryTests.shipped()
        for library in [here, there] {
            try await read(desk, library)
            #expect(library["our-sleep"]?.title == "Sleep at our place")
            #expect(library.all.contains { $0.name == "our-sleep" })
        }
        let form = try #require(here["our-sleep"])
        let answers: Answers = ["our-sleep-q1": [.code("never")], "our-sleep-q2": [.code("no")]]
        try await desk.act { change in
            _ = try SubmitAssessment(
                person: "dee", instrument: form, answers: answers, id: "an-answer-kept", version: nil, closing: true,
                library: here
            ).perform(in: change)
        }
        try await save(
            desk, ada, with(["q0-text": "How do you sleep?", "bands": "0-0 | well | Good.\n1-3 | poor | Talk."]),
            version: 1)
        let second = try await publish(desk, ada, version: 2)
        try await read(desk, here)
        #expect(second.root.text("version") == "2")
        #expect(here["our-sleep"]?.questions.first?.text == "How do you sleep?")
        let response = try await desk.get("QuestionnaireResponse", "an-answer-kept")
        #expect(response.root.text("questionnaire") == "urn:almoner:questionnaire:our-sleep|1")
        let record = try await desk.look { try $0.person("dee", AssessmentHistory.reads) }
        let entry = try #require(AssessmentHistory.of(record, library: here, now: CareDesk.now).entries.first)
        #expect(entry.instrument.questions.first?.text == "How often do you wake at night?")
        let old = try await desk.records.read(as: ada, at: CareDesk.now, for: "test") {
            try $0.get("Questionnaire", "form-our-sleep-v1")
        }
        #expect(old.root.text("status") == "retired")
    }

    @Test func `a version waits for its day, and the one before it holds until then`() async throws {
        let (desk, ada) = try await desk()
        try await save(desk, ada)
        _ = try await publish(desk, ada, version: 1)
        try await save(desk, ada, with(["title": "Sleep, anew"]), version: 1)
        _ = try await publish(desk, ada, version: 2, from: Self.today.adding(days: 10))
        let library = desk.care.instruments
        try await read(desk, library, on: Self.today.adding(days: 9))
        #expect(library["our-sleep"]?.origin.version == "1")
        try await read(desk, library, on: Self.today.adding(days: 10))
        #expect(library["our-sleep"]?.title == "Sleep, anew")
        try await desk.records.write(as: ada, at: CareDesk.now) {
            try RetireForm(name: "our-sleep", today: Self.today).perform(in: $0)
        }
        try await read(desk, library, on: Self.today.adding(days: 10))
        #expect(library["our-sleep"] == nil)
    }

    @Test func `a sample that comes to something else stops the publishing`() async throws {
        let (desk, ada) = try await desk()
        try await save(desk, ada)
        let answers: Answers = ["our-sleep-q1": [.code("each-night")], "our-sleep-q2": [.code("no")]]
        let keep = KeepSample(name: "our-sleep", version: 1, answers: answers, care: desk.care)
        try await desk.records.write(as: ada, at: CareDesk.now) { try keep.perform(in: $0) }
        let state = try await save(
            desk, ada, with(["bands": "0-2 | well | Nothing.\n3-3 | poor | Talk."]), version: 2)
        #expect(
            state.problems.map(\.message) == ["A sample was kept as total 2, poor, and now comes to total 2, well."])
        await #expect(throws: FormProblems.self) { try await publish(desk, ada, version: 3) }
    }

    @Test func `names of shipped forms, of others and odd ones are refused, and so is who has not the office`()
        async throws
    {
        let (desk, ada) = try await desk()
        for name in ["phq-9", "epds", "No", "-x1", "../etc", "a"] {
            await #expect(throws: FormProblems.self, "\(name)") { try await save(desk, ada, name: name) }
        }
        try await save(desk, ada)
        await #expect(throws: FormProblems("name", "There is a form of this name already.")) {
            try await save(desk, ada)
        }
        let care = desk.care
        await #expect(throws: NotNow.self) {
            try await desk.act {
                try SaveForm(draft: FormDraft(name: "mine", fields: []), version: 0, care: care).perform(in: $0)
            }
        }
        await #expect(throws: FormProblems.self) {
            try await publish(desk, ada, version: 1, from: Self.today.adding(days: -1))
        }
    }

    @Test func `a pasted Questionnaire keeps its items, and what is not known is said`() async throws {
        let (desk, ada) = try await desk()
        let json = """
            {"resourceType": "Questionnaire", "status": "draft", "item": [{"linkId": "a", "type": "group", "text": "You",
            "item": [{"linkId": "b", "type": "text", "text": "How are you?"}]}]}
            """
        let about = Self.fields.filter { !$0.name.hasPrefix("q") && !$0.name.hasSuffix("-es") && $0.name != "combine" }
        let state = try await save(desk, ada, about + [("import", json)])
        #expect(state.problems.isEmpty && state.form?.questions.map(\.linkId) == ["b"])
        let odd = try await save(
            desk, ada,
            about + [("import", json.replacing("\"text\", \"text\": \"How", with: "\"nonsense\", \"text\": \"How"))],
            version: 1)
        #expect(!odd.problems.isEmpty)
        #expect(try await save(desk, ada, about + [("import", "{")], version: 2).problems.first?.field == "import")
    }
}
