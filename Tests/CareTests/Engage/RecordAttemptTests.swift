import Access
import FHIR
import Records
import Testing

@testable import Care

struct RecordAttemptTests {
    let limits = RecordAttempt.Limits(attempts: 3, overDays: 30)

    private func attempt(
        _ code: String, on desk: CareDesk, at now: Int64 = CareDesk.now, callBack: Int64? = nil
    ) async throws -> RecordAttempt.Result {
        let verb = RecordAttempt(
            person: "dee", outcome: try desk.outcome(code), note: "Rang long", callBack: callBack, limits: limits,
            policy: desk.care.consents,
            by: "Practitioner/ruth")
        return try await desk.act(at: now) { try verb.perform(in: $0) }
    }

    @Test func `nobody answered: a Communication that is not done, and a task for the next attempt`() async throws {
        let desk = try await CareDesk.open()
        let result = try await attempt("no-answer", on: desk)
        #expect(result.stored.type == "Communication" && result.stored.root.text("status") == "not-done")
        #expect(result.next == .tryAgain)
        let task = try #require(result.task)
        #expect(task.root.text("restriction", "period", "end") == FHIRDate.instant(CareDesk.now + 10 * CareDesk.day))
        #expect(task.root.text("owner", "reference") == "Practitioner/ruth")
    }

    @Test func `the next attempt closes the task that asked for it, and the last one asks to decide`() async throws {
        let desk = try await CareDesk.open()
        _ = try await attempt("no-answer", on: desk)
        _ = try await attempt("left-message", on: desk, at: CareDesk.now + CareDesk.day)
        #expect(try await desk.openTasks().map(\.title) == ["Try to reach again (attempt 3)"])
        let last = try await attempt("busy", on: desk, at: CareDesk.now + 2 * CareDesk.day)
        #expect(last.next == .decide)
        #expect(try await desk.openTasks().map(\.code) == [.followUp])
    }

    @Test func `attempts long ago, or before someone was reached, do not count`() async throws {
        let desk = try await CareDesk.open()
        _ = try await attempt("no-answer", on: desk, at: CareDesk.now - 40 * CareDesk.day)
        _ = try await attempt("no-answer", on: desk, at: CareDesk.now - 39 * CareDesk.day)
        #expect(try await attempt("no-answer", on: desk).next == .tryAgain)
        _ = try await attempt("reached", on: desk, at: CareDesk.now + 1)
        #expect(try await attempt("no-answer", on: desk, at: CareDesk.now + 2).next == .tryAgain)
    }

    @Test func `reached: an Encounter, and to talk comes next`() async throws {
        let desk = try await CareDesk.open()
        let result = try await attempt("reached", on: desk)
        #expect(result.stored.type == "Encounter" && result.stored.root.text("status") == "finished")
        #expect(result.next == .talk && result.task == nil)
        let all = try await desk.look {
            Attempt.all(try $0.person("dee", ["Encounter", "Communication"]))
        }
        #expect(all.map(\.outcome) == ["reached"] && all.first?.reached == true)
    }

    @Test(arguments: [
        ("wrong-number", RecordAttempt.Next.findNumber), ("language-barrier", .interpreter), ("declined", .decline),
        ("in-hospital", .transition), ("reported-died", .confirmDeath),
    ])
    func `each outcome suggests its own next step`(code: String, next: RecordAttempt.Next) async throws {
        let desk = try await CareDesk.open()
        #expect(try await attempt(code, on: desk).next == next)
    }

    @Test func `a call back needs its time`() async throws {
        let desk = try await CareDesk.open()
        let problems = await #expect(throws: FormProblems.self) { try await attempt("call-back", on: desk) }
        #expect(problems?.all.first?.field == "call-back")
        let result = try await attempt("call-back", on: desk, callBack: CareDesk.now + CareDesk.day)
        #expect(result.task?.root.text("restriction", "period", "end") == FHIRDate.instant(CareDesk.now + CareDesk.day))
    }

    private func answer(_ desk: CareDesk, _ answers: [MessagingChannel: Bool], at now: Int64 = CareDesk.now)
        async throws
    {
        let verb = AnswerChannels(
            person: "dee", answers: answers, recorder: "Practitioner/ruth", policy: desk.care.consents,
            minors: desk.care.minors)
        try await desk.act(at: now) { _ = try verb.perform(in: $0) }
    }

