import Access
import CareTestSupport
import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// A plan over time: its versions, who signed, which copies are where, what two people change at once.
struct LivingPlanTests {
    private static let now: Int64 = 1_795_000_000_000
    private static let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now))

    private static func scratch(_ engine: TestEngine) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(
            ["resourceType": "Patient", "name": [["given": ["Delores"], "family": "Whitfield"]]], id: "delores")
        return scratch
    }

    private static func write<T: Sendable>(
        _ scratch: ScratchRecords, minute: Int64 = 0, _ body: @escaping @Sendable (Change) throws -> T
    ) async throws -> T {
        try await scratch.records.write(as: ruth, at: now + minute * 60_000, body)
    }

    private static let ruth = Caller(
        account: "ruth", name: "Ruth Adeyemi, RN", roles: [.careManager], practitioner: "Practitioner/ruth")

    private static func goal(_ words: String) -> AddGoal {
        AddGoal(
            person: "delores", version: 0, problem: nil,
            form: GoalForm(
                words: words, measure: "Walks in a week", direction: "at-least", target: "3", unit: "walks",
                due: today.adding(days: 30).text, importance: "9", confidence: nil), today: today)
    }

    private static func change(
        _ goal: Resource, words: String = "I want to walk.", confidence: String? = nil, level: String = "in-progress"
    ) -> ChangeGoal {
        ChangeGoal(
            person: "delores", goal: goal.id, version: goal.version, words: words, level: level, note: nil,
            due: today.adding(days: 30).text, target: "3", importance: "9", confidence: confidence, today: today)
    }

    private static func medicine(_ name: String, takes: String) -> JSON {
        [
            "resourceType": "MedicationRequest", "status": "active", "intent": "order",
            "subject": ["reference": "Patient/delores"], "medicationCodeableConcept": ["text": .string(name)],
            "dosageInstruction": [["text": .string(takes)]],
        ]
    }

    private static func history(_ scratch: ScratchRecords) async throws -> PlanHistory {
        try await scratch.records.read(as: ruth, at: now, for: "test") { try PlanHistory(of: "delores", by: $0) }
    }

    private static func record(_ scratch: ScratchRecords, _ types: Set<String>) async throws -> PersonRecord {
        try await scratch.records.read(as: ruth, at: now, for: "test") { try $0.person("delores", types) }
    }

    @Test(arguments: Engines.all)
    func `every version stays readable, and two are compared field by field`(_ engine: TestEngine) async throws {
        let scratch = try await Self.scratch(engine)
        let goal = try await Self.write(scratch) { try Self.goal("I want to walk.").perform(in: $0) }
        _ = try await Self.write(scratch, minute: 1) {
            try Self.change(goal, words: "I want to walk to church.").perform(in: $0)
        }
        let history = try await Self.history(scratch)
        #expect(history.moments == [Self.now, Self.now + 60_000])
        let (old, new) = (history.picture(at: history.moments[0]), history.picture(at: history.moments[1]))
        #expect(old.openGoals.map(\.words) == ["I want to walk."])
        #expect(new.openGoals.map(\.words) == ["I want to walk to church."])
        let found = ComparePlans.differences(from: old, to: new)
        #expect(found.map(\.kind) == [.changed])
        #expect(
            found.first?.fields == [
                .init(name: "Words", before: "I want to walk.", after: "I want to walk to church.")
            ])
        #expect(found.first?.isOfSubstance == true)
        #expect(ComparePlans.differences(from: new, to: new).isEmpty)
    }

    @Test(arguments: Engines.all)
    func `two who change other fields of a goal are both kept, the same field is asked about`(
        _ engine: TestEngine
    ) async throws {
        let scratch = try await Self.scratch(engine)
        let goal = try await Self.write(scratch) { try Self.goal("I want to walk.").perform(in: $0) }
        _ = try await Self.write(scratch, minute: 1) { try Self.change(goal, confidence: "7").perform(in: $0) }
        let merged = try await Self.write(scratch, minute: 2) {
            try Self.change(goal, words: "I want to dance.").perform(in: $0)
        }
        let both = PlanGoal(merged)
        #expect(both.words == "I want to dance." && both.confidence == 7)
        await #expect(throws: RecordsFailure.self) {
            try await Self.write(scratch, minute: 3) { try Self.change(goal, words: "I want to swim.").perform(in: $0) }
        }
    }

    private static func scale(_ goal: Resource, _ words: [Int: String], now: String? = nil) -> SetGoalScale {
        SetGoalScale(person: "delores", goal: goal.id, version: goal.version, words: words, now: now)
    }

    @Test(arguments: Engines.all)
    func `two who change other levels of a scale are both kept, the same level is asked about`(
        _ engine: TestEngine
    ) async throws {
        let scratch = try await Self.scratch(engine)
        let goal = try await Self.write(scratch) { try Self.goal("I want to walk.").perform(in: $0) }
        let first = [2: "daily", 1: "four", 0: "three", -1: "one", -2: "none"]
        let begun = try await Self.write(scratch, minute: 1) { try Self.scale(goal, first).perform(in: $0) }
        _ = try await Self.write(scratch, minute: 2) {
            try Self.scale(begun, first.merging([2: "each day"]) { $1 }, now: "-1").perform(in: $0)
        }
        let merged = try await Self.write(scratch, minute: 3) {
            try Self.scale(begun, first.merging([-2: "not at all"]) { $1 }).perform(in: $0)
        }
        let both = PlanGoal(merged).scale
        #expect(both.words == [2: "each day", 1: "four", 0: "three", -1: "one", -2: "not at all"] && both.now == -1)
        await #expect(throws: RecordsFailure.self) {
            try await Self.write(scratch, minute: 4) {
                try Self.scale(begun, first.merging([2: "on Sundays"]) { $1 }).perform(in: $0)
            }
        }
    }

    @Test(arguments: Engines.all)
    func `a step that somebody changed in between is closed over it, and of two who close it alike both notes are kept`(
        _ engine: TestEngine
    ) async throws {
        let scratch = try await Self.scratch(engine)
        let step = try await Self.write(scratch) { change in
            try AddIntervention(
                person: "delores", version: 0, title: "Call", goal: nil, owner: nil, due: Self.today.text, every: "7",
                personWords: nil, today: Self.today, endOfDay: { FHIRDate.millis($0) + 86_399_999 }
            ).perform(in: change)
        }
        _ = try await Self.write(scratch, minute: 1) { change in
            var json = step.value
            json["priority"] = "urgent"
            return try change.update(json, ifVersion: step.version)
        }
        func close(_ ending: CompleteIntervention.Ending, _ note: String, _ minute: Int64) async throws -> Resource {
            try await Self.write(scratch, minute: minute) {
                try CompleteIntervention(
                    person: "delores", task: step.id, version: step.version, ending: ending, note: note,
                    days: SiteDays(today: Self.today, end: { FHIRDate.millis($0) + 86_399_999 })
                ).perform(in: $0)
            }
        }
        let closed = try await close(.done, "She answered.", 2)
        #expect(closed.root.text("priority") == "urgent" && closed.root.text("status") == "completed")
        let again = try await close(.done, "All is well.", 3)
        #expect(again.root.list("note").compactMap { $0.text("text") } == ["She answered.", "All is well."])
        let open = try await Self.record(scratch, ["Task"]).all("Task").filter { $0.root.text("status") == "requested" }
        #expect(open.count == 1, "The next turn is opened once.")
        await #expect(throws: RecordsFailure.self) { _ = try await close(.dropped, "Not wanted.", 4) }
    }

    @Test(arguments: Engines.all)
    func `a changed medicine makes the copy at home out of date until a new one is given`(
        _ engine: TestEngine
    ) async throws {
        let scratch = try await Self.scratch(engine)
        _ = try await Self.write(scratch) { try Self.goal("I want to walk.").perform(in: $0) }
        let pill = try await Self.write(scratch, minute: 1) {
            try $0.create(Self.medicine("Furosemide", takes: "one a day"))
        }
        func give(_ minute: Int64) async throws {
            let version = try await Self.history(scratch).moments.last
            _ = try await Self.write(scratch, minute: minute) {
                try GiveCopy(
                    person: "delores", version: version, way: "paper", to: nil, language: "en", teachBack: "said",
                    said: nil
                ).perform(in: $0)
            }
        }
        func watch(_ minute: Int64) async throws -> Resource? {
            try await Self.write(scratch, minute: minute) { try WatchCopy(person: "delores").perform(in: $0) }
        }
        #expect(try await watch(2) == nil)
        try await give(3)
        #expect(try await watch(4) == nil)
        _ = try await Self.write(scratch, minute: 5) { change in
            var json = pill.value
            json["dosageInstruction"] = [["text": "two a day"]]
            return try change.update(json, ifVersion: pill.version)
        }
        let task = try #require(try await watch(6))
        #expect(task.root.text("description") == "Furosemide: changed")
        // It comes again and finds its work done.
        #expect(try await watch(7)?.id == task.id)
        try await give(8)
        #expect(
            try await Self.record(scratch, ["Task"]).all("Task").first { $0.id == task.id }?.root.text("status")
                == "completed")
        #expect(try await watch(9) == nil)
    }

    @Test func `a plan is signed as it was read, with credential and time`() async throws {
        let scratch = try await Self.scratch(.usual)
        let goal = try await Self.write(scratch) { try Self.goal("I want to walk.").perform(in: $0) }
        let read = try await Self.history(scratch).moments.last
        _ = try await Self.write(scratch, minute: 1) { try SignPlan(person: "delores", version: read).perform(in: $0) }
        let seal = try #require(PlanSeal.all(try await Self.record(scratch, ["Provenance"])).first)
        #expect(seal.kind == .signed && seal.who == "Ruth Adeyemi, RN" && seal.version == Self.now)
        _ = try await Self.write(scratch, minute: 2) { try Self.change(goal, words: "Other").perform(in: $0) }
        await #expect(throws: NotNow.self) {
            _ = try await Self.write(scratch, minute: 3) {
                try SignPlan(person: "delores", version: read).perform(in: $0)
            }
        }
    }

    @Test func `what is lacking and what contradicts is found, decided once, and comes back with new facts`()
        async throws
    {
        let scratch = try await Self.scratch(.usual)
        let finder = FindConflicts(try CareContent.shipped()) { _ in Self.today }
        _ = try await Self.write(scratch) { change in
            try Self.goal("I want to walk.").perform(in: change)
            try change.create(Self.medicine("Warfarin 5 MG Oral Tablet", takes: "one a day"))
            try change.create(Self.medicine("Ibuprofen 400 MG Oral Tablet", takes: "three a day"))
            try change.create(Self.medicine("Simvastatin 20 MG", takes: "one at night"))
            try change.create(Self.medicine("Atorvastatin 10 MG", takes: "one at night"))
            for who in ["Dr. Lee", "Dr. Kim"] {
                try change.create([
                    "resourceType": "ServiceRequest", "status": "active", "intent": "order",
                    "subject": ["reference": "Patient/delores"], "code": ["text": "Potassium in blood"],
                    "requester": ["display": .string(who)],
                ])
            }
            for start in ["2030-01-02T10:00:00Z", "2030-01-02T10:10:00Z"] {
                try change.create([
                    "resourceType": "Appointment", "status": "booked", "start": .string(start),
                    "end": "2030-01-02T10:30:00Z",
                    "participant": [["actor": ["reference": "Patient/delores"], "status": "accepted"]],
                ])
            }
        }
        func found() async throws -> SortedConflicts {
            let record = try await Self.record(scratch, FindConflicts.reads)
            return SortedConflicts(finder.all(record, at: Self.now), record)
        }
        let first = try await found()
        #expect(
            first.open.map(\.kind) == [
                .interaction, .duplicateMedicine, .duplicateTest, .doubleBooking, .goalWithoutStep,
            ])
        #expect(first.open.first?.text == "warfarin and ibuprofen: bleeding (major)")
        let key = try #require(first.open.first?.key)
        _ = try await Self.write(scratch, minute: 1) {
            try DecideConflict(person: "delores", key: key, decision: "intended", note: "INR each week", finder: finder)
                .perform(in: $0)
        }
        let second = try await found()
        #expect(second.open.count == 4 && second.decided.map(\.note) == ["INR each week"])
        await #expect(throws: NotNow.self) {
            _ = try await Self.write(scratch, minute: 2) {
                try DecideConflict(person: "delores", key: key, decision: "intended", note: "Again", finder: finder)
                    .perform(in: $0)
            }
        }
        _ = try await Self.write(scratch, minute: 3) {
            try $0.create(Self.medicine("Naproxen 250 MG", takes: "one a day"))
        }
        #expect(try await found().open.contains { $0.text == "warfarin and naproxen: bleeding (major)" })
    }

    @Test func `elements are present by what is on record, missing, or not needed with a reason`() async throws {
        let scratch = try await Self.scratch(.usual)
        let care = try CareContent.shipped()
        _ = try await Self.write(scratch) { change in
            try Self.goal("I want to walk.").perform(in: change)
            try WritePlanParts(person: "delores", version: 0, parts: ["outlook": "Stays about as it is."]).perform(
                in: change)
            try MarkNotNeeded(
                person: "delores", element: "caregiver", reason: "Lives alone by choice", elements: care.planElements
            ).perform(in: change)
        }
        let record = try await Self.record(scratch, CheckElements.reads)
        let states = CheckElements(
            record, PlanPicture(record), .of(record, library: care.instruments, now: Self.now), guides: [],
            now: Self.now
        ).states(of: care.planElements)
        func state(_ id: String) -> ElementState.State? { states.first { $0.element.id == id }?.state }
        #expect(state("goals") == .present && state("outlook") == .present)
        #expect(state("review") == .missing && state("interventions") == .missing)
        #expect(state("caregiver") == .notNeeded(reason: "Lives alone by choice"))
    }

    @Test func `words that two people wrote in other parts of a plan are both kept`() {
        let merge = FieldMerge(
            base: ["diet": "Less salt", "crisis": "Call"], stored: ["diet": "Less salt and fat", "crisis": "Call"],
            typed: ["diet": "Less salt", "crisis": "Call 911"])
        #expect(merge.fields == ["diet": "Less salt and fat", "crisis": "Call 911"])
        #expect(merge.clashes.isEmpty && merge.theirs == ["diet"])
        let clash = FieldMerge(base: ["diet": "a"], stored: ["diet": "b"], typed: ["diet": "c"])
        #expect(clash.clashes == ["diet"])
    }
}
