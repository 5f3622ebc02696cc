import Access
import Care
import CareTestSupport
import Content
import FHIR
import Records
import TestSupport
import Testing

struct PlanTests {
    private static let now: Int64 = 1_795_000_000_000
    private static let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now))
    private static let endOfDay: @Sendable (CalendarDay) -> Int64 = { FHIRDate.millis($0.adding(days: 1)) - 1 }

    private static func scratch() async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open()
        try await scratch.put(
            ["resourceType": "Patient", "gender": "female", "birthDate": "1948-03-14"], id: "delores")
        return scratch
    }

    private static func picture(_ scratch: ScratchRecords) async throws -> PlanPicture {
        try await scratch.records.read(as: scratch.caller, at: now, for: "test") {
            PlanPicture(try $0.person("delores", PlanPicture.reads))
        }
    }

    private static func write<T: Sendable>(
        _ scratch: ScratchRecords, _ body: @escaping @Sendable (Change) throws -> T
    ) async throws -> T {
        try await scratch.records.write(as: scratch.caller, at: now, body)
    }

    private static func goal(
        _ words: String?, version: Int, direction: String = "at-least", target: String? = "3",
        measure: String? = "Walks in a week"
    ) -> AddGoal {
        AddGoal(
            person: "delores", version: version, problem: nil,
            form: GoalForm(
                words: words, measure: measure, direction: direction, target: target, unit: "walks",
                due: today.adding(days: 30).text, importance: "9", confidence: nil), today: today)
    }

    private static func step(_ title: String, version: Int, goal: String? = nil, every: String? = nil)
        -> AddIntervention
    {
        AddIntervention(
            person: "delores", version: version, title: title, goal: goal, owner: nil,
            due: today.adding(days: 7).text, every: every, personWords: "We call you.", today: today, endOfDay: endOfDay
        )
    }

    private static let days = SiteDays(today: today) { endOfDay($0) }

    @Test func `a first goal begins the plan, in the person's words and with its measure`() async throws {
        let scratch = try await Self.scratch()
        _ = try await Self.write(scratch) { try Self.goal("I want to walk to church.", version: 0).perform(in: $0) }
        let picture = try await Self.picture(scratch)
        let goal = try #require(picture.openGoals.first)
        #expect(goal.words == "I want to walk to church.")
        #expect(goal.target?.words == "Walks in a week: at least 3 walks")
        #expect(goal.importance == 9)
        let plan = try #require(picture.plan)
        let categories = plan.root.list("category").flatMap { $0.list("coding") }.compactMap { $0.text("code") }
        #expect(categories == ["assess-plan", "734163000"])
    }

    @Test func `what is wrong with a goal is said field by field`() async throws {
        let scratch = try await Self.scratch()
        await #expect {
            _ = try await Self.write(scratch) {
                try Self.goal(" ", version: 0, target: "many", measure: nil).perform(in: $0)
            }
        } throws: { Set(($0 as? FormProblems)?.all.map(\.field) ?? []) == ["words", "measure", "target"] }
        #expect(try await Self.picture(scratch).plan == nil)
    }

    @Test func `two who add at the same time do not overwrite each other`() async throws {
        let scratch = try await Self.scratch()
        _ = try await Self.write(scratch) { try Self.goal("One", version: 0).perform(in: $0) }
        _ = try await Self.write(scratch) { try Self.goal("Two", version: 0).perform(in: $0) }
        #expect(try await Set(Self.picture(scratch).openGoals.map(\.words)) == ["One", "Two"])
    }

    @Test func `progress keeps its note, and an old version is refused`() async throws {
        let scratch = try await Self.scratch()
        let goal = try await Self.write(scratch) { try Self.goal("I want to walk.", version: 0).perform(in: $0) }
        @Sendable func change(_ level: String, note: String?) -> ChangeGoal {
            ChangeGoal(
                person: "delores", goal: goal.id, version: goal.version, words: "I want to walk.", level: level,
                note: note,
                due: Self.today.adding(days: 30).text, target: "5", importance: nil, confidence: "7", today: Self.today)
        }
        await #expect(throws: FormProblems("note", "Say why the goal is dropped.")) {
            _ = try await Self.write(scratch) { try change("cancelled", note: nil).perform(in: $0) }
        }
        _ = try await Self.write(scratch) { try change("improving", note: "Twice this week.").perform(in: $0) }
        let now = try #require(try await Self.picture(scratch).openGoals.first)
        #expect(now.level == .improving)
        #expect(now.notes.map(\.text) == ["Twice this week."])
        #expect(now.target?.target == 5)
        #expect(now.importance == nil && now.confidence == 7)
        await #expect(throws: RecordsFailure.self) {
            _ = try await Self.write(scratch) { try change("achieved", note: nil).perform(in: $0) }
        }
    }

    @Test func `a step that repeats opens the next one when it is done`() async throws {
        let scratch = try await Self.scratch()
        let step = try await Self.write(scratch) { try Self.step("Call", version: 0, every: "7").perform(in: $0) }
        let done = CompleteIntervention(
            person: "delores", task: step.id, version: step.version, ending: .done, note: nil, days: Self.days)
        _ = try await Self.write(scratch) { try done.perform(in: $0) }
        let picture = try await Self.picture(scratch)
        #expect(picture.otherSteps.map(\.isOpen) == [true, false])
        #expect(picture.openSteps.first?.due == Self.endOfDay(Self.today.adding(days: 7)))
        #expect(picture.openSteps.first?.details == StepDetails(step.root))
        #expect(picture.plan?.root.list("activity").count == 2)
    }

    @Test func `a step that repeats goes on when it is closed as a task`() async throws {
        let scratch = try await Self.scratch()
        let step = try await Self.write(scratch) { try Self.step("Call", version: 0, every: "7").perform(in: $0) }
        _ = try await Self.write(scratch) {
            try CompleteTask(id: step.id, version: step.version, outcome: .done, days: Self.days).perform(in: $0)
        }
        let picture = try await Self.picture(scratch)
        #expect(picture.openSteps.map(\.due) == [Self.endOfDay(Self.today.adding(days: 7))])
        #expect(picture.plan?.root.list("activity").count == 2)
    }

    @Test func `the library fills the plan once, with the problem on record`() async throws {
        let scratch = try await Self.scratch()
        try await scratch.put(
            [
                "resourceType": "Condition",
                "clinicalStatus": [
                    "coding": [
                        ["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]
                    ]
                ],
                "code": [
                    "coding": [["system": "http://snomed.info/sct", "code": "88805009"]],
                    "text": "Heart failure, chronic",
                ],
                "subject": ["reference": "Patient/delores"],
            ], id: "heart")
        let library = try PlanLibrary(content: ShippedContent.bytes, files: ShippedContent.files("plans"))
        @Sendable func add(_ version: Int) -> AddFromLibrary {
            AddFromLibrary(
                person: "delores", version: version,
                items: ["heart-failure.goal.weigh-daily", "heart-failure.step.check-in"], library: library,
                today: Self.today, endOfDay: Self.endOfDay)
        }
        #expect(try await Self.write(scratch) { try add(0).perform(in: $0) } == 2)
        let picture = try await Self.picture(scratch)
        #expect(picture.problems.map(\.condition?.id) == ["heart"])
        #expect(picture.openGoals.first?.steps.first?.details.everyDays == 7)
        #expect(PackFit.onPlan(picture, library.packs, age: 71).map(\.id) == ["heart-failure"])
        let unseen = try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
            PlanPicture(try reader.person("delores", PlanPicture.reads.subtracting(["Condition"])))
        }
        #expect(!unseen.openGoals.isEmpty && PackFit.onPlan(unseen, library.packs, age: 71).isEmpty)
        let version = try #require(picture.plan?.version)
        await #expect(throws: FormProblems("library", "What you ticked is on the plan already.")) {
            _ = try await Self.write(scratch) { try add(version).perform(in: $0) }
        }
    }

    @Test func `goals that cannot both be reached and double steps are found`() async throws {
        let scratch = try await Self.scratch()
        for (version, direction, target) in [(0, "at-least", "5"), (2, "at-most", "3")] {
            _ = try await Self.write(scratch) {
                try Self.goal("Walks", version: version, direction: direction, target: target).perform(in: $0)
            }
        }
        for version in [3, 4] {
            _ = try await Self.write(scratch) { try Self.step("Call  the clinic", version: version).perform(in: $0) }
        }
        let finder = FindConflicts(try CareContent.shipped()) { _ in Self.today }
        let found = try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") {
            finder.all(try $0.person("delores", FindConflicts.reads), at: Self.now)
        }.filter { [.targets, .duplicatePlan].contains($0.kind) }.map(\.text)
        #expect(found == ["Walks in a week: two goals that cannot both be reached", "The same step 2 times"])
    }

    @Test func `there is one review at a time`() async throws {
        let scratch = try await Self.scratch()
        for (version, days) in [(0, 14), (2, 30)] {
            let verb = SetReview(
                person: "delores", version: version, due: Self.today.adding(days: days).text, today: Self.today,
                endOfDay: Self.endOfDay)
            _ = try await Self.write(scratch) { try verb.perform(in: $0) }
        }
        let picture = try await Self.picture(scratch)
        #expect(picture.review?.due == Self.endOfDay(Self.today.adding(days: 30)))
        let tasks = try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") {
            try $0.person("delores", ["Task"]).all("Task").count
        }
        #expect(tasks == 1)
    }

    @Test func `a plan from imported records is shown and never changed`() async throws {
        let scratch = try await Self.scratch()
        try await scratch.put(
            [
                "resourceType": "CarePlan", "status": "active", "intent": "order",
                "title": "Diabetes self management plan",
                "subject": ["reference": "Patient/delores"],
            ], id: "imported")
        let picture = try await Self.picture(scratch)
        #expect(picture.plan == nil)
        #expect(picture.fromRecords.map(\.title) == ["Diabetes self management plan"])
    }

    @Test func `nobody begins a plan for someone who has died`() async throws {
        let scratch = try await ScratchRecords.open()
        try await scratch.put(["resourceType": "Patient", "deceasedBoolean": true], id: "delores")
        await #expect(throws: NotNow.self) {
            _ = try await Self.write(scratch) { try Self.goal("One", version: 0).perform(in: $0) }
        }
    }
}
