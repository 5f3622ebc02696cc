import CareTestSupport
import Content
import FHIR
import Records
import Testing

@testable import Care

struct OfferTests {
    private func desk() async throws -> CareDesk {
        let desk = try await CareDesk.open()
        try await desk.handIn("phq-9", total: 14, id: "response-1")
        return desk
    }

    @Test func `a band offers what its source suggests, with the reason and a day`() async throws {
        let offers = try await desk().offers("response-1")
        #expect(offers.map(\.offer.id) == ["phq-9/talk-treatment", "phq-9/feel-better", "phq-9/repeat"])
        #expect(offers.allSatisfy { $0.because == "PHQ-9: 14, moderate" && $0.decision == nil && $0.before == nil })
        #expect(offers.map { $0.due?.text } == ["2026-12-04", "2027-02-12", "2026-12-18"])
    }

    @Test func `what is accepted is made once, however often it is sent`() async throws {
        let desk = try await desk()
        let step = try #require(try await desk.accept("phq-9/talk-treatment", of: "response-1"))
        let again = try await desk.accept("phq-9/talk-treatment", of: "response-1")
        #expect(again == step)
        let task = try #require(try await desk.openTasks().first { "Task/\($0.id)" == step })
        #expect(task.code == .intervention && task.owner == "Practitioner/ruth")
        let decided = try #require(try await desk.offers("response-1").first?.decision)
        #expect(decided.answer == .accepted && decided.made == step && decided.by == "Practitioner/ruth")
        #expect(try await desk.all("CarePlan").count == 1)
    }

    @Test func `a goal and its day can be changed before they are made`() async throws {
        let desk = try await desk()
        await #expect {
            _ = try await desk.accept("phq-9/feel-better", of: "response-1", title: " ", due: "2026-01-01")
        } throws: { ($0 as? FormProblems)?.all.map(\.field) == ["title", "due"] }
        #expect(try await desk.all("Goal").isEmpty)
        let words = "I want to sing again."
        let made = try await desk.accept("phq-9/feel-better", of: "response-1", title: words, due: "2026-12-24")
        let goal = try #require(try await desk.all("Goal").first)
        #expect(made == goal.reference && goal.root.text("description", "text") == words)
        #expect(goal.root.list("target").first?.text("dueDate") == "2026-12-24")
        #expect(try await desk.offers("response-1")[1].decision?.answer == .changed)
    }

    @Test func `declining needs a reason, which is read when the same comes up again`() async throws {
        let desk = try await desk()
        for (reason, note, field) in [(nil, nil, "reason"), ("other", nil, "note")] as [(String?, String?, String)] {
            await #expect {
                try await desk.decline("phq-9/repeat", of: "response-1", reason: reason, note: note)
            } throws: { ($0 as? FormProblems)?.all.map(\.field) == [field] }
        }
        try await desk.decline("phq-9/repeat", of: "response-1", reason: "person-says-no", note: "Asked in spring.")
        try await desk.decline("phq-9/repeat", of: "response-1", reason: "not-now")
        await #expect(throws: NotNow.self) { try await desk.accept("phq-9/repeat", of: "response-1") }
        #expect(try await desk.openTasks().isEmpty)
        try await desk.handIn("phq-9", total: 15, id: "response-2", at: CareDesk.now + CareDesk.day)
        let later = try #require(try await desk.offers("response-2").first { $0.offer.id == "phq-9/repeat" })
        #expect(later.decision == nil && later.before?.answer == .declined)
        #expect(later.before?.reason == "The person does not want it. Asked in spring.")
    }

    @Test func `a form that is asked for is a task until it is handed in`() async throws {
        let desk = try await CareDesk.open()
        try await desk.handIn("gad-7", total: 12, id: "response-1")
        let made = try await desk.accept("gad-7/mood", of: "response-1")
        let task = try #require(try await desk.openTasks().first)
        #expect(made == "Task/\(task.id)" && task.code == .assessment)
        try await desk.handIn("phq-9", total: 3, id: "response-2")
        #expect(try await desk.openTasks().isEmpty)
    }

    @Test func `a need becomes a health concern of its category, with the result as evidence`() async throws {
        let desk = try await CareDesk.open()
        try await desk.handIn("sils", total: 4, id: "response-1")
        try await desk.accept("sils/literacy", of: "response-1")
        let need = try #require(try await desk.all("Condition").first).root
        let categories = need.list("category").flatMap { $0.list("coding") }.compactMap { $0.text("code") }
        #expect(categories == ["health-concern", "sdoh", "personal-health-literacy"])
        #expect(need.text("code", "coding", "code") == "Z55.6")
        let evidence = need.list("evidence").first?.list("detail").first?.text("reference")
        #expect(evidence == "Observation/response-1-total")
        #expect(try await desk.get("Observation", "response-1-total").root.text("status") == "final")
    }

    @Test func `a programme is offered by a task, and nobody is enrolled by it`() async throws {
        let desk = try await CareDesk.open()
        try await desk.handIn("phq-9", total: 24, id: "response-1")
        try await desk.accept("phq-9/complex-care", of: "response-1")
        #expect(try await desk.openTasks().map(\.title).contains("Offer Complex care"))
        #expect(try await desk.all("EpisodeOfCare").isEmpty)
    }

    @Test func `what follows from a confidential answer is confidential`() async throws {
        let desk = try await CareDesk.open()
        try await desk.handIn("audit-c", total: 9, id: "response-1", isConfidential: true)
        for offer in ["audit-c/assess", "audit-c/less", "audit-c/withdrawal"] {
            try await desk.accept(offer, of: "response-1")
        }
        let made = try await desk.all("Goal") + desk.all("Task")
        #expect(made.count == 6 && made.allSatisfy { ConfidentialLabel.isOn($0.root) })
    }

    @Test func `nothing is made of a result that does not ask for it, or is another person's`() async throws {
        let desk = try await desk()
        await #expect(throws: NotNow.self) { try await desk.accept("phq-9/start-treatment", of: "response-1") }
        await #expect(throws: NotNow.self) { try await desk.accept("../x", of: "response-1") }
        await #expect(throws: RecordsFailure.self) { try await desk.accept("phq-9/repeat", of: "response-9") }
    }

    @Test(arguments: [
        ("bands: [mild], kind", "bands: [mildly], kind", "\"mildly\" is no band of phq-9"),
        ("pack: depression, item: treatment", "pack: depression, item: treat", "depression has no such step"),
        ("kind: programme, programme: complex-care", "kind: programme, programme: other", "no such programme"),
        ("id: watch,", "id: repeat,", "it is there twice"),
        ("danger: self-harm", "danger: fire", "no answer of phq-9 means it"),
    ])
    func `offers that name what is not there stop the start`(found: String, put: String, problem: String) throws {
        let care = try CareContent.shipped()
        let text = ShippedContent.text(OfferLibrary.file)
        #expect(text.contains(found))
        let root = ContentField(root: try YAML.parse(Array(text.replacing(found, with: put, maxReplacements: 1).utf8)))
        let failure = #expect(throws: ContentProblem.self) {
            try OfferLibrary(
                root, instruments: care.instruments, plans: care.plans, programs: care.programs.programs.map(\.id))
        }
        #expect("\(failure.map(String.init(describing:)) ?? "")".contains(problem))
    }
}
