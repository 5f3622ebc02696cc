import Access
import Care
import FHIR
import Records
import TestSupport
import Testing

struct TodayListTests {
    private typealias Team = TeamAtWork

    @Test func `safety comes first, then day by day with what is urgent first, undated last`() async throws {
        let team = try await Team.open()
        for (title, code, hours, urgent) in [
            ("undated", TaskCode.followUp, nil, false), ("tomorrow", .nextContact, 24, false),
            ("late", .assessment, -48, false), ("urgent next week", .dischargeContact, 160, true),
            ("routine today", .followUp, 1, false), ("urgent today", .dischargeContact, 3, true),
            ("in two weeks", .followUp, 336, true), ("safety", .safety, 500, false),
        ] as [(String, TaskCode, Int64?, Bool)] {
            try await team.task(code, dueIn: hours, urgent: urgent, title: title)
        }
        try await team.task(owner: Team.sam, title: "not mine")
        let list = try await team.today(Team.ruth)
        #expect(
            list.rows.map(\.title) == [
                "safety", "late", "urgent today", "routine today", "tomorrow", "urgent next week", "undated",
            ])
        #expect(list.count == 7)
        #expect(list.hasLater)
        let later = try await team.scratch.records.read(as: team.scratch.caller, at: Team.now, for: "test") {
            try WorkList(owner: .person(Team.ruth), code: nil, from: TodayList.horizon(Team.now..<Team.now + Team.day))
                .read(after: nil, by: $0).rows.map(\.title)
        }
        #expect(later.contains("in two weeks") && !later.contains("tomorrow"))
    }

    @Test func `a row says who it is, why now and how to reach them`() async throws {
        let team = try await Team.open()
        try await team.store([
            [
                "resourceType": "Condition", "id": "c1", "subject": ["reference": "Patient/bell"],
                "clinicalStatus": [
                    "coding": [
                        ["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]
                    ]
                ],
                "code": ["text": "Chronic congestive heart failure (disorder)"],
            ]
        ])
        try await team.task()
        let row = try #require(try await team.today(Team.ruth).rows.first)
        #expect(row.name == "Delores Whitfield")
        #expect(row.born == "1948")
        #expect(row.condition == "heart failure")
        #expect(row.why == "Because")
        #expect(row.phone == "555-0134")
        #expect(row.mayLeaveMessage == nil)
        #expect(row.lastContact == nil)
        #expect(row.owner == Team.ruth)
    }

    @Test func `a long list comes in pages without a row lost or shown twice`() async throws {
        let team = try await Team.open()
        let records = team.scratch.records
        try await records.write(as: .system("test"), at: Team.now) { change in
            for number in 0..<120 {
                _ = try OpenTask(
                    .followUp, person: "bell", title: "Task \(number)", why: "Because", owner: Team.ruth,
                    due: Team.now + Int64(number % 7) * Team.hour
                ).perform(in: change)
            }
        }
        var seen: [String] = []
        var page: String?
        repeat {
            let list = try await team.today(Team.ruth, page: page)
            #expect(list.rows.count <= 50)
            seen += list.rows.map(\.task)
            page = list.next
        } while page != nil
        #expect(seen.count == 120)
        #expect(Set(seen).count == 120)
    }

    @Test func `appointments of the day stand in their order`() async throws {
        let team = try await Team.open()
        func appointment(_ id: String, _ hours: Int64, _ who: String) -> JSON {
            [
                "resourceType": "Appointment", "id": .string(id), "status": "booked", "description": .string(id),
                "start": .string(FHIRDate.instant(Team.now + hours * Team.hour)),
                "end": .string(FHIRDate.instant(Team.now + (hours + 1) * Team.hour)),
                "participant": [
                    ["actor": ["reference": "Patient/bell"], "status": "accepted"],
                    ["actor": ["reference": .string(who)], "status": "accepted"],
                ],
            ]
        }
        try await team.store([
            appointment("late", 5, Team.ruth), appointment("early", 1, Team.ruth),
            appointment("other-day", 30, Team.ruth), appointment("not-mine", 2, Team.sam),
        ])
        #expect(try await team.today(Team.ruth).day.map(\.title) == ["early", "late"])
    }

    @Test func `the list of tasks is narrowed by owner and kind`() async throws {
        let team = try await Team.open()
        try await team.task(.followUp, owner: Team.ruth, title: "a")
        try await team.task(.assessment, owner: Team.sam, dueIn: 2, title: "b")
        try await team.task(.assessment, owner: nil, dueIn: 1, title: "c")
        func titles(_ owner: WorkList.Owner, _ code: TaskCode?) async throws -> [String] {
            try await team.scratch.records.read(as: team.scratch.caller, at: Team.now, for: "test") {
                try WorkList(owner: owner, code: code).read(after: nil, by: $0).rows.map(\.title)
            }
        }
        #expect(try await titles(.anyone, nil) == ["c", "b", "a"])
        #expect(try await titles(.anyone, .assessment) == ["c", "b"])
        #expect(try await titles(.nobody, nil) == ["c"])
        #expect(try await titles(.person(Team.sam), .assessment) == ["b"])
    }

    @Test func `an administrator is shown no work`() async throws {
        let team = try await Team.open()
        try await team.task(.safety, owner: nil)
        let admin = Caller(account: "admin", name: "Admin", roles: [.administrator], practitioner: "Practitioner/admin")
        let list = try await team.scratch.records.read(as: admin, at: Team.now, for: "test") { reader in
            try TodayList.read(
                me: "Practitioner/admin", now: Team.now, day: Team.now..<Team.now + Team.day, after: nil, by: reader)
        }
        #expect(list.rows.isEmpty && list.unowned.isEmpty && list.count == 0)
    }
}
