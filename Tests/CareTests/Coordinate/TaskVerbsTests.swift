import Access
import Care
import FHIR
import Records
import TestSupport
import Testing

/// A person, three colleagues and the tables of work, for the tests of tasks.
struct TeamAtWork: Sendable {
    let scratch: ScratchRecords
    /// 2026-11-21T10:00:00Z, a Saturday.
    static let now: Int64 = 1_795_255_200_000
    static let days = SiteDays(today: CalendarDay(daysSinceEpoch: FHIRDate.days(now))) {
        FHIRDate.millis($0.adding(days: 1)) - 1
    }
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 86_400_000
    static let ruth = "Practitioner/ruth"
    static let sam = "Practitioner/sam"
    static let ada = "Practitioner/ada"

    static func open() async throws -> TeamAtWork {
        let scratch = try await ScratchRecords.open(projections: [WorkProjection()])
        let team = TeamAtWork(scratch: scratch)
        try await team.store(
            [("ruth", "Ruth Adeyemi, RN"), ("sam", "Sam Ortiz, LCSW"), ("ada", "Ada Cho, MD")].map { id, name in
                [
                    "resourceType": "Practitioner", "id": .string(id), "active": true,
                    "name": [["text": .string(name)]],
                ]
            } + [
                [
                    "resourceType": "Patient", "id": "bell", "birthDate": "1948-03-14",
                    "name": [["family": "Whitfield", "given": ["Delores"]]],
                    "telecom": [["system": "phone", "value": "555-0134"]],
                ]
            ])
        return team
    }

    /// Stores resources as the product does on import.
    func store(_ resources: [JSON]) async throws {
        for resource in resources {
            try await scratch.put(resource, id: resource["id"]?.string ?? "", at: Self.now)
        }
    }

    func caller(_ practitioner: String) -> Caller {
        let id = String(practitioner.dropFirst("Practitioner/".count))
        return Caller(account: id, name: id, roles: [.careManager], practitioner: practitioner)
    }

    @discardableResult
    func task(
        _ code: TaskCode = .followUp, owner: String? = ruth, dueIn hours: Int64? = 24, urgent: Bool = false,
        title: String = "Do it"
    ) async throws -> Resource {
        let task = OpenTask(
            code, person: "bell", title: title, why: "Because", owner: owner,
            due: hours.map { Self.now + $0 * Self.hour },
            isUrgent: urgent)
        return try await scratch.records.write(as: .system("test"), at: Self.now) { try task.perform(in: $0) }
    }

    @discardableResult
    func act(
        as who: String = ruth, after hours: Int64 = 0, _ verb: @escaping @Sendable (Change) throws -> Resource
    ) async throws -> CareTask {
        CareTask(try await scratch.records.write(as: caller(who), at: Self.now + hours * Self.hour, verb))
    }

    func escalate(after hours: Int64) async throws -> Int {
        try await scratch.records.write(as: .system("duty"), at: Self.now + hours * Self.hour) {
            try EscalateSafety().perform(in: $0)
        }
    }

    func shift(_ who: String, backup: String?, hours: ClosedRange<Int64> = 0...100) async throws {
        let shift = AddShift(
            who: who, backup: backup, from: Self.now + hours.lowerBound * Self.hour,
            until: Self.now + hours.upperBound * Self.hour)
        let boss = Caller(account: "ines", name: "Ines", roles: [.supervisor])
        _ = try await scratch.records.write(as: boss, at: Self.now) { try shift.perform(in: $0) }
    }

    func stored(_ id: String) async throws -> CareTask {
        try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") {
            CareTask(try $0.get("Task", id))
        }
    }

    func today(_ who: String, after hours: Int64 = 0, page: String? = nil) async throws -> TodayList {
        let now = Self.now + hours * Self.hour
        return try await scratch.records.read(as: caller(who), at: now, for: "test") { reader in
            try TodayList.read(me: who, now: now, day: now..<now + Self.day, after: page, by: reader)
        }
    }
}

struct TaskVerbsTests {
    private typealias Team = TeamAtWork

    private func notes(_ task: CareTask) -> [String] {
        task.resource.root.list("note").compactMap { $0.text("text") }
    }

    @Test func `closing a task says how, by whom and when`() async throws {
        let team = try await Team.open()
        let task = try await team.task()
        let closed = try await team.act {
            try CompleteTask(
                id: task.id, version: 1, outcome: .notPossible, note: "Number out of service", days: Team.days
            ).perform(
                in: $0)
        }
        #expect(!closed.isOpen)
        #expect(closed.resource.root.text("status") == "failed")
        let note = closed.resource.root.list("note").first
        #expect(note?.text("authorReference", "reference") == Team.ruth)
        #expect(note?.text("time") == FHIRDate.instant(Team.now))
        #expect(note?.text("text")?.contains("Number out of service") == true)
        #expect(try await team.today(Team.ruth).rows.isEmpty)
    }

