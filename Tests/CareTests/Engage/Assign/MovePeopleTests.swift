import Access
import CareTestSupport
import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

@Suite struct MovePeopleTests {
    private let now = RecordedPerson.now
    private let ruth = "Practitioner/ruth"
    private let sam = "Practitioner/sam"
    private let supervisor = Caller(
        account: "kim", name: "Kim Osei", roles: [.supervisor], practitioner: "Practitioner/kim")

    private func rules() throws -> AssignmentRules { try CareContent.shipped().assignment }

    /// Ruth has a, b and c, Sam has d; a has an open task of Ruth's and one of Kim's.
    private func stored(_ engine: TestEngine = .usual) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine, projections: Projections.all(try CareContent.shipped()))
        for id in ["sam", "kim"] {
            try await scratch.put(["resourceType": "Practitioner", "active": true], id: id)
        }
        for (id, owner) in [("a", ruth), ("b", ruth), ("c", ruth), ("d", sam)] {
            try await scratch.put(RecordedPerson.patient(family: "Name\(id)", birth: "1950-01-01"), id: id)
            try await scratch.put(
                [
                    "resourceType": "EpisodeOfCare", "status": "active",
                    "type": [["coding": [["system": "urn:almoner:program", "code": "complex-care"]]]],
                    "patient": ["reference": .string("Patient/\(id)")], "careManager": ["reference": .string(owner)],
                ], id: "episode-\(id)")
        }
        for (id, owner) in [("t1", ruth), ("t2", "Practitioner/kim")] {
            try await scratch.put(
                [
                    "resourceType": "Task", "status": "requested", "intent": "order",
                    "code": ["coding": [["system": "urn:almoner:task", "code": "follow-up"]]],
                    "for": ["reference": "Patient/a"], "owner": ["reference": .string(owner)],
                ], id: id)
        }
        return scratch
    }

    private func picture(_ scratch: ScratchRecords) async throws -> CaseloadPicture {
        let (rules, now, ruth, sam) = (try rules(), now, ruth, sam)
        return try await scratch.records.read(as: supervisor, at: now, for: "test") { reader in
            let staff = try StaffMember.read([(ruth, "Ruth"), (sam, "Sam")], by: reader, at: now)
            return try CaseloadPicture.read(staff, rules, at: now, by: reader)
        }
    }

    @Test(arguments: Engines.all) func `a swap moves both ways with open tasks, and is taken back in one step`(
        engine: TestEngine
    ) async throws {
        let scratch = try await stored(engine)
        let verb = MovePeople(from: ruth, to: sam, going: ["a", "b"], coming: ["d"])
        let before = try await picture(scratch)
        #expect(before[ruth]?.load.people == 3 && before[sam]?.load.people == 1)
        // Not scored weighs 1, complex care 1 more.
        #expect(before[ruth]?.load.points == 6)
        let move = try await scratch.records.write(as: supervisor, at: now) { try verb.perform(in: $0) }
        let after = try await picture(scratch)
        #expect(after[ruth]?.load.people == 2 && after[sam]?.load.people == 2)
        func owner(_ id: String) async throws -> String? {
            try await scratch.records.read(as: supervisor, at: now, for: "test") {
                try $0.get("Task", id).root.text("owner", "reference")
            }
        }
        #expect(try await owner("t1") == sam)
        // What somebody else had taken on stays.
        #expect(try await owner("t2") == "Practitioner/kim")
        let result = try await scratch.records.write(as: supervisor, at: now + 1) {
            try UndoMove(move: move).perform(in: $0)
        }
        #expect(result == UndoMove.Result(people: 3, left: 0))
        #expect(try await picture(scratch)[ruth]?.load == before[ruth]?.load)
        #expect(try await owner("t1") == ruth)
        await #expect(throws: NotNow.self) {
            try await scratch.records.write(as: supervisor, at: now + 2) { try UndoMove(move: move).perform(in: $0) }
        }
    }

    @Test func `what was given on since stays where it is`() async throws {
        let scratch = try await stored()
        let verb = MovePeople(from: ruth, to: sam, going: ["a"])
        let move = try await scratch.records.write(as: supervisor, at: now) { try verb.perform(in: $0) }
        try await scratch.records.write(as: supervisor, at: now + 1) {
            _ = try GiveOwner(person: "a", owner: "Practitioner/kim").perform(in: $0)
        }
        let result = try await scratch.records.write(as: supervisor, at: now + 2) {
            try UndoMove(move: move).perform(in: $0)
        }
        #expect(result.left == 1)
        let episode = try await scratch.records.read(as: supervisor, at: now, for: "test") {
            try $0.get("EpisodeOfCare", "episode-a")
        }
        #expect(episode.root.text("careManager", "reference") == "Practitioner/kim")
    }

    @Test func `nobody moves when one of them is somebody else's by now`() async throws {
        let scratch = try await stored()
        let verb = MovePeople(from: ruth, to: sam, going: ["a", "d"])
        await #expect(throws: NotNow.self) {
            try await scratch.records.write(as: supervisor, at: now) { try verb.perform(in: $0) }
        }
        #expect(try await picture(scratch)[sam]?.load.people == 1)
    }

    @Test func `the work of who is away is on the list of who covers`() async throws {
        let scratch = try await stored()
        let day: Int64 = 86_400_000
        let verb = AddAbsence(who: ruth, cover: sam, from: now - day, until: now + day)
        try await scratch.records.write(as: supervisor, at: now) { _ = try verb.perform(in: $0) }
        func list(at moment: Int64) async throws -> [String] {
            try await scratch.records.read(as: supervisor, at: moment, for: "test") {
                try TodayList.read(me: sam, now: moment, day: moment..<moment + day, after: nil, by: $0).rows.map(
                    \.task)
            }
        }
        #expect(try await list(at: now) == ["t1"])
        #expect(try await list(at: now + 2 * day).isEmpty)
    }

    @Test
    func `room, language, place and having known each other speak for a care manager; who is away or full comes last`()
        async throws
    {
        let scratch = try await stored()
        try await scratch.put(
            [
                "resourceType": "Practitioner", "active": true, "address": [["city": "Euclid"]],
                "communication": [["coding": [["system": "urn:ietf:bcp:47", "code": "es-US"]]]],
            ], id: "sam")
        var patient = RecordedPerson.patient(family: "New", birth: "1960-01-01")
        patient["address"] = [["city": "Euclid"]]
        patient["communication"] = [["language": ["coding": [["system": "urn:ietf:bcp:47", "code": "es"]]]]]
        try await scratch.put(patient, id: "new")
        let (rules, now) = (try rules(), now)
        func suggested() async throws -> [SuggestManager.Suggestion] {
            let picture = try await picture(scratch)
            return try await scratch.records.read(as: supervisor, at: now, for: "test") {
                SuggestManager.read(
                    try $0.person("new", SuggestManager.reads), program: nil, picture, rules, at: now)
            }
        }
        let first = try await suggested()
        #expect(first.map(\.desk.staff.name) == ["Sam", "Ruth"])
        #expect(first.first?.factors.map(\.words).contains("Speaks their language") == true)
        let verb = AddAbsence(who: sam, cover: ruth, from: now - 1, until: now + 1_000)
        try await scratch.records.write(as: supervisor, at: now) { _ = try verb.perform(in: $0) }
        let second = try await suggested()
        #expect(second.map(\.hindrance) == [nil, "Away now"])
    }
}