    private func reach(
        _ desk: CareDesk, _ code: String, by channel: RecordAttempt.Channel = .phone, saidHealth: Bool = false,
        despite: String? = nil, at now: Int64 = CareDesk.now + 10
    ) async throws -> RecordAttempt.Result {
        let verb = RecordAttempt(
            person: "dee", outcome: try desk.outcome(code), channel: channel, saidHealth: saidHealth, despite: despite,
            limits: limits, policy: desk.care.consents, by: "Practitioner/ruth")
        return try await desk.act(at: now) { try verb.perform(in: $0) }
    }

    @Test func `a message left against a no is written down with its reason, and not without`() async throws {
        let desk = try await CareDesk.open()
        try await answer(desk, [.voicemail: false])
        let problems = await #expect(throws: FormProblems.self) { try await reach(desk, "left-message") }
        #expect(problems?.all.map(\.field) == ["despite"])
        #expect(problems?.all.first?.message.hasPrefix("No voicemail") == true)
        #expect(try await desk.all("Communication").isEmpty)
        _ = try await reach(desk, "left-message", despite: "The line went to voicemail by itself")
        let all = try await desk.look { Attempt.all(try $0.person("dee", ["Communication"])) }
        #expect(all.map(\.outcome) == ["left-message"])
        #expect(all.first?.despite == "The line went to voicemail by itself")
        // Another outcome needs no reason.
        _ = try await reach(desk, "no-answer")
    }

    @Test func `a message about health, a text and a call each need their own answer`() async throws {
        let desk = try await CareDesk.open()
        _ = try await reach(desk, "left-message")
        await #expect(throws: FormProblems.self) { try await reach(desk, "left-message", saidHealth: true) }
        await #expect(throws: FormProblems.self) { try await reach(desk, "no-answer", by: .text) }
        try await answer(desk, [.voicemailHealth: true, .text: true, .call: false])
        _ = try await reach(desk, "no-answer", by: .text)
        await #expect(throws: FormProblems.self) { try await reach(desk, "no-answer") }
        _ = try await reach(desk, "no-answer", by: .visit)
    }

    @Test func `an answer that is taken back works at once`() async throws {
        let desk = try await CareDesk.open()
        try await answer(desk, [.text: true])
        _ = try await reach(desk, "no-answer", by: .text)
        let given = try #require(try await desk.all("Consent").first)
        let end = RevokeConsent(consent: given.id, version: given.version, recorder: nil)
        try await desk.act(at: CareDesk.now + 20) { _ = try end.perform(in: $0) }
        await #expect(throws: FormProblems.self) {
            try await reach(desk, "no-answer", by: .text, at: CareDesk.now + 21)
        }
    }

    @Test func `each way has one answer that stands, and the same one is not written twice`() async throws {
        let desk = try await CareDesk.open()
        try await answer(desk, [.text: true, .email: false])
        try await answer(desk, [.text: false, .email: false], at: CareDesk.now + 1)
        let ledger = ConsentLedger(try await desk.look { try $0.person("dee", ["Consent"]) })
        #expect(ledger.entries.count == 3)
        let standing = ledger.entries.filter { $0.holds(at: CareDesk.now + 2) }
        #expect(standing.allSatisfy(\.isRefusal) && Set(standing.map(\.channel)) == [.text, .email])
        await #expect(throws: NotNow.self) { try await answer(desk, [.text: false], at: CareDesk.now + 3) }
        await #expect(throws: NotNow.self) { try await answer(desk, [:]) }
    }

    @Test func `where no number takes messages, none is left without a reason`() async throws {
        let desk = try await CareDesk.open()
        try await desk.put(
            "Patient", "dee",
            [
                "telecom": [
                    [
                        "system": "phone", "value": "555-0100",
                        "extension": [["url": "urn:almoner:extension:message-allowed", "valueBoolean": false]],
                    ]
                ]
            ])
        await #expect(throws: FormProblems.self) { try await reach(desk, "left-message") }
        _ = try await reach(desk, "busy")
    }
}
