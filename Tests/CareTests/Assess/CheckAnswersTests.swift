import Testing

@testable import Care

struct CheckAnswersTests {
    let intake: Instrument
    let sils: Instrument

    init() throws {
        let library = try InstrumentLibraryTests.shipped()
        intake = try #require(library["whole-person-intake"])
        sils = try #require(library["sils"])
    }

    /// Every domain concluded, but for what is put in its place.
    func concluded(_ changes: Answers = [:]) -> Answers {
        var answers: Answers = [:]
        for domain in intake.domains.compactMap(\.domain) { answers["\(domain)-conclusion"] = [.text("All is well.")] }
        return answers.merging(changes) { $1 }
    }

    @Test func `an intake with every domain concluded has no errors`() {
        #expect(intake.check(concluded()).isEmpty)
        #expect(intake.conclusions(concluded()).allSatisfy { $0.outcome == .concluded("All is well.") })
    }

    @Test func `an empty intake names each domain once`() {
        let errors = intake.check([:])
        #expect(errors.count == intake.domains.count)
        #expect(errors.contains { $0.linkId == "medicines-conclusion" && $0.message.hasPrefix("Medicines: write") })
    }

    @Test func `a domain may say why it was not done`() {
        let answers = concluded(["mood-conclusion": [.text("  ")], "mood-not-done": [.text("Too tired today")]])
        #expect(intake.check(answers).isEmpty)
        #expect(
            intake.conclusions(answers).contains { $0.domain == "mood" && $0.outcome == .notDone("Too tired today") })
    }

    @Test func `a domain with conclusion and reason is told to keep one`() {
        let errors = intake.check(concluded(["mood-not-done": [.text("Too tired")]]))
        #expect(errors.map(\.linkId) == ["mood-conclusion"])
        #expect(errors.first?.message.contains("not both") == true)
    }

    @Test func `a draft may stay open`() {
        #expect(intake.check([:], closing: false).isEmpty)
    }

    @Test func `too long a text says its length`() {
        let errors = intake.check(concluded(["medical-conditions": [.text(String(repeating: "a", count: 4_001))]]))
        #expect(
            errors == [
                FieldError(
                    linkId: "medical-conditions", message: "Please shorten this to 4000 characters. It has 4001.")
            ])
    }

    @Test(arguments: ["-1", "201", "many", "1e3", "99999999999999999999"])
    func `a number out of range is told its range`(typed: String) {
        let answers = concluded(intake.answers(fromForm: [("medical-ed-visits", typed)]))
        let errors = intake.check(answers)
        #expect(
            errors == [FieldError(linkId: "medical-ed-visits", message: "Please enter a whole number from 0 to 200.")])
    }

    @Test func `unknown codes, strange fields and two answers are told`() {
        let errors = intake.check(
            concluded([
                "barriers-food": [.code("LA33-6")], "mood-stress": [.code("some"), .code("little")],
                "home-hazards": [.code("rugs"), .code("stairs")], "evil": [.text("x")], "medical": [.text("x")],
            ]))
        #expect(Set(errors.map(\.linkId)) == ["barriers-food", "mood-stress", "evil", "medical"])
    }

    @Test func `control characters are refused and line breaks kept`() {
        #expect(intake.check(concluded(["mood-now": [.text("a\nb\tc")]])).isEmpty)
        #expect(intake.check(concluded(["mood-now": [.text("a\u{0}b")]])).map(\.linkId) == ["mood-now"])
    }

    @Test func `a required question is asked for`() {
        #expect(sils.check([:]) == [FieldError(linkId: "93157-6", message: "Please answer this question.")])
        #expect(sils.check([:], closing: false).isEmpty)
    }

    @Test func `answers that mean a social need name its category`() {
        let result = intake.score(
            concluded([
                "barriers-food": [.code("often-hard")], "barriers-transport": [.code("always")],
                "barriers-housing-problems": [.code("mold"), .code("pests")],
            ]))
        #expect(Set(result.needs.map(\.category)) == ["food-insecurity", "inadequate-housing"])
        #expect(result.total == nil && result.missing.isEmpty)
    }

    @Test func `a form keeps what was typed and leaves out strange names`() {
        let answers = intake.answers(fromForm: [
            ("mood-stress", "some"), ("home-hazards", "rugs"), ("home-hazards", "stairs"), ("home-hazards", "rugs"),
            ("csrf", "1"),
            ("medical-ed-visits", " 3 "), ("mood-now", " tired "), ("mood-sleep", "  "),
        ])
        #expect(
            answers == [
                "mood-stress": [.code("some")], "home-hazards": [.code("rugs"), .code("stairs")],
                "medical-ed-visits": [.integer(3)], "mood-now": [.text(" tired ")],
            ])
    }
}
