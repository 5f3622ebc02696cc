import CareTestSupport
import Testing

@testable import Care

struct CompareMedicinesTests {
    private static func entries(_ lists: [MedicineSource: String]) throws -> [MedicineEntry] {
        let content = try CareContent.shipped()
        return MedicineSource.allCases.flatMap { source in
            (lists[source] ?? "").split(separator: "\n").enumerated().map { number, line in
                MedicineEntry(
                    typed: String(line), source, reference: "MedicationStatement/\(source.rawValue)-\(number)",
                    checks: content.medicines, wording: content.medicineWording)
            }
        }
    }

    private static func compare(_ lists: [MedicineSource: String]) throws -> [MedicineLine] {
        CompareMedicines(try entries(lists), checks: try CareContent.shipped().medicines).lines
    }

    private static func outcome(_ hospital: String, _ home: String) throws -> [MedicineOutcome] {
        try compare([.hospital: hospital, .home: home]).map(\.outcome)
    }

    @Test(arguments: [
        ("furosemide 40 mg once a day", "Lasix 40 mg daily", [MedicineOutcome.unchanged]),
        ("furosemide 40 mg once a day", "furosemide 20 mg 2 tablets once a day", [.unchanged]),
        ("levothyroxine 75 mcg daily", "levothyroxine 0.075 mg every day", [.unchanged]),
        ("furosemide 40 mg twice a day", "furosemide 40 mg once a day", [.changed]),
        ("furosemide 40 mg once a day", "furosemide 20 mg once a day", [.changed]),
        ("metoprolol succinate 50 mg daily", "metoprolol tartrate 50 mg daily", [.changed]),
        ("diclofenac gel on the skin twice a day", "diclofenac 50 mg tablet twice a day", [.changed]),
        ("oxycodone 5 mg every 6 hours", "oxycodone 5 mg every 6 hours as needed", [.changed]),
        ("atorvastatin 40 mg at bedtime", "atorvastatin 40 mg in the morning", [.changed]),
        ("pantoprazole 40 mg daily", "omeprazole 20 mg daily", [.substituted, .substituted]),
        (
            "lisinopril 10 mg / hydrochlorothiazide 12.5 mg daily", "lisinopril 10 mg daily",
            [.substituted, .substituted]
        ),
        ("STOP ibuprofen 600 mg", "ibuprofen 600 mg daily", [.stopped]),
        ("sertraline 50 mg daily", "not taking sertraline", [.unclear]),
        ("sertraline 50 mg daily", "sertraline", [.unclear]),
        ("sertraline 50 mg daily", "warfarin 5 mg daily", [.omitted, .new]),
        ("the white one", "the white one", [.unclear]),
        ("metformin 500 mg bid", "metformin 500 mg bid\nGlucophage 1000 mg daily", [.duplicate, .unchanged]),
    ])
    func `two lists are compared`(hospital: String, home: String, expected: [MedicineOutcome]) throws {
        #expect(try Self.outcome(hospital, home) == expected)
    }

    @Test func `both sides of a difference are said`() throws {
        let line = try #require(
            try Self.compare([.hospital: "furosemide 40 mg twice a day", .home: "Lasix 20 mg once a day"]).first)
        #expect(
            line.differences == [
                "Dose: Hospital 40 mg, At home 20 mg", "How often: Hospital twice a day, At home once a day",
            ])
    }

    @Test func `two insulins are no duplicate, and what is said twice in the same words is one`() throws {
        let lines = try Self.compare([
            .hospital: "insulin lispro 5 units three times a day\ninsulin glargine 20 units at bedtime",
            .home: "Lantus 20 units at bedtime\nHumalog 5 units tid\nHumalog 5 units tid",
        ])
        #expect(lines.map(\.outcome) == [.unchanged, .unchanged])
        #expect(lines.map(\.references.count).sorted() == [2, 3])
    }

    @Test func `without a hospital the clinic's list stands over what is taken at home`() throws {
        let lines = try Self.compare([.clinic: "lisinopril 10 mg daily", .home: "aspirin 81 mg daily"])
        #expect(lines.map(\.outcome) == [.omitted, .new])
        #expect(lines.first?.differences.first == "Clinic: does not mention it")
        #expect(try Self.compare([.home: "aspirin 81 mg daily"]).map(\.outcome) == [.unclear])
    }

    @Test func `all four lists meet in one line`() throws {
        let lines = try Self.compare([
            .hospital: "furosemide 40 mg bid", .clinic: "furosemide 40 mg twice a day",
            .pharmacy: "furosemide 40 MG oral tablet", .home: "Lasix 40 mg once a day",
        ])
        #expect(lines.count == 1)
        #expect(lines.first?.outcome == .changed)
        #expect(lines.first?.differences == ["How often: Hospital twice a day, At home once a day"])
    }

    private static let story = [
        MedicineSource.hospital: MedicineListsOfStory.hospital, .home: MedicineListsOfStory.home,
    ]

    @Test func `22 medicines of the hospital and 19 from home`() throws {
        let entries = try Self.entries(Self.story)
        #expect(entries.filter { $0.source == .hospital }.count == 22)
        #expect(entries.filter { $0.source == .home }.count == 19)
        let lines = try Self.compare(Self.story)
        let found = Dictionary(grouping: lines, by: \.outcome).mapValues {
            $0.map { $0.leading?.text.name.lowercased() ?? "" }
        }
        #expect(found[.changed]?.sorted() == ["furosemide", "metoprolol succinate er"])
        #expect(found[.substituted] == ["omeprazole", "pantoprazole"])
        #expect(found[.stopped] == ["ibuprofen"])
        #expect(found[.omitted]?.count == 2)
        #expect(
            found[.new]?.sorted() == [
                "docusate", "empagliflozin", "potassium chloride", "prednisone", "spironolactone",
            ])
        #expect(found[.unchanged]?.count == 13)
        #expect(lines.count == 25)
    }

    @Test func `the order of the lists changes nothing, and every entry stands in exactly one line`() throws {
        let entries = try Self.entries(Self.story)
        let checks = try CareContent.shipped().medicines
        func told(_ lines: [MedicineLine]) -> [String] {
            lines.map { "\($0.key) \($0.outcome) \($0.differences) \($0.references)" }
        }
        let expected = told(CompareMedicines(entries, checks: checks).lines)
        var random = Seeded(state: 7)
        for _ in 0..<50 {
            let lines = CompareMedicines(entries.shuffled(using: &random), checks: checks).lines
            #expect(told(lines) == expected)
            #expect(lines.flatMap(\.references).sorted() == entries.flatMap(\.references).sorted())
        }
    }

    @Test func `any part of the lists is accounted for`() throws {
        let entries = try Self.entries([
            .hospital: MedicineListsOfStory.hospital, .clinic: MedicineListsOfStory.home,
            .pharmacy: MedicineListsOfStory.hospital, .home: MedicineListsOfStory.home,
        ])
        let checks = try CareContent.shipped().medicines
        var random = Seeded(state: 11)
        for _ in 0..<50 {
            let some = entries.filter { _ in Bool.random(using: &random) }
            let lines = CompareMedicines(some, checks: checks).lines
            #expect(lines.flatMap(\.references).sorted() == some.flatMap(\.references).sorted())
            #expect(
                lines.allSatisfy {
                    Set($0.entries.map(\.source)).count == $0.entries.count
                })
            #expect(Set(lines.map(\.key)).count == lines.count)
        }
    }
}

/// The same numbers in every run.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}
