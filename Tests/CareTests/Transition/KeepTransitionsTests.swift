import Access
import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// Friday 6 March 2026, 14:00 UTC: the example of CMS. Contact by Tuesday 10, visits by 13 and 20 March.
private let discharge = "2026-03-06T14:00:00Z"

struct KeepTransitionsTests {
    /// The plan as it ships, with everybody at high risk unless a test wants what the scores say.
    private static func rules(asScored: Bool = false) throws -> TransitionRules {
        let content = Content(folder: nil)
        let text = String(decoding: try #require(content.file(TransitionPlan.file)), as: UTF8.self)
        let plan = asScored ? text : text.replacing("{lace: 10, hospital: 7}", with: "{lace: 0, hospital: 0}")
        return TransitionRules(
            holidays: try Holidays(content: { content.file($0) }), zone: .offset(minutes: 0),
            risk: try RiskModels(content: { content.file($0) }),
            plan: try TransitionPlan(ContentField(root: try YAML.parse(Array(plan.utf8)))))
    }

    private static func moment(_ text: String) throws -> Int64 { try #require(FHIRDate(text)).low }

    private static func open(with encounters: [JSON]) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(projections: [StayProjection(), OutcomeProjection()])
        try await scratch.put(
            [
                "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Delores"]]],
                "birthDate": "1948-03-14", "telecom": [["system": "phone", "value": "555"]],
            ], id: "p", at: try moment("2026-03-01T00:00:00Z"))
        for encounter in encounters {
            let id = try #require(encounter["id"]?.string)
            try await scratch.put(encounter, id: id, at: try moment("2026-03-06T15:00:00Z"))
        }
        return scratch
    }

    private static func keep(_ scratch: ScratchRecords, at text: String, asScored: Bool = false) async throws {
        let rules = try rules(asScored: asScored)
        try await scratch.records.write(as: .system("test"), at: try moment(text)) { change in
            try KeepTransitions("p", rules: rules).perform(in: change)
        }
    }

    private static func tasks(_ scratch: ScratchRecords) async throws -> [TransitionTask] {
        try await scratch.records.read(as: .system("test"), at: 0, for: "test") { reader in
            try reader.person("p", ["Task"]).all("Task").compactMap(TransitionTask.init)
        }
    }

    private static func episodes(_ scratch: ScratchRecords) async throws -> [TransitionEpisode] {
        try await scratch.records.read(as: .system("test"), at: 0, for: "test") { reader in
            try reader.person("p", ["EpisodeOfCare"]).all("EpisodeOfCare").compactMap(TransitionEpisode.init)
        }
    }

    private static func board(_ scratch: ScratchRecords, at text: String) async throws -> TransitionBoard {
        let now = try moment(text)
        return try await scratch.records.read(as: scratch.caller, at: now, for: "test") { reader in
            try TransitionBoard.read(TransitionBoard.Filter(), at: now, by: reader)
        }
    }

    private static let stay = Visits.stay("e1", "2026-03-01T08:00:00Z", discharge, reason: "Heart failure")

    @Test func `a discharge opens the clocks of the two business days, the visits and day 30, once`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        try await Self.keep(scratch, at: "2026-03-07T16:00:00Z")
        let tasks = try await Self.tasks(scratch)
        #expect(tasks.count == 11)
        func due(_ code: TaskCode) -> String? { tasks.first { $0.code == code }?.due.map(FHIRDate.instant) }
        #expect(due(.dischargeContact) == "2026-03-10T23:59:59.000Z")
        #expect(due(.dischargeVisit7) == "2026-03-13T23:59:59.000Z")
        #expect(due(.dischargeVisit14) == "2026-03-20T23:59:59.000Z")
        #expect(due(.day30) == "2026-04-04T23:59:59.000Z")
        #expect(try await Self.episodes(scratch).map(\.status) == ["active"])
        let board = try await Self.board(scratch, at: "2026-03-07T16:00:00Z")
        #expect(board.list.map(\.lane) == [.discharged])
        #expect(board.list.first?.scores?.contains("LACE") == true)
        #expect(board.list.first?.blocker == "Nobody owns this")
    }

    @Test func `a discharge of more than 30 days ago opens nothing`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-04-06T16:00:00Z")
        #expect(try await Self.episodes(scratch).isEmpty)
    }

    @Test func `a stay recorded in error withdraws what it opened`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        var wrong = Self.stay
        wrong["status"] = "entered-in-error"
        try await scratch.put(wrong, id: "e1")
        try await Self.keep(scratch, at: "2026-03-07T16:00:00Z")
        #expect(try await Self.episodes(scratch).map(\.status) == ["cancelled"])
        #expect(try await Self.tasks(scratch).allSatisfy { $0.status == "cancelled" })
        #expect(try await Self.board(scratch, at: "2026-03-07T16:00:00Z").list.isEmpty)
    }

    @Test func `a discharge that is taken back and given again opens again`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        try await scratch.put(Visits.stay("e1", "2026-03-01T08:00:00Z", nil, status: "in-progress"), id: "e1")
        try await Self.keep(scratch, at: "2026-03-06T17:00:00Z")
        try await scratch.put(Visits.stay("e1", "2026-03-01T08:00:00Z", "2026-03-09T10:00:00Z"), id: "e1")
        try await Self.keep(scratch, at: "2026-03-09T11:00:00Z")
        #expect(try await Self.episodes(scratch).map(\.status) == ["cancelled", "active"])
        #expect(try await Self.tasks(scratch).count { $0.isOpen } == 11)
    }

    @Test func `a second sender who tells of the same discharge does not begin it anew, a transfer does`() async throws
    {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        // It begins later and so comes last among the encounters of the stay.
        try await scratch.put(
            Visits.stay("e2", "2026-03-01T09:30:00Z", "2026-03-06T14:20:00Z", at: "Health exchange"), id: "e2")
        try await Self.keep(scratch, at: "2026-03-06T17:00:00Z")
        #expect(try await Self.episodes(scratch).map(\.status) == ["active"])
        #expect(try await Self.tasks(scratch).count == 11)
        #expect(try await Self.board(scratch, at: "2026-03-07T16:00:00Z").list.count == 1)
        try await scratch.put(
            Visits.stay("e3", "2026-03-06T18:00:00Z", "2026-03-08T10:00:00Z", at: "St. Luke's"), id: "e3")
        try await Self.keep(scratch, at: "2026-03-08T11:00:00Z")
        #expect(try await Self.episodes(scratch).map(\.status) == ["cancelled", "active"])
        #expect(try await Self.tasks(scratch).count { $0.isOpen } == 11)
    }

    @Test func `a readmission closes the running transition with its reason, the next discharge opens a new one`()
        async throws
    {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        try await scratch.put(Visits.stay("e2", "2026-03-15T08:00:00Z", nil, status: "in-progress"), id: "e2")
        try await Self.keep(scratch, at: "2026-03-15T09:00:00Z")
        #expect(try await Self.episodes(scratch).map(\.reason) == ["readmitted"])
        #expect(try await Self.tasks(scratch).allSatisfy { !$0.isOpen })
        #expect(try await Self.board(scratch, at: "2026-03-15T09:00:00Z").list.map(\.lane) == [.admitted])
        try await scratch.put(Visits.stay("e2", "2026-03-15T08:00:00Z", "2026-03-18T10:00:00Z"), id: "e2")
        try await Self.keep(scratch, at: "2026-03-18T11:00:00Z")
        #expect(try await Self.episodes(scratch).map(\.status) == ["finished", "active"])
    }

    @Test func `a death closes what runs and opens nothing`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        try await scratch.put(["resourceType": "Patient", "deceasedDateTime": "2026-03-08"], id: "p")
        try await Self.keep(scratch, at: "2026-03-09T16:00:00Z")
        #expect(try await Self.episodes(scratch).map(\.reason) == ["died"])
        #expect(try await Self.board(scratch, at: "2026-03-09T16:00:00Z").list.isEmpty)
    }

    @Test func `a contact, a reconciliation and a visit move the stay from lane to lane`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                "careManager": ["reference": "Practitioner/ruth"],
            ], id: "care")
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        #expect(try await Self.tasks(scratch).allSatisfy { $0.owner == "Practitioner/ruth" })
        let call: JSON = [
            "resourceType": "Encounter", "status": "finished",
            "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"],
            "type": [["coding": [["system": "urn:almoner:contact", "code": "call"]]]],
            "subject": ["reference": "Patient/p"],
            "period": ["start": "2026-03-09T10:00:00Z", "end": "2026-03-09T10:20:00Z"],
        ]
        try await scratch.put(call, id: "call")
        try await Self.keep(scratch, at: "2026-03-09T11:00:00Z")
        #expect(try await Self.board(scratch, at: "2026-03-09T12:00:00Z").list.map(\.lane) == [.contacted])

        let episode = try #require(try await Self.episodes(scratch).first).resource.id
        let caller = scratch.caller
        try await scratch.records.write(as: caller, at: try Self.moment("2026-03-11T11:00:00Z")) { change in
            try RecordReconciled(
                episode: episode, version: nil, day: "2026-03-10", note: nil, performer: "Practitioner/ruth",
                zone: .offset(minutes: 0)
            ).perform(in: change)
        }
        #expect(try await Self.board(scratch, at: "2026-03-11T12:00:00Z").list.map(\.lane) == [.reconciled])

        try await scratch.records.write(as: caller, at: try Self.moment("2026-03-16T11:00:00Z")) { change in
            try RecordSeen(
                episode: episode, version: nil, day: "2026-03-15", note: "Dr. Ito", zone: .offset(minutes: 0)
            ).perform(in: change)
        }
        #expect(try await Self.board(scratch, at: "2026-03-16T12:00:00Z").list.map(\.lane) == [.seen])
        let tasks = try await Self.tasks(scratch)
        #expect(tasks.first { $0.code == .dischargeVisit7 }?.status == "failed")
        #expect(tasks.first { $0.code == .dischargeVisit14 }?.status == "completed")
        #expect(try await Self.board(scratch, at: "2026-04-05T12:00:00Z").list.map(\.lane) == [.day30])
        try await scratch.records.write(as: caller, at: try Self.moment("2026-04-05T12:00:00Z")) { change in
            try RecordClosed(episode: episode, conclusion: "home", plan: try Self.rules().plan).perform(in: change)
        }
        let closed = try await Self.episodes(scratch)
        #expect(closed.map(\.reason) == ["completed"])
        #expect(
            closed.first?.resource.root.list("extension").contains {
                $0.text("valueCodeableConcept", "coding", "code") == "home"
            } == true)
    }

    @Test func `a transition is never closed without how it went`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        let episode = try #require(try await Self.episodes(scratch).first).resource.id
        let last = try #require(try await Self.tasks(scratch).first { $0.code == .day30 }).resource.id
        let (caller, after) = (scratch.caller, try Self.moment("2026-04-05T12:00:00Z"))
        for conclusion in [nil, "", "well"] {
            await #expect(throws: FormProblems("conclusion", "Choose how it went.")) {
                try await scratch.records.write(as: caller, at: after) { change in
                    try RecordClosed(episode: episode, conclusion: conclusion, plan: try Self.rules().plan)
                        .perform(in: change)
                }
            }
        }
        await #expect(throws: NotNow.self) {
            try await scratch.records.write(as: caller, at: after) { change in
                try CompleteTask(
                    id: last, version: nil, outcome: .done,
                    days: SiteDays(today: CalendarDay(daysSinceEpoch: 0), end: { _ in 0 })
                ).perform(in: change)
            }
        }
        #expect(try await Self.episodes(scratch).map(\.status) == ["active"])
    }

    @Test func `what is to be done follows risk and where the person went`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z", asScored: true)
        let codes = Set(try await Self.tasks(scratch).map(\.code))
        #expect(codes.isSuperset(of: [.dischargeContact, .dischargeVisit14, .day30]))
        #expect(codes.isDisjoint(with: [.dischargeVisit7, .dischargeSecondCall]))
        let plan = try Self.rules(asScored: true).plan
        #expect(plan.risk(lace: 10, hospital: nil) == .high)
        #expect(plan.risk(lace: 9, hospital: 7) == .high)
        #expect(plan.risk(lace: 4, hospital: 5) == .moderate)
        #expect(plan.risk(lace: 4, hospital: 4) == .low)
        let against = plan.steps(.low, to: .againstAdvice).first { $0.code == .dischargeContact }
        #expect(against?.due == .businessDays(1))
        #expect(plan.steps(.unknown, to: .home).contains { $0.code == .dischargeVisit7 })
    }

    @Test func `a step that is asked about stays open or closes by its answer`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        let episode = try #require(try await Self.episodes(scratch).first).resource.id
        func record(_ answer: String?) async throws {
            try await scratch.records.write(as: scratch.caller, at: try Self.moment("2026-03-09T11:00:00Z")) { change in
                try RecordStep(
                    episode: episode, code: .dischargeSummary, version: nil, answer: answer, day: "2026-03-09",
                    note: "Medical records, by fax", plan: try Self.rules().plan, zone: .offset(minutes: 0)
                ).perform(in: change)
            }
        }
        func status() async throws -> String? {
            try await Self.tasks(scratch).first { $0.code == .dischargeSummary }?.status
        }
        await #expect(throws: FormProblems("answer", "Choose one.")) { try await record("lost") }
        try await record("asked")
        #expect(try await status() == "in-progress")
        try await record("received")
        #expect(try await status() == "completed")
        await #expect(throws: NotNow.self) { try await record("received") }
    }

    @Test func `how it went is found in the record`() throws {
        func found(_ more: [JSON], died: Int64? = nil) throws -> String? {
            let all = FindStays(
                try ([Self.stay] + more).map { ($0["id"]?.string ?? "", try $0.document().root) })
            let stay = try #require(all.stays.first)
            return TransitionOutcome.found(after: stay, among: all, died: died)?.code
        }
        #expect(try found([]) == nil)
        #expect(try found([], died: try Self.moment("2026-03-20T00:00:00Z")) == "died")
        #expect(
            try found([Visits.stay("e2", "2026-03-15T08:00:00Z", "2026-03-16T08:00:00Z")]) == "readmitted")
        #expect(
            try found([Visits.stay("e3", "2026-03-15T08:00:00Z", "2026-03-15T12:00:00Z", class: "EMER")]) == "emergency"
        )
    }

    @Test func `a day before the discharge or still to come is refused`() async throws {
        let scratch = try await Self.open(with: [Self.stay])
        try await Self.keep(scratch, at: "2026-03-06T16:00:00Z")
        let episode = try #require(try await Self.episodes(scratch).first).resource.id
        for day in ["2026-03-05", "2026-03-12", "soon"] {
            await #expect(throws: FormProblems.self) {
                try await scratch.records.write(as: scratch.caller, at: try Self.moment("2026-03-11T11:00:00Z")) {
                    change in
                    try RecordSeen(episode: episode, version: nil, day: day, note: nil, zone: .offset(minutes: 0))
                        .perform(in: change)
                }
            }
        }
    }
}
