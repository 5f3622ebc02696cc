import Access
import Care
import FHIR
import Records
import TestSupport
import Testing

/// Applying protocols: what is opened, when, and that nothing is opened twice or lost.
struct ApplyProtocolTests {
    static let now: Int64 = 1_795_000_000_000
    static let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now))

    static func days(_ day: CalendarDay = today) -> SiteDays {
        SiteDays(today: day) { FHIRDate.millis($0.adding(days: 1)) - 1 }
    }

    static func library() throws -> PlanLibrary {
        try PlanLibrary(content: ShippedContent.bytes, files: ShippedContent.files("plans"))
    }

    static func scratch(_ engine: TestEngine = .usual) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient", "birthDate": "1948-03-14"], id: "delores")
        return scratch
    }

    /// A protocol with everything in it: a condition, a wait, a choice, a rhythm with an end, an order.
    static func definition(_ version: String = "1", _ edit: (inout JSON) -> Void = { _ in }) -> JSON {
        func step(_ id: String, _ more: [JSONMember] = []) -> JSON {
            let hasTiming = more.contains { $0.name == "timingTiming" }
            let days: JSON = ["value": 7, "system": "http://unitsofmeasure.org", "code": "d"]
            return .object(
                [.init(name: "id", value: .string(id)), .init(name: "title", value: .string("Do \(id)"))]
                    + (hasTiming ? [] : [.init(name: "timingDuration", value: days)]) + more)
        }
        func fhirpath(_ text: String) -> JSON { ["language": "text/fhirpath", "expression": .string(text)] }
        var json: JSON = [
            "resourceType": "PlanDefinition", "id": "all", "url": "urn:test:all", "version": .string(version),
            "title": "Everything", "status": "active",
            "contained": [
                [
                    "resourceType": "ActivityDefinition", "id": "order", "status": "active", "kind": "ServiceRequest",
                    "code": ["text": "Eye exam"],
                ]
            ],
            "goal": [["id": "walk", "description": ["text": "I want to walk."]]],
            "action": [
                step("first", [.init(name: "goalId", value: ["walk"])]),
                step(
                    "second",
                    [
                        .init(
                            name: "relatedAction",
                            value: [
                                [
                                    "actionId": "first", "relationship": "after-end",
                                    "offsetDuration": [
                                        "value": 3, "system": "http://unitsofmeasure.org", "code": "d",
                                    ],
                                ]
                            ])
                    ]),
                step(
                    "if-sugar",
                    [
                        .init(
                            name: "condition",
                            value: [
                                [
                                    "kind": "applicability",
                                    "expression": fhirpath(
                                        "%record.ofType(Condition).where(code.text = 'Sugar').exists()"),
                                ]
                            ])
                    ]),
                step(
                    "twice",
                    [
                        .init(
                            name: "timingTiming",
                            value: ["repeat": ["count": 2, "frequency": 1, "period": 1, "periodUnit": "wk"]])
                    ]),
                step("order", [.init(name: "definitionCanonical", value: "#order")]),
                step(
                    "filled",
                    [
                        .init(
                            name: "dynamicValue",
                            value: [["path": "description", "expression": fhirpath("'Born ' + birthDate.toString()")]])
                    ]),
                [
                    "id": "choice", "title": "How to talk", "selectionBehavior": "at-most-one",
                    "action": [step("phone"), step("video")],
                ],
            ],
        ]
        edit(&json)
        return json
    }

    static let everything: Set<String> = [
        "goal.walk", "first", "second", "twice", "order", "filled", "phone",
    ]

    static func read(_ json: JSON, _ reader: Reader) throws -> CareProtocol {
        try ProtocolShelf(try library()).read(json.document().root, by: reader)
    }

    @discardableResult
    static func takeUp(
        _ records: Records, _ chosen: Set<String> = everything, version: Int = 0, json: JSON = definition()
    ) async throws -> TakeUpProtocol.Outcome {
        try await records.write(as: ruth, at: now) { change in
            let standing = PlanMark.current(try change.reader.person("delores", ["CarePlan"]))?.version ?? version
            return try TakeUpProtocol(
                person: "delores", careProtocol: try read(json, change.reader), chosen: chosen, days: days()
            ).perform(planVersion: standing, in: change)
        }
    }

    static let ruth = Caller(
        account: "ruth", name: "Ruth Adeyemi, RN", roles: [.careManager], practitioner: "Practitioner/ruth")

    static func all(_ records: Records, _ types: Set<String> = ["Goal", "Task", "ServiceRequest", "RequestGroup"])
        async throws -> [String: String]
    {
        try await records.read(as: ruth, at: now, for: "test") { reader in
            let record = try reader.person("delores", types)
            let found = types.flatMap { record.all($0) }
            return Dictionary(
                uniqueKeysWithValues: found.map {
                    ($0.reference, $0.root.text("status") ?? $0.root.text("lifecycleStatus") ?? "")
                })
        }
    }

    static func advance(_ records: Records, on day: CalendarDay = today) async throws -> [String] {
        try await records.write(as: .system("test"), at: FHIRDate.millis(day) + 1) { change in
            try AdvanceProtocols(person: "delores", shelf: ProtocolShelf(try library()), days: days(day)).perform(
                in: change)
        }
    }

    static func task(_ records: Records, _ title: String) async throws -> [Resource] {
        try await records.read(as: ruth, at: now, for: "test") {
            try $0.person("delores", ["Task"]).all("Task").filter { $0.root.text("code", "text") == title }
        }
    }

    @Test(arguments: Engines.all)
    func `a protocol opens each thing once, however often it is applied`(_ engine: TestEngine) async throws {
        let scratch = try await Self.scratch(engine)
        let first = try await Self.takeUp(scratch.records)
        let once = try await Self.all(scratch.records)
        #expect(first.waits.count == 1 && first.stood.isEmpty)
        // The goal, five tasks, an order, and the group that remembers what was chosen.
        #expect(once.count == 8)
        let second = try await Self.takeUp(scratch.records)
        #expect(second.made.isEmpty && second.stood.count == 6)
        #expect(try await Self.all(scratch.records) == once)
    }

    @Test(arguments: Engines.all)
    func `many who apply it at once open the same set`(_ engine: TestEngine) async throws {
        let scratch = try await Self.scratch(engine)
        let records = scratch.records
        try await Self.takeUp(records, ["goal.walk"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { try await Self.takeUp(records) } }
            try await group.waitForAll()
        }
        #expect(try await Self.all(records).count == 8)
    }

    @Test(.enabled(if: Engines.all.contains(.postgres)))
    func `two servers open the same set`() async throws {
        let scratch = try await Self.scratch(.postgres)
        let other = try await scratch.again()
        defer { try? other.close() }
        try await Self.takeUp(scratch.records, ["goal.walk"])
        let records = scratch.records
        async let one = Self.takeUp(records)
        async let two = Self.takeUp(other)
        let outcomes = try await [one, two]
        #expect(outcomes.map { $0.made.isEmpty }.sorted { !$0 && $1 } == [false, true])
        #expect(try await Self.all(other).count == 8)
    }

    private struct Crash: Error {}

    @Test func `a crash in the middle leaves nothing, and the next time brings the same`() async throws {
        let (scratch, calm) = (try await Self.scratch(), try await Self.scratch())
        await #expect(throws: Crash.self) {
            try await scratch.records.write(as: Self.ruth, at: Self.now) { change in
                let careProtocol = try Self.read(Self.definition(), change.reader)
                try TakeUpProtocol(
                    person: "delores", careProtocol: careProtocol, chosen: Self.everything, days: Self.days()
                ).perform(planVersion: 0, in: change)
                throw Crash()
            }
        }
        #expect(try await Self.all(scratch.records).isEmpty)
        try await Self.takeUp(scratch.records)
        try await Self.takeUp(calm.records)
        #expect(try await Self.all(scratch.records).count == Self.all(calm.records).count)
    }

    @Test func `what comes after another opens when that is done, with its own days`() async throws {
        let scratch = try await Self.scratch()
        try await scratch.put(Self.definition(), id: "all")
        try await Self.takeUp(scratch.records)
        #expect(try await Self.task(scratch.records, "Do second").isEmpty)
        #expect(try await Self.advance(scratch.records).isEmpty)
        let first = try #require(try await Self.task(scratch.records, "Do first").first)
        try await scratch.records.write(as: Self.ruth, at: Self.now) { change in
            _ = try CompleteTask(id: first.id, version: first.version, outcome: .done, days: Self.days()).perform(
                in: change)
        }
        #expect(try await Self.advance(scratch.records).count == 1)
        #expect(try await Self.advance(scratch.records).isEmpty)
        let second = try #require(try await Self.task(scratch.records, "Do second").first)
        #expect(PlanStep(second).due == FHIRDate.millis(Self.today.adding(days: 11)) - 1)
    }

    @Test func `what repeats ends after its count`() async throws {
        let scratch = try await Self.scratch()
        try await Self.takeUp(scratch.records)
        for turn in 1...3 {
            let open = try await Self.task(scratch.records, "Do twice").filter { PlanStep($0).isOpen }
            #expect(open.count == (turn < 3 ? 1 : 0))
            guard let task = open.first else { continue }
            try await scratch.records.write(as: Self.ruth, at: Self.now) { change in
                _ = try CompleteTask(id: task.id, version: task.version, outcome: .done, days: Self.days()).perform(
                    in: change)
            }
        }
    }

    @Test func `conditions look at the record, and values are filled in from it`() async throws {
        let scratch = try await Self.scratch()
        let without = try await Self.takeUp(scratch.records, ["if-sugar", "filled"])
        #expect(without.left.count == 1)
        let filled = try #require(try await Self.task(scratch.records, "Do filled").first)
        #expect(filled.root.text("description") == "Born 1948-03-14")
        try await scratch.put(
            ["resourceType": "Condition", "code": ["text": "Sugar"], "subject": ["reference": "Patient/delores"]],
            id: "sugar")
        #expect(try await Self.takeUp(scratch.records, ["if-sugar"]).made.count == 1)
    }

    @Test func `a choice keeps to the rules of the protocol`() async throws {
        let scratch = try await Self.scratch()
        await #expect {
            try await Self.takeUp(scratch.records, ["phone", "video"])
        } throws: { ($0 as? FormProblems)?.all.map(\.field) == ["choice-choice"] }
        #expect(CareProtocol.Selection.exactlyOne.fault(taken: 0, of: 2) != nil)
        #expect(CareProtocol.Selection.oneOrMore.fault(taken: 0, of: 2) != nil)
        #expect(CareProtocol.Selection.allOrNone.fault(taken: 1, of: 2) != nil)
        #expect(CareProtocol.Selection.any.fault(taken: 0, of: 2) == nil)
    }

    @Test func `what cannot be carried out is refused with its place`() async throws {
        let scratch = try await Self.scratch()
        func refused(_ edit: @escaping @Sendable (inout JSON) -> Void) async throws -> [String] {
            try await scratch.records.read(as: Self.ruth, at: Self.now, for: "test") { reader in
                do {
                    _ = try Self.read(Self.definition("1", edit), reader)
                    return []
                } catch let refusal as ProtocolRefusal { return refusal.reasons.map(\.place) }
            }
        }
        #expect(try await refused { _ in }.isEmpty)
        #expect(try await refused { $0["library"] = ["urn:test:lib"] } == ["PlanDefinition.library"])
        #expect(
            try await refused { $0["action"] = [["id": "a", "transform": "urn:test:map"]] }
                == ["PlanDefinition.action[0].transform"])
        #expect(
            try await refused { json in
                json["action"] = [
                    ["id": "a", "relatedAction": [["actionId": "b", "relationship": "after"]]],
                    ["id": "b", "relatedAction": [["actionId": "a", "relationship": "after"]]],
                ]
            } == ["PlanDefinition.action.relatedAction"])
        #expect(
            try await refused { json in
                json["action"] = [
                    [
                        "id": "a",
                        "dynamicValue": [
                            ["path": "for", "expression": ["language": "text/fhirpath", "expression": "id"]]
                        ],
                    ]
                ]
            } == ["PlanDefinition.action[0].dynamicValue[0].path"])
    }

    @Test func `every pack is a protocol that FHIR accepts, published once for each version`() async throws {
        let scratch = try await ScratchRecords.open()
        let library = try Self.library()
        let first = try await PublishProtocols(library).run(records: scratch.records, at: Self.now)
        #expect(first.count == library.packs.count && first.count >= 25)
        #expect(try await PublishProtocols(library).run(records: scratch.records, at: Self.now).isEmpty)
    }

    @Test func `a site adds a protocol with a file`() throws {
        let text = ShippedContent.text("plans/caregiver.yaml")
            .replacing("id: caregiver\n", with: "id: our-own\n")
            .replacing(
                "    title: Make a list of who can do what; share it in the family\n",
                with: """
                        title: Make a list of who can do what; share it in the family
                        after: [{step: ask, days: 2}]
                        when: [{words: "Has somebody", path: "%record.ofType(RelatedPerson).exists()"}]

                    """)
        let library = try PlanLibrary(
            content: { $0 == "plans/our-own.yaml" ? Array(text.utf8) : ShippedContent.bytes($0) },
            files: ["plans/our-own.yaml"])
        let pack = try #require(library["our-own"])
        let circle = try #require(pack.interventions.first { $0.id == "circle" })
        #expect(circle.after.map(\.step) == ["ask"] && circle.when.count == 1)
    }
}
