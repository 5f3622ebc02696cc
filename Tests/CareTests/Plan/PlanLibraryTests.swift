import Testing

@testable import Care

struct PlanLibraryTests {
    static func shipped() throws -> PlanLibrary {
        try PlanLibrary(content: ShippedContent.bytes, files: ShippedContent.files("plans"))
    }

    @Test func `every shipped pack loads`() throws {
        #expect(
            try Self.shipped().packs.map(\.id).sorted() == [
                "copd", "depression", "diabetes", "heart-failure", "hypertension", "social-need",
            ])
    }

    @Test func `a pack's codes suggest it, with or without a dot`() throws {
        let library = try Self.shipped()
        #expect(library.suggested(icd10: ["E11.22"]).map(\.pack.id) == ["diabetes"])
        #expect(library.suggested(icd10: ["e1122", "I50.9"]).map(\.pack.id) == ["heart-failure", "diabetes"])
        #expect(library.suggested(snomed: ["44054006"]).first?.codes == ["44054006"])
        #expect(library.suggested(icd10: ["Z00.0"]).isEmpty)
    }

    @Test func `a need found in the intake suggests the social pack and its goal`() throws {
        let library = try Self.shipped()
        let intake = try #require(try InstrumentLibraryTests.shipped()["whole-person-intake"])
        let screening = intake.score(["barriers-food": [.code("sometimes-hard")]], closing: false)
        let found = try #require(library.suggested(needs: screening.needs.map(\.category)).first)
        #expect(found.pack.id == "social-need" && found.needs == ["food-insecurity"])
        let goal = try #require(found.pack.goals.first { $0.needs.contains("food-insecurity") })
        #expect(found.pack.interventions(for: goal).map(\.id).contains("food-referral"))
        #expect(library.suggested(icd10: ["Z59.12"]).first?.needs == ["utility-insecurity"])
    }

    @Test func `every need the intake can find has a goal`() throws {
        let intake = try #require(try InstrumentLibraryTests.shipped()["whole-person-intake"])
        let needs = Set(intake.questions.flatMap(\.options).compactMap(\.need)).subtracting(["stress"])
        let pack = try #require(try Self.shipped()["social-need"])
        #expect(needs.isSubset(of: Set(pack.goals.flatMap(\.needs))))
    }

    @Test func `what patients read stays at or below sixth grade`() throws {
        for pack in try Self.shipped().packs {
            let sentences =
                pack.interventions.map(\.patient) + pack.goals.map(\.personWords) + pack.goals.map(\.example)
            #expect(ReadingLevel.grade(sentences.joined(separator: " ")) <= 6, "\(pack.id)")
            for sentence in sentences { #expect(ReadingLevel.grade(sentence) <= 8, "\(pack.id): \(sentence)") }
        }
    }

    @Test(arguments: [
        ("dueInDays: 60", "dueInDays: soon", "whole number"), ("dueInDays: 60", "dueInDays: 0", "not from 1"),
        ("who: nurse", "who: wizard", "not one of"), ("goals: [smoke-free]", "goals: [smokefree]", "no goal smokefree"),
        ("licence: Apache-2.0", "licence:", "licence: a text is missing"), ("id: copd", "id: cop", "name of the file"),
        ("patient:", "patiant:", "not known here"), ("  - id: breath", "  - id: [", "line"),
    ])
    func `a broken pack is refused with its file and place`(found: String, put: String, problem: String) {
        let broken = ShippedContent.text("plans/copd.yaml").replacing(found, with: put)
        let failure = #expect(throws: PlanLibraryFailure.self) {
            try PlanLibrary(
                content: { $0 == "plans/copd.yaml" ? Array(broken.utf8) : ShippedContent.bytes($0) },
                files: ShippedContent.files("plans"))
        }
        #expect(failure?.file == "plans/copd.yaml")
        #expect(failure?.problem.contains(problem) == true, "\(failure?.description ?? "")")
    }
}
