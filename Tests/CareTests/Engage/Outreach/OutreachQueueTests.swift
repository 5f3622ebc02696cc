import Access
import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Care

struct OutreachQueueTests {
    /// A Friday at 15:00 in Greenwich: 10:00 in Ohio, 7:00 in California.
    private let now = CareDesk.now
    private let day = CareDesk.day
    private let hour: Int64 = 3_600_000

    private func desk(_ engine: TestEngine = .usual) async throws -> CareDesk {
        try CareDesk.on(try await ScratchRecords.open(engine, projections: [OutreachProjection(), ReachProjection()]))
    }

    private func person(
        _ desk: CareDesk, _ id: String, state: String = "OH", code: TaskCode = .outreach, due: Int64,
        opened: Int64? = nil
    ) async throws {
        try await desk.put(
            "Patient", id,
            [
                "name": [["given": ["Pat"], "family": .string(id)]], "birthDate": "1950-01-01",
                "telecom": [["system": "phone", "value": "216-555-0100"]],
                "address": [["use": "home", "state": .string(state)]],
            ])
        try await desk.put(
            "Task", "task-\(id)",
            [
                "status": "requested", "intent": "order",
                "code": ["coding": [["system": "urn:almoner:task", "code": .string(code.rawValue)]]],
                "for": ["reference": .string("Patient/\(id)")], "owner": ["reference": "Practitioner/ruth"],
                "authoredOn": .string(FHIRDate.instant(opened ?? now)),
                "restriction": ["period": ["end": .string(FHIRDate.instant(due))]],
            ])
    }

    private func attempt(
        _ desk: CareDesk, _ person: String, _ code: String, _ channel: RecordAttempt.Channel = .phone, at: Int64,
        note: String? = nil, callBack: Int64? = nil, despite: String? = nil
    ) async throws {
        let verb = RecordAttempt(
            person: person, outcome: try desk.outcome(code), channel: channel, note: note, callBack: callBack,
            despite: despite, limits: .init(attempts: 9, overDays: 30), policy: desk.care.consents,
            outreach: desk.care.outreach, by: "Practitioner/ruth")
        _ = try await desk.act(at: at) { try verb.perform(in: $0) }
    }

    private func queue(
        _ desk: CareDesk, _ owner: OutreachQueue.Owner = .one("Practitioner/ruth"), at moment: Int64? = nil
    ) async throws -> OutreachQueue {
        let (care, now) = (desk.care, moment ?? now)
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        return try await desk.records.read(as: desk.scratch.caller, at: now, for: "test") {
            try OutreachQueue.read(owner, care.outreach, policy: care.consents, zone: zone, at: now, by: $0)
        }
    }

    @Test(arguments: Engines.all)
    func `who comes home from hospital goes before who is late, and each row says why with its points`(
        engine: TestEngine
    ) async throws {
        let desk = try await desk(engine)
        try await person(desk, "new", due: now + day)
        try await person(desk, "late", due: now - 3 * day, opened: now - 10 * day)
        try await person(desk, "home", code: .dischargeContact, due: now + day)
        try await person(desk, "other", due: now - 9 * day)
        var other = try await desk.get("Task", "task-other").value
        other["owner"] = ["reference": "Practitioner/sam"]
        try await desk.put("Task", "task-other", other)
        let rows = try await queue(desk).rows
        #expect(rows.map(\.item.person) == ["home", "late", "new"])
        let order = desk.care.outreach.rules.order
        #expect(
            rows[1].reasons == [
                .init(words: "3 days late", points: order.late + 3 * order.perDayLate),
                .init(words: "Waits for 10 days", points: 10 * order.perDayWaiting),
            ])
        #expect(rows[0].reasons.map(\.points) == [order.afterDischarge])
        #expect(rows[2].reasons.isEmpty)
        #expect(try await queue(desk, .anyone).rows.count == 4)
        #expect(try await queue(desk, .nobody).rows.isEmpty)
    }

    @Test func `nobody is called in the quiet hours where they live, and in a divided state in either half`()
        async throws
    {
        let desk = try await desk()
        for state in ["OH", "CA", "ID"] {
            try await person(desk, state, state: state, due: now - 5 * day)
        }
        func quiet(at moment: Int64) async throws -> [String] {
            try await queue(desk, at: moment).rows.filter { $0.notNow == "Quiet hours where they live" }
                .map(\.item.person).sorted()
        }
        // 10:00 in Ohio, 7:00 in California, 8:00 and 7:00 in Idaho.
        #expect(try await quiet(at: now) == ["CA", "ID"])
        #expect(try await queue(desk).rows.first?.item.person == "OH")
        #expect(try await quiet(at: now + hour).isEmpty)
        // 21:00 in Ohio.
        #expect(try await quiet(at: now + 11 * hour) == ["OH"])
    }

    @Test func `who asked for another time is not pressed before, and comes first when it is there`() async throws {
        let desk = try await desk()
        try await person(desk, "wait", due: now)
        try await person(desk, "late", due: now - 20 * day, opened: now - 60 * day)
        let until = now + 30 * day
        try await attempt(desk, "wait", "not-now", at: now, note: "After the harvest", callBack: until)
        let before = try await queue(desk, at: now + day)
        #expect(before.rows.map(\.item.person) == ["late", "wait"])
        #expect(before.rows.last?.notNow == "They asked for a later time")
        let after = try await queue(desk, at: until)
        #expect(after.rows.map(\.item.person) == ["wait", "late"])
        #expect(after.rows.first?.notNow == nil)
        #expect(after.rows.first?.reasons.first?.words == "They asked for this time")
        #expect(after.rows.first?.item.why == "They said: After the harvest")
    }

    @Test func `a task that was put aside is back on its day`() async throws {
        let desk = try await desk()
        try await person(desk, "aside", due: now)
        let task = try await desk.get("Task", "task-aside")
        let until = now + 2 * day
        _ = try await desk.act {
            try PauseTask(id: task.id, version: task.version, until: until, reason: "On holiday").perform(in: $0)
        }
        #expect(try await queue(desk).rows.isEmpty)
        #expect(try await queue(desk, at: until).rows.map(\.item.person) == ["aside"])
    }

    @Test func `the way that reached this person is named with its counts, and never one that was refused`()
        async throws
    {
        let desk = try await desk()
        try await person(desk, "pat", due: now, opened: now - 30 * day)
        for step in 0..<3 {
            try await attempt(desk, "pat", "no-answer", at: now - 20 * day + Int64(step) * day)
            try await attempt(
                desk, "pat", "reached", .text, at: now - 10 * day + Int64(step) * day, despite: "She asked us by text")
        }
        try await person(desk, "pat", due: now, opened: now - 30 * day)
        // Nobody has agreed to texts: what is open without an answer is left, a letter or a call.
        let closed = try #require(try await queue(desk).rows.first)
        #expect(!closed.open.contains(.text) && closed.bestChannel?.what == nil)
        let verb = AnswerChannels(
            person: "pat", answers: [.text: true], recorder: "Practitioner/ruth", policy: desk.care.consents,
            minors: desk.care.minors)
        _ = try await desk.act { try verb.perform(in: $0) }
        let open = try #require(try await queue(desk, at: now + 1).rows.first)
        #expect(open.bestChannel?.what == .text)
        #expect(open.bestChannel?.ofPerson == ReachModel.Share(tried: 3, reached: 3))
        #expect(open.channel == .text)
    }
}
