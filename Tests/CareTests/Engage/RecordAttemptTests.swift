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
}