    @Test func `a task is not closed without an outcome, nor called impossible without a reason`() async throws {
        let team = try await Team.open()
        let task = try await team.task()
        await #expect(throws: FormProblems("outcome", "Choose how it ended.")) {
            try await team.act {
                try CompleteTask(id: task.id, version: 1, outcome: nil, days: Team.days).perform(in: $0)
            }
        }
        await #expect(throws: FormProblems("outcome-note", "Say why.")) {
            try await team.act {
                try CompleteTask(id: task.id, version: 1, outcome: .notNeeded, days: Team.days).perform(in: $0)
            }
        }
    }

    @Test func `a closed task cannot be closed again`() async throws {
        let team = try await Team.open()
        let task = try await team.task()
        try await team.act {
            try CompleteTask(id: task.id, version: 1, outcome: .done, days: Team.days).perform(in: $0)
        }
        await #expect(throws: NotNow.self) {
            try await team.act {
                try CompleteTask(id: task.id, version: 2, outcome: .done, days: Team.days).perform(in: $0)
            }
        }
    }

    @Test func `whoever saved in between is told apart from the form`() async throws {
        let team = try await Team.open()
        let task = try await team.task()
        try await team.act {
            try ReassignTask(id: task.id, version: 1, owner: Team.sam, reason: nil).perform(in: $0)
        }
        do {
            try await team.act {
                try CompleteTask(id: task.id, version: 1, outcome: .done, days: Team.days).perform(in: $0)
            }
            Issue.record("a stale form was accepted")
        } catch RecordsFailure.stale(let current) {
            #expect(current.version == 2)
        }
    }

    @Test func `a task that nobody owns can be taken, one that a colleague has cannot`() async throws {
        let team = try await Team.open()
        let free = try await team.task(owner: nil)
        #expect(try await team.today(Team.ruth).unowned.map(\.task) == [free.id])
        let taken = try await team.act { try TakeTask(id: free.id, version: 1).perform(in: $0) }
        #expect(taken.owner == Team.ruth)
        await #expect(throws: NotNow.self) {
            try await team.act(as: Team.sam) { try TakeTask(id: free.id, version: 2).perform(in: $0) }
        }
    }

    @Test func `a task is given to someone who works here`() async throws {
        let team = try await Team.open()
        let task = try await team.task()
        await #expect(throws: FormProblems.self) {
            try await team.act {
                try ReassignTask(id: task.id, version: 1, owner: "Practitioner/nobody", reason: nil).perform(in: $0)
            }
        }
        let given = try await team.act {
            try ReassignTask(id: task.id, version: 1, owner: Team.sam, reason: "On leave").perform(in: $0)
        }
        #expect(given.owner == Team.sam)
        #expect(notes(given) == ["Given to Sam Ortiz, LCSW by ruth. On leave"])
    }

    @Test func `a paused task leaves Today and comes back by itself`() async throws {
        let team = try await Team.open()
        let task = try await team.task()
        try await team.act {
            try PauseTask(id: task.id, version: 1, until: Team.now + 48 * Team.hour, reason: "Away").perform(in: $0)
        }
        #expect(try await team.today(Team.ruth).rows.isEmpty)
        #expect(try await team.today(Team.ruth, after: 48).rows.map(\.task) == [task.id])
        // It was due before, so it is due when it comes back.
        #expect(try await team.stored(task.id).due == Team.now + 48 * Team.hour)
        try await team.act { try ResumeTask(id: task.id, version: 2).perform(in: $0) }
        #expect(try await team.today(Team.ruth).rows.map(\.task) == [task.id])
    }

    @Test func `an urgent task is not put off past its due time`() async throws {
        let team = try await Team.open()
        let task = try await team.task(.dischargeContact, dueIn: 24, urgent: true)
        await #expect(throws: FormProblems.self) {
            try await team.act {
                try PauseTask(id: task.id, version: 1, until: Team.now + 48 * Team.hour, reason: "Away").perform(in: $0)
            }
        }
    }

    @Test func `the tasks of someone who left have no owner`() async throws {
        let team = try await Team.open()
        let task = try await team.task(owner: Team.sam)
        let released = try await team.scratch.records.write(as: .system("test"), at: Team.now) {
            try ReleaseTasks(owner: Team.sam).perform(in: $0)
        }
        #expect(released == 1)
        #expect(try await team.stored(task.id).owner == nil)
    }
}
