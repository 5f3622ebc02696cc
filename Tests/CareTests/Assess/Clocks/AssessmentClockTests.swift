import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

struct AssessmentClockTests {
    private static let start = CareDesk.now - 20 * CareDesk.day

    private func desk(program: String = "complex-care") async throws -> CareDesk {
        let desk = try await CareDesk.open(
            projections: [PanelProjection(clocks: try AssessmentClocks(content: Content(folder: nil)))])
        try await desk.put(
            "EpisodeOfCare", "e1",
            [
                "status": "active", "patient": ["reference": "Patient/dee"],
                "type": [["coding": [["system": "urn:almoner:program", "code": .string(program)]]]],
                "period": ["start": .string(FHIRDate.instant(Self.start))],
            ])
        return desk
    }

    private func clock(_ desk: CareDesk, after days: Int64 = 0) async throws -> AssessmentClock? {
        let clocks = desk.care.clocks
        return try await desk.look { reader in
            AssessmentClock.all(
                try reader.person("dee", AssessmentClock.reads), clocks: clocks, now: CareDesk.now + days * CareDesk.day
            ).first
        }
    }

    private func answered(_ desk: CareDesk, _ status: String, daysAfter: Int64) async throws {
        let at = FHIRDate.instant(Self.start + daysAfter * CareDesk.day)
        try await desk.put(
            "QuestionnaireResponse", "q-\(status)",
            [
                "questionnaire": "urn:almoner:questionnaire:intake-elder|1.0.0", "status": .string(status),
                "subject": ["reference": "Patient/dee"], "authored": .string(at),
            ])
    }

    @Test func `begun, complete and overdue by the days of the programme`() async throws {
        let desk = try await desk()
        let first = try #require(try await clock(desk))
        #expect(first.state == .notBegun && first.due == Self.start + 14 * CareDesk.day)
        #expect(first.isOverdue(at: CareDesk.now))
        try await answered(desk, "in-progress", daysAfter: 5)
        let begun = try #require(try await clock(desk))
        #expect(begun.state == .begun(Self.start + 5 * CareDesk.day))
        #expect(begun.due == Self.start + 30 * CareDesk.day && !begun.isOverdue(at: CareDesk.now))
        #expect(begun.isOverdue(at: Self.start + 31 * CareDesk.day))
        try await answered(desk, "completed", daysAfter: 15)
        #expect(try await clock(desk)?.due == nil)
        let short = try await self.desk(program: "transition-30-day")
        #expect(try await clock(short)?.due == Self.start + 3 * CareDesk.day)
    }

    @Test func `an assessment from some weeks before counts, an old one does not`() async throws {
        let recent = try await desk()
        try await answered(recent, "completed", daysAfter: -80)
        #expect(try await clock(recent)?.due == nil)
        let old = try await desk()
        try await answered(old, "completed", daysAfter: -100)
        #expect(try await clock(old)?.state == .notBegun)
    }

    @Test func `unreachable takes enough attempts by enough means since the last time somebody was reached`()
        async throws
    {
        let desk = try await desk()
        let limits = RecordAttempt.Limits(attempts: 9, overDays: 30)
        func attempt(_ channel: RecordAttempt.Channel, _ outcome: String, day: Int64) async throws {
            let verb = RecordAttempt(
                person: "dee", outcome: try desk.outcome(outcome), channel: channel, despite: "Agreed by phone",
                limits: limits, policy: desk.care.consents, by: "Practitioner/ruth")
            _ = try await desk.act(at: Self.start + day * CareDesk.day) { try verb.perform(in: $0) }
        }
        for day in 1...4 as ClosedRange<Int64> { try await attempt(.phone, "no-answer", day: day) }
        let calls = try #require(try await clock(desk)?.tried)
        #expect(calls == .init(attempts: 4, means: 1, isEnough: false))
        try await attempt(.letter, "no-answer", day: 6)
        #expect(try await clock(desk)?.tried == .init(attempts: 5, means: 2, isEnough: true))
        #expect(try await clock(desk, after: 40)?.tried.attempts == 0)
        try await attempt(.phone, "reached", day: 8)
        #expect(try await clock(desk)?.tried.attempts == 0)
    }

    @Test func `the panel finds whose assessment is overdue`() async throws {
        let desk = try await desk()
        try await desk.consent()
        func overdue() async throws -> [String] {
            var query = PanelQuery()
            query.gap = .overdue
            let asked = query
            return try await desk.look { try Panel.read(asked, by: $0, at: CareDesk.now).rows.map(\.person) }
        }
        #expect(try await overdue() == ["dee"])
        try await answered(desk, "completed", daysAfter: 15)
        #expect(try await overdue() == [])
    }

    @Test(arguments: [
        ("completeWithinDays: 30", "completeWithinDays: 3", "complete before it is begun"),
        ("{attempts: 4, means: 2", "{attempts: 1, means: 2", "as many attempts as means"),
        ("forms: [whole-person-intake, intake-elder, intake-child]", "forms: []", "no form is named"),
    ])
    func `figures that cannot hold stop the start`(found: String, put: String, problem: String) throws {
        let text = ShippedContent.text(AssessmentClocks.file)
        #expect(text.contains(found))
        let root = ContentField(root: try YAML.parse(Array(text.replacing(found, with: put, maxReplacements: 1).utf8)))
        let failure = #expect(throws: ContentProblem.self) { try AssessmentClocks(root) }
        #expect("\(failure.map(String.init(describing:)) ?? "")".contains(problem))
    }
}
