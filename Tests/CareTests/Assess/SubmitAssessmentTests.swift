import Access
import Care
import Content
import FHIR
import Records
import TestSupport
import Testing

struct SubmitAssessmentTests {
    private static let now: Int64 = 1_795_000_000_000

    private static func library() throws -> InstrumentLibrary {
        try InstrumentLibrary(content: ShippedContent.bytes, files: ShippedContent.files("instruments"))
    }

    private static func scratch() async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open()
        try await scratch.put(
            ["resourceType": "Patient", "gender": "female", "birthDate": "1948-03-14"], id: "delores")
        return scratch
    }

    private static func submit(
        _ scratch: ScratchRecords, _ name: String, _ answers: Answers, id: String = "response-1", version: Int? = nil,
        closing: Bool = true
    ) async throws -> SubmitAssessment.Outcome {
        let form = try #require(try library()[name])
        let verb = SubmitAssessment(
            person: "delores", instrument: form, answers: answers, id: id, version: version, closing: closing,
            library: try library())
        return try await scratch.records.write(as: scratch.caller, at: now) { try verb.perform(in: $0) }
    }

    private static func stored(_ scratch: ScratchRecords, _ types: Set<String>) async throws -> PersonRecord {
        try await scratch.records.read(as: scratch.caller, at: now, for: "test") { try $0.person("delores", types) }
    }

    /// The same answer to each scored question, with one changed.
    private static func phq9(_ all: String = "LA6568-5", changing: [String: String] = [:]) throws -> Answers {
        let form = try #require(try library()["phq-9"])
        var answers: Answers = [:]
        for item in form.scoring?.items ?? [] { answers[item] = [.code(changing[item] ?? all)] }
        return answers
    }

    @Test func `answers, observations and score are kept in one go`() async throws {
        let scratch = try await Self.scratch()
        let outcome = try await Self.submit(
            scratch, "phq-9", try Self.phq9("LA6569-3", changing: ["44260-8": "LA6568-5"]))
        #expect(outcome.screening.total == 8)
        #expect(outcome.response.root.text("status") == "completed")
        let record = try await Self.stored(scratch, ["Observation", "Task"])
        // Nine answers, the total, the whole form, and whether the screen is positive.
        #expect(record.all("Observation").count == 12)
        #expect(record.all("Task").isEmpty)
    }

    @Test func `any thought of self-harm opens one urgent safety task for whoever is on duty`() async throws {
        let scratch = try await Self.scratch()
        try await scratch.put(["resourceType": "Practitioner", "active": true], id: "sam")
        let caller = Caller(account: "mae", name: "Mae", roles: [.supervisor], practitioner: "Practitioner/ruth")
        try await scratch.records.write(as: caller, at: Self.now) { change in
            _ = try AddShift(
                who: "Practitioner/sam", backup: nil, from: Self.now - 3_600_000, until: Self.now + 3_600_000
            ).perform(in: change)
        }
        let answers = try Self.phq9(changing: ["44260-8": "LA6569-3"])
        let outcome = try await Self.submit(scratch, "phq-9", answers)
        #expect(outcome.owner == "Practitioner/sam")
        _ = try await Self.submit(scratch, "phq-9", answers)
        let tasks = try await Self.stored(scratch, ["Task"]).all("Task")
        #expect(tasks.count == 1)
        #expect(tasks.first?.root.text("priority") == "urgent")
        #expect(tasks.first?.root.text("owner", "reference") == "Practitioner/sam")
        #expect(tasks.first?.root["code"]?.list("coding").first?.text("code") == "safety")
    }

    @Test func `with nobody on duty a danger is owned by whoever asked`() async throws {
        let scratch = try await Self.scratch()
        let outcome = try await Self.submit(scratch, "phq-9", try Self.phq9(changing: ["44260-8": "LA6571-9"]))
        #expect(outcome.owner == "Practitioner/ruth")
    }

    @Test func `a danger on an unfinished form is acted on, and the form is kept as a draft`() async throws {
        let scratch = try await Self.scratch()
        let outcome = try await Self.submit(scratch, "phq-9", ["44260-8": [.code("LA6570-1")]])
        #expect(outcome.problems?.all.count == 8)
        #expect(outcome.response.root.text("status") == "in-progress")
        let done = try await Self.submit(
            scratch, "phq-9", try Self.phq9(changing: ["44260-8": "LA6570-1"]), version: outcome.response.version)
        #expect(done.response.root.text("status") == "completed")
        #expect(try await Self.stored(scratch, ["Task"]).all("Task").count == 1)
    }

    @Test func `an unanswered question is named, and nothing is kept`() async throws {
        let scratch = try await Self.scratch()
        var answers = try Self.phq9()
        answers["44259-0"] = nil
        await #expect {
            _ = try await Self.submit(scratch, "phq-9", answers)
        } throws: { ($0 as? FormProblems)?.all.map(\.field) == ["44259-0"] }
        #expect(try await Self.stored(scratch, ["QuestionnaireResponse"]).all("QuestionnaireResponse").isEmpty)
    }

    /// PHQ-9 drafts of two people who began from the same one.
    private static func twoDrafts(
        _ first: Answers, then second: Answers
    ) async throws -> (ScratchRecords, SubmitAssessment.Outcome) {
        let scratch = try await scratch()
        let begun = try await submit(scratch, "phq-9", ["44250-9": [.code("LA6568-5")]], closing: false)
        _ = try await submit(scratch, "phq-9", first, version: begun.response.version, closing: false)
        return (
            scratch, try await submit(scratch, "phq-9", second, version: begun.response.version, closing: false)
        )
    }

    @Test func `a draft that someone saved in between is not overwritten where both answered the same`() async throws {
        await #expect {
            _ = try await Self.twoDrafts(
                ["44250-9": [.code("LA6569-3")]], then: ["44250-9": [.code("LA6570-1")]])
        } throws: {
            if case RecordsFailure.stale(let current) = $0 { current.version == 2 } else { false }
        }
    }

    @Test func `drafts of two devices are put together, field by field`() async throws {
        let begun: [Answer] = [.code("LA6568-5")]
        let (_, outcome) = try await Self.twoDrafts(
            ["44250-9": begun, "44255-8": [.code("LA6569-3")]], then: ["44259-0": [.code("LA6570-1")]])
        #expect(outcome.isMerged && outcome.response.version == 3)
        let form = try #require(try Self.library()["phq-9"])
        // What the second took back is gone, what the first added is there.
        #expect(
            form.answers(from: outcome.response.root) == [
                "44255-8": [.code("LA6569-3")], "44259-0": [.code("LA6570-1")],
            ])
    }

    @Test func `a positive PHQ-2 asks for the PHQ-9 and hands over its two answers`() async throws {
        let scratch = try await Self.scratch()
        let answers: Answers = ["44250-9": [.code("LA6571-9")], "44255-8": [.code("LA6568-5")]]
        let outcome = try await Self.submit(scratch, "phq-2", answers)
        #expect(outcome.screening.opens == "phq-9")
        let library = try Self.library()
        let phq9 = try #require(library["phq-9"])
        let record = try await Self.stored(scratch, KnownAnswers.reads)
        let history = AssessmentHistory.of(record, library: library, now: Self.now)
        #expect(history.due(library: library, now: Self.now).first?.instrument.name == "phq-9")
        let known = KnownAnswers.of(phq9, record, history: history, from: history.latest("phq-2"), now: Self.now)
        #expect(known.byQuestion.mapValues(\.answers) == answers)
    }

    @Test func `a form is due again after the days of its band, and at the right age`() async throws {
        let scratch = try await Self.scratch()
        _ = try await Self.submit(scratch, "phq-9", try Self.phq9("LA6570-1", changing: ["44260-8": "LA6568-5"]))
        let library = try Self.library()
        func due(after days: Int64) async throws -> [String] {
            let later = Self.now + days * 86_400_000
            let record = try await Self.stored(scratch, AssessmentHistory.reads)
            let history = AssessmentHistory.of(record, library: library, now: later)
            return history.due(library: library, now: later).map(\.instrument.name)
        }
        // 16 points, moderately severe: again after 28 days. An elder gets the elders' intake.
        let soon = try await due(after: 28)
        #expect(soon == ["intake-elder"])
        let later = try await due(after: 29)
        #expect(later.sorted() == ["intake-elder", "phq-9"])
        try await scratch.put(
            ["resourceType": "Patient", "gender": "female", "birthDate": "2013-03-14"], id: "delores")
        let child = try await due(after: 28)
        #expect(child == ["intake-child"])
    }

    @Test func `the response says in which language the questions were shown`() async throws {
        let scratch = try await Self.scratch()
        let form = try #require(try Self.library()["phq-2"])
        let answers: Answers = ["44250-9": [.code("LA6568-5")], "44255-8": [.code("LA6568-5")]]
        func submit(_ id: String, _ language: String) async throws -> Resource {
            let verb = SubmitAssessment(
                person: "delores", instrument: form, answers: answers, id: id, version: nil, closing: true,
                language: language, library: try Self.library())
            return try await scratch.records.write(as: scratch.caller, at: Self.now) { try verb.perform(in: $0) }
                .response
        }
        let spanish = try await submit("response-es", "es").root
        #expect(spanish.text("language") == "es")
        #expect(spanish.list("item").first?.list("item").first?.text("text") == "Poco interés o placer en hacer cosas")
        let other = try await submit("response-xx", "xx\r\n").root
        #expect(other.text("language") == nil)
    }

    @Test func `the task that a positive form opens is done when that form is handed in`() async throws {
        let scratch = try await Self.scratch()
        _ = try await Self.submit(
            scratch, "phq-2", ["44250-9": [.code("LA6571-9")], "44255-8": [.code("LA6568-5")]])
        let asked = try await Self.stored(scratch, ["Task"]).all("Task").map(CareTask.init)
        #expect(asked.map(\.code) == [.assessment])
        #expect(asked.filter(\.isOpen).count == 1)
        _ = try await Self.submit(scratch, "phq-9", ["44250-9": [.code("LA6571-9")]], id: "response-2", closing: false)
        let waiting = try await Self.stored(scratch, ["Task"]).all("Task").map(CareTask.init)
        #expect(waiting.filter(\.isOpen).count == 1)
        _ = try await Self.submit(scratch, "phq-9", try Self.phq9(), id: "response-3")
        let done = try await Self.stored(scratch, ["Task"]).all("Task").map(CareTask.init)
        #expect(done.filter(\.isOpen).isEmpty)
    }

    @Test func `an intake is not handed in before each part is concluded`() async throws {
        let scratch = try await Self.scratch()
        let intake = try #require(try Self.library()["whole-person-intake"])
        var answers: Answers = [
            "what-matters-most": [.text("Walking to church")], "barriers-food": [.code("often-hard")],
            "barriers-other": [.text("The bus stop is too far")],
        ]
        await #expect {
            _ = try await Self.submit(scratch, "whole-person-intake", answers)
        } throws: { ($0 as? FormProblems)?.all.count == intake.domains.count }
        for group in intake.domains {
            let field = try #require(group.items.first { $0.part == .notDone })
            answers[field.linkId] = [.text("No time today.")]
        }
        let outcome = try await Self.submit(scratch, "whole-person-intake", answers)
        #expect(outcome.screening.needs.map(\.category) == ["food-insecurity"])
        let record = try await Self.stored(scratch, ["Observation"])
        #expect(WhatMatters(record)?.words == "Walking to church")
        let verb = RecordNeeds(
            person: "delores", response: outcome.response.id, categories: ["food-insecurity"],
            barriers: ["barriers-other"], library: try Self.library())
        // A need and a barrier, once.
        for made in [2, 0] {
            let conditions = try await scratch.records.write(as: scratch.caller, at: Self.now) {
                try verb.perform(in: $0)
            }
            #expect(conditions.count == made)
        }
        let concerns = try await Self.stored(scratch, ["Condition"]).all("Condition").map(\.root)
        #expect(concerns.map { $0.text("code", "text") } == ["The bus stop is too far", "Not enough food"])
        #expect(concerns.map { $0.list("category").count } == [1, 3])
        #expect(
            concerns.first?.list("evidence").first?.list("detail").first?.text("reference")
                == "Observation/\(outcome.response.id)-barriers-other")
        await #expect(throws: FormProblems.self) {
            try await scratch.records.write(as: scratch.caller, at: Self.now) {
                _ = try RecordNeeds(
                    person: "delores", response: outcome.response.id, categories: [],
                    barriers: ["barriers-benefits"], library: try Self.library()
                ).perform(in: $0)
            }
        }
    }

    @Test func `what the records know is filled in with its source and date`() async throws {
        let scratch = try await Self.scratch()
        try await scratch.put(
            [
                "resourceType": "Observation", "status": "final",
                "code": ["coding": [["system": "http://loinc.org", "code": "72166-2"]]],
                "subject": ["reference": "Patient/delores"], "effectiveDateTime": "2020-09-12",
                "valueCodeableConcept": ["coding": [["system": "http://snomed.info/sct", "code": "8517006"]]],
            ], id: "smoke")
        let library = try Self.library()
        let record = try await Self.stored(scratch, KnownAnswers.reads)
        let known = KnownAnswers.of(
            try #require(library["whole-person-intake"]), record,
            history: AssessmentHistory.of(record, library: library, now: Self.now), from: nil, now: Self.now)
        #expect(known.byQuestion["medical-tobacco"]?.answers == [.code("stopped")])
        #expect(known.byQuestion["medical-tobacco"]?.date == "2020-09-12")
    }
}
