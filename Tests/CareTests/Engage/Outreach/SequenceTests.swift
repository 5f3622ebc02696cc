import Access
import FHIR
import Foundation
import Records
import Testing

@testable import Care

struct SequenceTests {
    private func start(_ desk: CareDesk) async throws {
        let sequence = try #require(desk.care.outreach.sequence(for: nil))
        _ = try await desk.act {
            try OpenOutreach(person: "dee", owner: "Practitioner/ruth", sequence: sequence).perform(in: $0)
        }
    }

    private func attempt(
        _ desk: CareDesk, _ code: String, by channel: RecordAttempt.Channel = .phone, day: Int64 = 0,
        note: String? = nil, callBack: Int64? = nil, number: String? = nil, despite: String? = nil
    ) async throws -> RecordAttempt.Result {
        let verb = RecordAttempt(
            person: "dee", outcome: try desk.outcome(code), channel: channel, note: note, callBack: callBack,
            number: number, despite: despite, limits: .init(attempts: 9, overDays: 30), policy: desk.care.consents,
            outreach: desk.care.outreach, by: "Practitioner/ruth")
        return try await desk.act(at: CareDesk.now + day * CareDesk.day + 1) { try verb.perform(in: $0) }
    }

    private func outreach(_ desk: CareDesk) async throws -> [String] {
        try await desk.openTasks().filter { $0.code == .outreach }.map(\.title)
    }

    @Test func `each step that reaches nobody opens the next, and a way without consent is passed over`() async throws {
        let desk = try await CareDesk.open()
        try await start(desk)
        #expect(try await outreach(desk) == ["Getting in touch: phone, step 1 of 5"])
        _ = try await attempt(desk, "no-answer")
        #expect(try await outreach(desk) == ["Getting in touch: phone, step 2 of 5"])
        // The third step is a text, which nobody has agreed to.
        _ = try await attempt(desk, "no-answer", day: 2)
        #expect(try await outreach(desk) == ["Getting in touch: letter, step 4 of 5"])
    }

    @Test func `whoever answers, declines or enrols ends what is left`() async throws {
        let desk = try await CareDesk.open()
        try await start(desk)
        _ = try await attempt(desk, "no-answer")
        let reached = try await attempt(desk, "reached", day: 1)
        #expect(reached.next == .talk && reached.task == nil)
        #expect(try await outreach(desk).isEmpty)
    }

    @Test func `a contact that was saved stops the sequence`() async throws {
        let desk = try await CareDesk.open()
        try await start(desk)
        let contact = try await desk.start()
        let verb = desk.save(contact.id)
        _ = try await desk.act(at: CareDesk.now + 60_000) { try verb.perform(in: $0) }
        #expect(try await outreach(desk).isEmpty)
    }

    @Test func `a yes that is taken back, a no, and enrolment stop the sequence`() async throws {
        for way in ["enrolled", "declined", "taken back"] {
            let desk = try await CareDesk.open()
            let given = try await desk.consent()
            try await start(desk)
            switch way {
            case "enrolled": try await desk.enroll()
            case "declined":
                let reason = try #require(desk.care.programs.reasons.declineReasons.first)
                let verb = DeclineProgram(
                    person: "dee", program: try desk.program("chronic-care"), reason: reason,
                    by: "Practitioner/ruth")
                _ = try await desk.act { try verb.perform(in: $0) }
            default:
                let verb = RevokeConsent(consent: given.id, version: given.version, recorder: "Practitioner/ruth")
                _ = try await desk.act { try verb.perform(in: $0) }
            }
            #expect(try await outreach(desk).isEmpty, "\(way)")
        }
    }

    @Test(arguments: ["QuestionnaireResponse", "CarePlan", "Communication"])
    func `what the person writes in the portal stops the sequence, and somebody comes back to them`(
        type: String
    ) async throws {
        let desk = try await CareDesk.open()
        try await start(desk)
        func written(_ id: String, by author: String, at moment: Int64) async throws {
            var json: JSON = [
                "resourceType": .string(type), "id": .string(id), "subject": ["reference": "Patient/dee"],
            ]
            switch type {
            case "QuestionnaireResponse":
                json["status"] = "in-progress"
                json["author"] = ["reference": .string(author)]
            case "CarePlan":
                json["status"] = "draft"
                json["intent"] = "proposal"
                json["author"] = ["reference": .string(author)]
            default:
                json["status"] = "completed"
                json["sender"] = ["reference": .string(author)]
            }
            let ready = json
            _ = try await desk.records.write(as: .system("test"), at: moment) { try $0.update(ready, ifVersion: nil) }
        }
        func react() async throws -> Bool {
            try await desk.act(at: CareDesk.now + 120_000) { try StopSequence(person: "dee").perform(in: $0) }
        }
        try await written("before", by: "Patient/dee", at: CareDesk.now - CareDesk.day)
        try await written("ours", by: "Practitioner/ruth", at: CareDesk.now + 60_000)
        #expect(try await react() == false)
        #expect(try await outreach(desk).count == 1)
        try await written("theirs", by: "Patient/dee", at: CareDesk.now + 60_000)
        #expect(try await react())
        #expect(try await outreach(desk).isEmpty)
        let left = try await desk.openTasks().map(\.title)
        #expect(left == ["Answered in the portal: come back to them"])
        #expect(try await react() == false)
    }

