import Care
import FHIR
import Records
import TestSupport
import Testing

/// Choosing among the alternatives of a protocol: by its rule, with reasons for what is left out.
struct AlternativesTests {
    private typealias Base = ApplyProtocolTests

    private static func definition(_ selection: String) -> JSON {
        Base.definition { json in
            json["contained"] = nil
            json["action"] = [
                ["id": "first", "title": "Do first"],
                [
                    "id": "choice", "title": "How to talk", "selectionBehavior": .string(selection),
                    "action": [
                        ["id": "phone", "title": "Do phone"], ["id": "video", "title": "Do video"],
                        [
                            "id": "visit", "title": "Do visit",
                            "condition": [
                                [
                                    "kind": "applicability",
                                    "expression": [
                                        "description": "has sugar", "language": "text/fhirpath",
                                        "expression": "%record.ofType(Condition).where(code.text = 'Sugar').exists()",
                                    ],
                                ]
                            ],
                        ],
                    ],
                ],
            ]
        }
    }

    private static func open(_ selection: String, _ engine: TestEngine = .usual) async throws -> (
        ScratchRecords, String
    ) {
        let scratch = try await Base.scratch(engine)
        let json = definition(selection)
        try await scratch.put(json, id: "all")
        _ = try await scratch.records.write(as: Base.ruth, at: Base.now) { change in
            try TakeUpProtocol(
                person: "delores", careProtocol: try Base.read(json, change.reader), chosen: ["first", "goal.walk"],
                days: Base.days(), isWhole: false
            ).perform(planVersion: 0, in: change)
        }
        let found = try await Base.all(scratch.records, ["RequestGroup"]).keys.first
        return (scratch, String(try #require(found).dropFirst("RequestGroup/".count)))
    }

    private static func look(_ records: Records, _ group: String) async throws -> Alternatives {
        try await records.read(as: Base.ruth, at: Base.now, for: "test") {
            try Alternatives(
                group, shelf: ProtocolShelf(try Base.library()), days: Base.days(), at: Base.now, by: $0)
        }
    }

    private static func choose(
        _ records: Records, _ group: String, _ chosen: Set<String>, reason: String = "", seen: String? = nil
    ) async throws {
        let now = try await look(records, group).seen
        let verb = ChooseAlternatives(
            group: group, action: "choice", chosen: chosen, reason: reason, seen: seen ?? now,
            shelf: ProtocolShelf(try Base.library()), days: Base.days())
        try await records.write(as: Base.ruth, at: Base.now) { try verb.perform(in: $0) }
    }

    @Test(arguments: Engines.all)
    func `of alternatives one is chosen, and another in its place only with a reason`(_ engine: TestEngine) async throws
    {
        let (scratch, group) = try await Self.open("exactly-one", engine)
        let records = scratch.records
        let choice = try #require(try await Self.look(records, group).choices.first)
        #expect(choice.alternatives.map(\.isChosen) == [false, false, false])
        #expect(choice.open.map(\.id) == ["phone", "video"])
        #expect(choice.alternatives.last?.leftOut?.contains("has sugar") == true)
        await #expect(throws: FormProblems.self) { try await Self.choose(records, group, ["phone", "video"]) }
        await #expect(throws: FormProblems.self) { try await Self.choose(records, group, []) }
        await #expect(throws: FormProblems.self) { try await Self.choose(records, group, ["visit"]) }
        let before = try await Self.look(records, group).seen
        try await Self.choose(records, group, ["phone"])
        #expect(try await Base.task(records, "Do phone").map { PlanStep($0).isOpen } == [true])
        await #expect(throws: FormProblems.self) { try await Self.choose(records, group, ["video"], seen: before) }
        await #expect(throws: FormProblems.self) { try await Self.choose(records, group, ["video"]) }
        try await Self.choose(records, group, ["video"], reason: "She sees better than she hears.")
        let phone = try #require(try await Base.task(records, "Do phone").first)
        #expect(phone.root.text("statusReason", "text")?.contains("better than she hears") == true)
        #expect(try await Base.task(records, "Do video").map { PlanStep($0).isOpen } == [true])
        // It does not come back by itself.
        #expect(try await Base.advance(records).isEmpty)
        #expect(
            try await Self.look(records, group).choices.first?.alternatives.map(\.isChosen) == [false, true, false])
        // What was ended can be chosen once more.
        try await Self.choose(records, group, ["phone"], reason: "Her tablet broke.")
        #expect(try await Base.task(records, "Do phone").filter { PlanStep($0).isOpen }.count == 1)
    }

    @Test func `what did not apply is offered as soon as it does`() async throws {
        let (scratch, group) = try await Self.open("at-most-one")
        try await scratch.put(
            ["resourceType": "Condition", "subject": ["reference": "Patient/delores"], "code": ["text": "Sugar"]],
            id: "sugar")
        let choice = try #require(try await Self.look(scratch.records, group).choices.first)
        #expect(choice.open.map(\.id) == ["phone", "video", "visit"])
        try await Self.choose(scratch.records, group, ["visit"])
        try await Self.choose(scratch.records, group, [], reason: "He wants none of it.")
        #expect(try await Base.task(scratch.records, "Do visit").allSatisfy { !PlanStep($0).isOpen })
    }

    @Test func `of what is all or nothing not a part is taken`() async throws {
        let (scratch, group) = try await Self.open("all-or-none")
        await #expect(throws: FormProblems.self) { try await Self.choose(scratch.records, group, ["phone"]) }
        try await Self.choose(scratch.records, group, ["phone", "video"])
        #expect(try await Base.task(scratch.records, "Do video").count == 1)
    }
}
