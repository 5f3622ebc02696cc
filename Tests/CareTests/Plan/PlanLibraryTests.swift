import Testing

@testable import Care

struct PlanLibraryTests {
    static func shipped() throws -> PlanLibrary {
        try PlanLibrary(content: ShippedContent.bytes, files: ShippedContent.files("plans"))
    }

    @Test func `every shipped pack loads`() throws {
        let shipped = Set(try Self.shipped().packs.map(\.id))
        #expect(shipped == Set(ShippedContent.files("plans").map { String($0.dropFirst(6).dropLast(5)) }))
        #expect(shipped.count >= 25)
        #expect(
            shipped.isSuperset(of: ["copd", "depression", "diabetes", "heart-failure", "hypertension", "social-need"]))
    }

    @Test func `a pack's codes suggest it, with or without a dot`() throws {
        let library = try Self.shipped()
        #expect(library.suggested(icd10: ["E11.22"]).map(\.pack.id) == ["diabetes"])
        #expect(library.suggested(icd10: ["e1122", "I50.9"]).map(\.pack.id) == ["heart-failure", "diabetes"])
        #expect(library.suggested(snomed: ["44054006"]).first?.codes == ["44054006"])
        #expect(library.suggested(icd10: ["Z00.0"]).isEmpty)
    }

    @Test func `a need found in the intake suggests its pack and its goal`() throws {
        let library = try Self.shipped()
        let intake = try #require(try InstrumentLibraryTests.shipped()["whole-person-intake"])
        let screening = intake.score(["barriers-food": [.code("sometimes-hard")]], closing: false)
        let found = try #require(library.suggested(needs: screening.needs.map(\.category)).first)
        #expect(found.pack.id == "food" && found.needs == ["food-insecurity"])
        let goal = try #require(found.pack.goals.first { $0.needs.contains("food-insecurity") })
        #expect(found.pack.interventions(for: goal).map(\.id).contains("food-referral"))
        #expect(library.suggested(icd10: ["Z59.12"]).first?.needs == ["utility-insecurity"])
    }

    @Test func `every need the intake can find has a goal`() throws {
        let intake = try #require(try InstrumentLibraryTests.shipped()["whole-person-intake"])
        let needs = Set(intake.questions.flatMap(\.options).compactMap(\.need)).subtracting(["stress"])
        #expect(needs.isSubset(of: Set(try Self.shipped().packs.flatMap(\.goals).flatMap(\.needs))))
    }

    @Test func `a pack is suggested to people of its age, and to those whose age is not known`() throws {
        let library = try Self.shipped()
        func suggested(_ age: Int?) -> [String] { library.suggested(icd10: ["J45.909"], age: age).map(\.pack.id) }
        #expect(suggested(17) == ["asthma-child"])
        #expect(suggested(18) == ["asthma-adult"])
        #expect(suggested(4).isEmpty)
        #expect(suggested(nil) == ["asthma-adult", "asthma-child"])
    }

    @Test func `contacts become the check-in, in their first rhythm and for every goal`() throws {
        let pack = try #require(try Self.shipped()["heart-failure"])
        let step = try #require(pack.interventions.last)
        #expect(step.id == "check-in" && step.everyDays == 7 && step.goals == pack.goals.map(\.id))
        #expect(pack.contacts.turns == [.init(everyDays: 7, forDays: 56), .init(everyDays: 30, forDays: nil)])
    }

    @Test func `the numbers to call come from the site's file, and no text names one by itself`() throws {
        let lines = ShippedContent.text("help/lines.yaml").replacing("\"911\"", with: "\"112\"")
        let library = try PlanLibrary(
            content: { $0 == "help/lines.yaml" ? Array(lines.utf8) : ShippedContent.bytes($0) },
            files: ShippedContent.files("plans"))
        #expect(library.lines.emergency == "112")
        for pack in library.packs {
            let red = try #require(pack.warningSigns.last)
            #expect(red.light == .red && red.act.en.contains("112") && red.act.es.contains("112"), "\(pack.id)")
            for words in PackWords.all(pack) {
                #expect(
                    !words.en.contains("911") && !words.es.contains("911") && !words.en.contains("{e"), "\(pack.id)")
            }
        }
    }

    @Test func `a sentence of a pack is said in Spanish, one of the person's own is not`() throws {
        let library = try Self.shipped()
        let goal = try #require(library["heart-failure"]?.goals.first)
        #expect(library.said(goal.firstWords.en, in: .es) == "Quiero respirar bien para hacer lo que me importa.")
        #expect(library.said(goal.firstWords.en, in: .en) == goal.firstWords.en)
        #expect(library.said("I want to breathe.", in: .es) == nil)
    }

    @Test(arguments: [
        ("dueInDays: 60", "dueInDays: soon", "whole number"), ("dueInDays: 60", "dueInDays: 0", "not from 1"),
        ("who: nurse", "who: wizard", "not one of"), ("goals: [smoke-free]", "goals: [smokefree]", "no goal smokefree"),
        ("licence: Apache-2.0", "licence:", "licence: a text is missing"), ("id: copd", "id: cop", "name of the file"),
        ("patient:", "patiant:", "not known here"), ("ages: {from: 18}", "ages: {from: 18, to: 5}", "from first"),
        ("  yellow:", "  amber:", "not known here"), ("{emergency}", "{911}", "no line of"),
        ("rhythm: [{everyDays: 30}]", "rhythm: []", "for how many days"),
        ("selfCare:", "selfCare: []\nx:", "not known"), ("  - id: breath", "  - id: [", "line"),
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
