import Access
import FHIR
import Records
import Testing

@testable import Care

struct AmendmentTests {
    private static let dee = Caller(
        account: "delores", name: "Delores Whitfield", roles: [.patient], practitioner: "Patient/dee")

    private func ask(_ desk: CareDesk, concerns: String? = nil) async throws -> Resource {
        try await desk.records.write(as: Self.dee, at: CareDesk.now) { change in
            try RequestAmendment(
                person: "dee", what: "I have no diabetes.", why: "The test was somebody else's.", concerns: concerns
            ).perform(in: change)
        }
    }

    private func amendments(_ desk: CareDesk) async throws -> [Amendment] {
        try await desk.records.read(as: Self.dee, at: CareDesk.now, for: "test") {
            Amendment.all(try $0.person("dee", Amendment.reads))
        }
    }

    private func disagree(_ desk: CareDesk, _ task: String, _ words: String?) async throws {
        try await desk.records.write(as: Self.dee, at: CareDesk.now) { change in
            _ = try StateDisagreement(person: "dee", task: task, words: words).perform(in: change)
        }
    }

    @Test func `a request is a task that nobody owns yet, due in sixty days`() async throws {
        let desk = try await CareDesk.open()
        try await desk.put("Condition", "dm", ["subject": ["reference": "Patient/dee"], "code": ["text": "Diabetes"]])
        let task = CareTask(try await ask(desk, concerns: "Condition/dm"))
        #expect(task.owner == nil && task.code == .amendment && task.isOpen)
        #expect(task.due == CareDesk.now + 60 * CareDesk.day)
        let amendment = try #require(try await amendments(desk).first)
        #expect(amendment.state == .open && amendment.what == "I have no diabetes.")
        #expect(amendment.concerns == "Condition/dm")
    }

    @Test func `what is missing is told, and what is not of the record is refused`() async throws {
        let desk = try await CareDesk.open()
        try await desk.put("Condition", "his", ["subject": ["reference": "Patient/sam"], "code": ["text": "Asthma"]])
        await #expect(throws: FormProblems.self) {
            try await desk.records.write(as: Self.dee, at: CareDesk.now) { change in
                _ = try RequestAmendment(person: "dee", what: nil, why: nil, concerns: nil).perform(in: change)
            }
        }
        await #expect(throws: FormProblems("concerns", "Choose what it is about.")) {
            _ = try await ask(desk, concerns: "Condition/his")
        }
        // Nobody asks for a correction of another's record.
        await #expect(throws: RecordsFailure.self) {
            try await desk.records.write(as: Self.dee, at: CareDesk.now) { change in
                _ = try RequestAmendment(person: "sam", what: "x", why: "y", concerns: nil).perform(in: change)
            }
        }
    }

    @Test func `it is closed only by an answer, and a denial needs one of the grounds of the law`() async throws {
        let desk = try await CareDesk.open()
        let task = try await ask(desk)
        await #expect(throws: NotNow.self) {
            try await desk.act { change in
                try CompleteTask(
                    id: task.id, version: task.version, outcome: .done,
                    days: SiteDays(today: CalendarDay(daysSinceEpoch: 0)) { _ in 0 }
                ).perform(in: change)
            }
        }
        let answers: [(Bool?, DenialGround?, String?, String)] = [
            (nil, nil, "x", "decision"), (false, nil, "x", "ground"), (false, .accurate, nil, "answer"),
            (true, nil, "", "answer"),
        ]
        for (isAccepted, ground, words, field) in answers {
            let problems = await #expect(throws: FormProblems.self) {
                try await desk.act { change in
                    try AnswerAmendment(
                        task: task.id, version: task.version, isAccepted: isAccepted, ground: ground, words: words
                    ).perform(in: change)
                }
            }
            #expect(problems?.all.first?.field == field)
        }
        try await desk.act { change in
            _ = try AnswerAmendment(
                task: task.id, version: task.version, isAccepted: true, ground: nil, words: "We took it out."
            ).perform(in: change)
        }
        let amendment = try #require(try await amendments(desk).first)
        #expect(amendment.state == .accepted && amendment.answer == "We took it out.")
        // Who is agreed with has nothing to disagree with.
        await #expect(throws: NotNow.self) { try await disagree(desk, task.id, "Still wrong") }
    }

    @Test func `a denial can be answered once, and the statement is on the list of who denied`() async throws {
        let desk = try await CareDesk.open()
        let task = try await ask(desk)
        await #expect(throws: NotNow.self) { try await disagree(desk, task.id, "Too early") }
        try await desk.act { change in
            _ = try AnswerAmendment(
                task: task.id, version: task.version, isAccepted: false, ground: .accurate, words: "The test is yours."
            ).perform(in: change)
        }
        await #expect(throws: FormProblems.self) { try await disagree(desk, task.id, nil) }
        try await disagree(desk, task.id, "It is not mine.")
        await #expect(throws: NotNow.self) { try await disagree(desk, task.id, "Once more") }
        let amendment = try #require(try await amendments(desk).first)
        #expect(amendment.state == .denied)
        #expect(amendment.answer == "The record is right and complete as it is. The test is yours.")
        #expect(amendment.statement == "It is not mine.")
        let read = try await desk.all("Task").map(CareTask.init).first {
            $0.title == "Read a statement of disagreement"
        }
        #expect(read?.owner == "Practitioner/ruth" && read?.isOpen == true)
        // The request is as it was written.
        #expect(amendment.what == "I have no diabetes.")
    }
}