    @Test func `enough attempts by enough ways over enough days ask the team to decide, and close nobody`() async throws
    {
        let desk = try await CareDesk.open()
        try await start(desk)
        _ = try await attempt(desk, "no-answer")
        _ = try await attempt(desk, "no-answer", day: 2)
        let third = try await attempt(desk, "no-answer", by: .letter, day: 7)
        #expect(third.next == .tryAgain)
        let last = try await attempt(desk, "no-answer", day: 14)
        #expect(last.next == .decide)
        #expect(
            last.task?.root.text("description")?.hasSuffix("4 attempts by 2 ways over 13 days") == true
                || last.task?.root.text("description")?.hasSuffix("4 attempts by 2 ways over 14 days") == true)
    }

    @Test func `who asks us to wait gives a reason and a day, and the task comes back then`() async throws {
        let desk = try await CareDesk.open()
        try await start(desk)
        let problems = await #expect(throws: FormProblems.self) { try await attempt(desk, "not-now") }
        #expect(problems?.all.map(\.field) == ["call-back", "note"])
        let until = CareDesk.now + 30 * CareDesk.day
        let result = try await attempt(desk, "not-now", note: "After the harvest", callBack: until)
        #expect(result.next == .wait)
        #expect(result.task?.root.text("restriction", "period", "end") == FHIRDate.instant(until))
        #expect(result.task?.root.text("description") == "They said: After the harvest")
    }

    @Test func `a wrong number goes out of use, and of several it must be said which`() async throws {
        let desk = try await CareDesk.open()
        try await desk.put(
            "Patient", "dee",
            [
                "birthDate": "1948-03-14",
                "telecom": [
                    ["system": "phone", "value": "216-555-0101"], ["system": "phone", "value": "216-555-0102"],
                ],
            ])
        let problems = await #expect(throws: FormProblems.self) { try await attempt(desk, "wrong-number") }
        #expect(problems?.all.map(\.field) == ["number"])
        try await start(desk)
        let first = try await attempt(desk, "wrong-number", number: "216-555-0101")
        // The other number is tried at the next step.
        #expect(first.next == .tryAgain)
        #expect(try await outreach(desk) == ["Getting in touch: phone, step 2 of 5"])
        let left = SafeNumbers.phones(try await desk.get("Patient", "dee").root).compactMap { $0.text("value") }
        #expect(left == ["216-555-0102"])
        let last = try await attempt(desk, "out-of-service", day: 1)
        #expect(last.next == .findNumber)
        #expect(try await outreach(desk).isEmpty)
        #expect(try await desk.openTasks().map(\.title) == ["Find another number"])
    }
}

struct ReachModelTests {
    private let rules = QueueRules.Reach(
        lookBackDays: 365, mostAttempts: 5_000, leastOfSite: 50, leastAtHour: 10, leastOfPerson: 3, personShrinkage: 4,
        hourShrinkage: 20)
    /// Monday 2026-11-16T10:00:00Z.
    private let monday: Int64 = 1_794_823_200_000

    private func tried(_ count: Int, reached: Int, hours: Int64, _ channel: RecordAttempt.Channel = .phone) -> [(
        ReachTry, Int
    )] {
        let at = monday + hours * 3_600_000
        return [
            (ReachTry(at: at, channel: channel, reached: true), reached),
            (ReachTry(at: at, channel: channel, reached: false), count - reached),
        ]
    }

    @Test func `where little is known no hour and no way is named`() {
        let model = ReachModel(tried(20, reached: 15, hours: 0), rules: rules, zone: .gmt)
        #expect(model.bestHour([], within: 8..<21, zone: .gmt) == nil)
        #expect(model.bestChannel([]) { _ in true } == nil)
    }

    @Test func `the hour at which the site reaches most is named with its counts, shrunk towards the whole`() throws {
        let all = tried(40, reached: 30, hours: 0) + tried(40, reached: 10, hours: 5)
        let best = try #require(ReachModel(all, rules: rules, zone: .gmt).bestHour([], within: 8..<21, zone: .gmt))
        #expect(best.what == ReachModel.Hour(weekday: 0, hour: 10))
        #expect(best.ofSite == ReachModel.Share(tried: 40, reached: 30))
        // (30 + 20 × 41/82) ÷ 60
        #expect(abs(best.estimate - 40.0 / 60) < 0.001)
    }

    @Test func `a person's own hours count more as there are more of them, and quiet hours never do`() throws {
        let all = tried(40, reached: 30, hours: 0) + tried(40, reached: 10, hours: 5)
        let model = ReachModel(all, rules: rules, zone: .gmt)
        let own = tried(1, reached: 1, hours: 8).flatMap { Array(repeating: $0.0, count: $0.1 * 6) }
        let best = try #require(model.bestHour(own, within: 8..<21, zone: .gmt))
        #expect(best.what == ReachModel.Hour(weekday: 0, hour: 18) && best.ofPerson.tried == 6)
        #expect(model.bestHour(own, within: 8..<18, zone: .gmt)?.what.hour == 10)
    }

    @Test func `a way that is closed is never named`() {
        let all = tried(60, reached: 10, hours: 0) + tried(60, reached: 50, hours: 0, .text)
        let model = ReachModel(all, rules: rules, zone: .gmt)
        #expect(model.bestChannel([]) { _ in true }?.what == .text)
        #expect(model.bestChannel([]) { $0 != .text }?.what == .phone)
    }
}
