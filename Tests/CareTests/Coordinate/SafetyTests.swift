import Access
import Care
import FHIR
import Records
import TestSupport
import Testing

struct SafetyTests {
    private typealias Team = TeamAtWork

    @Test func `a safety item cannot be put aside, closed like another task, or left without outcome`() async throws {
        let team = try await Team.open()
        let item = try await team.task(.safety, owner: Team.ruth, dueIn: 1)
        await #expect(throws: NotNow.self) {
            try await team.act {
                try PauseTask(id: item.id, version: 1, until: Team.now + Team.day, reason: "Later").perform(in: $0)
            }
        }
        await #expect(throws: NotNow.self) {
            try await team.act {
                try CompleteTask(id: item.id, version: 1, outcome: .done, note: "Done", days: Team.days).perform(in: $0)
            }
        }
        await #expect(throws: FormProblems.self) {
            try await team.act {
                try AcknowledgeSafety(id: item.id, version: 1, outcome: nil, note: "Spoke").perform(in: $0)
            }
        }
        await #expect(throws: FormProblems.self) {
            try await team.act {
                try AcknowledgeSafety(id: item.id, version: 1, outcome: .safeNow, note: nil).perform(in: $0)
            }
        }
        #expect(try await team.stored(item.id).isOpen)
    }

    @Test func `nobody but a person of the team acknowledges a safety item`() async throws {
        let team = try await Team.open()
        let item = try await team.task(.safety)
        await #expect(throws: NotNow.self) {
            try await team.scratch.records.write(as: .system("test"), at: Team.now) { change in
                _ = try AcknowledgeSafety(id: item.id, version: 1, outcome: .safeNow, note: "Spoke").perform(in: change)
            }
        }
    }

    @Test func `acknowledging closes it and names who, when and what came of it`() async throws {
        let team = try await Team.open()
        let item = try await team.task(.safety, owner: Team.sam, dueIn: 1)
        let closed = try await team.act(as: Team.ruth) {
            try AcknowledgeSafety(
                id: item.id, version: 1, outcome: .crisisTeam, note: "Handed over by phone"
            ).perform(in: $0)
        }
        #expect(closed.resource.root.text("status") == "completed")
        #expect(closed.owner == Team.ruth)
        let output = closed.resource.root.list("output").first
        #expect(output?.text("valueCodeableConcept", "coding", "code") == "crisis-team")
        #expect(closed.resource.root.list("note").last?.text("authorReference", "reference") == Team.ruth)
        #expect(try await team.today(Team.sam).rows.isEmpty)
    }

    @Test func `taking it or being given it does not acknowledge it`() async throws {
        let team = try await Team.open()
        let item = try await team.task(.safety, owner: nil, dueIn: 1)
        try await team.act { try TakeTask(id: item.id, version: 1).perform(in: $0) }
        try await team.act {
            try ReassignTask(id: item.id, version: 2, owner: Team.sam, reason: nil).perform(in: $0)
        }
        #expect(try await team.stored(item.id).isOpen)
        #expect(try await team.today(Team.sam).rows.map(\.task) == [item.id])
    }

    @Test func `not acknowledged in time it goes to the backup, once, and to the next backup after the shift`()
        async throws
    {
        let team = try await Team.open()
        try await team.shift(Team.ruth, backup: Team.sam, hours: 0...4)
        try await team.shift(Team.sam, backup: Team.ada, hours: 4...8)
        let item = try await team.task(.safety, owner: Team.ruth, dueIn: 1)
        #expect(try await team.escalate(after: 0) == 0)
        #expect(try await team.escalate(after: 2) == 1)
        #expect(try await team.stored(item.id).owner == Team.sam)
        #expect(try await team.escalate(after: 3) == 0)
        #expect(try await team.escalate(after: 5) == 1)
        let climbed = try await team.stored(item.id)
        #expect(climbed.owner == Team.ada)
        #expect(climbed.isOpen)
        #expect(
            climbed.resource.root.list("note").first?.text("text")
                == "Not acknowledged in time. Moved on to Sam Ortiz, LCSW.")
    }

    @Test func `one that nobody owns goes to who is on duty as soon as there is someone`() async throws {
        let team = try await Team.open()
        let item = try await team.task(.safety, owner: nil, dueIn: 10)
        #expect(try await team.escalate(after: 0) == 0)
        try await team.shift(Team.ada, backup: nil)
        #expect(try await team.escalate(after: 1) == 1)
        #expect(try await team.stored(item.id).owner == Team.ada)
    }

    @Test func `who is on duty and the backup see every safety item, others only theirs, nobody's and late ones`()
        async throws
    {
        let team = try await Team.open()
        try await team.shift(Team.ruth, backup: Team.sam)
        let item = try await team.task(.safety, owner: Team.ruth, dueIn: 1)
        let free = try await team.task(.safety, owner: nil, dueIn: 2)
        #expect(try await team.today(Team.ruth).rows.map(\.task) == [item.id, free.id])
        #expect(try await team.today(Team.sam).rows.map(\.task) == [item.id, free.id])
        #expect(try await team.today(Team.ada).rows.map(\.task) == [free.id])
        #expect(try await team.today(Team.ada, after: 3).rows.map(\.task) == [item.id, free.id])
    }
}
