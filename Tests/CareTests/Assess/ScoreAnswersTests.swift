import Testing

@testable import Care

struct ScoreAnswersTests {
    let library: InstrumentLibrary

    init() throws { library = try InstrumentLibraryTests.shipped() }

    static let phq9 = [
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
    ]
    static let gad7 = ["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"]
    static let frequency = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]

    /// Answers that add up to a total, spread over the questions from the first on.
    static func spread(_ total: Int, over items: [String]) -> Answers {
        var left = total
        var answers: Answers = [:]
        for item in items {
            let points = min(3, left)
            left -= points
            answers[item] = [.code(frequency[points])]
        }
        return answers
    }

    static func auditC(_ one: Int, _ two: Int, _ three: Int) -> Answers {
        let first = ["LA6270-8", "LA18926-8", "LA18927-6", "LA18928-4", "LA18929-2"]
        let second = ["LA15694-5", "LA15695-2", "LA18930-0", "LA18931-8", "LA18932-6"]
        let third = ["LA6270-8", "LA18933-4", "LA18876-5", "LA18891-4", "LA18934-2"]
        return ["68518-0": [.code(first[one])], "68519-8": [.code(second[two])], "68520-6": [.code(third[three])]]
    }

    static func steadi(yes: Set<String>) throws -> Answers {
        let form = try #require(try InstrumentLibraryTests.shipped()["steadi-falls"])
        return Dictionary(
            uniqueKeysWithValues: form.questions.map {
                ($0.linkId, [.code(yes.contains($0.linkId) ? "LA33-6" : "LA32-8")])
            })
    }

    @Test(arguments: [
        (0, "none or minimal"), (4, "none or minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
        (15, "moderately severe"), (19, "moderately severe"), (20, "severe"), (27, "severe"),
    ])
    func `PHQ-9 totals fall in their bands`(total: Int, severity: String) throws {
        let result = try #require(library["phq-9"]).score(Self.spread(total, over: Self.phq9))
        #expect(result.total == total)
        #expect(result.band?.severity == severity)
        #expect(result.verdict == (total >= 10 ? .positive : .negative))
        #expect(result.errors.isEmpty)
        #expect(result.items.count == 9)
    }

    @Test func `PHQ-9 question 9 raises the alarm at a total of 1`() throws {
        var answers = Self.spread(0, over: Self.phq9)
        answers["44260-8"] = [.code("LA6569-3")]
        let result = try #require(library["phq-9"]).score(answers)
        #expect(result.total == 1)
        #expect(result.band?.severity == "none or minimal")
        #expect(result.safety.map(\.kind) == ["self-harm"])
        #expect(result.safety.first?.answer == "Several days")
        #expect(result.safety.first?.within == "same day")
        #expect(result.safety.first?.asks.words.tell.contains("988") == true)
    }

    @Test func `PHQ-9 question 9 at 0 raises no alarm even at 24`() throws {
        let result = try #require(library["phq-9"]).score(Self.spread(24, over: Self.phq9))
        #expect(result.total == 24 && result.safety.isEmpty)
    }

    @Test func `an incomplete PHQ-9 has no total but still raises the alarm`() throws {
        let result = try #require(library["phq-9"]).score(["44260-8": [.code("LA6571-9")]])
        #expect(result.total == nil && result.band == nil && result.verdict == nil)
        #expect(result.missing.count == 8)
        #expect(result.safety.count == 1)
        #expect(!result.isComplete)
    }

    @Test func `one missing answer is not estimated from the others`() throws {
        var answers = Self.spread(20, over: Self.phq9)
        answers["44259-0"] = nil
        let result = try #require(library["phq-9"]).score(answers)
        #expect(result.total == nil)
        #expect(result.missing == ["44259-0"])
    }

    @Test func `errors elsewhere and several answers do not hide the alarm`() throws {
        let result = try #require(library["phq-9"]).score([
            "44250-9": [.code("nonsense")], "44260-8": [.code("LA6568-5"), .code("LA6569-3")],
        ])
        #expect(result.safety.map(\.points) == [1])
        #expect(result.errors.map(\.linkId) == ["44250-9", "44260-8"])
    }

    @Test func `the difficulty question is not scored`() throws {
        var answers = Self.spread(6, over: Self.phq9)
        answers["69722-7"] = [.code("LA6574-3")]
        #expect(try #require(library["phq-9"]).score(answers).total == 6)
    }

    @Test(arguments: [(2, false), (3, true), (6, true)])
    func `PHQ-2 opens PHQ-9 from 3 on`(total: Int, opens: Bool) throws {
        let result = try #require(library["phq-2"]).score(Self.spread(total, over: Array(Self.phq9.prefix(2))))
        #expect(result.total == total)
        #expect(result.opens == (opens ? "phq-9" : nil))
        #expect(result.verdict == (opens ? .positive : .negative))
    }

    @Test func `PHQ-2 opens PHQ-9 when one answer alone has 3 points`() throws {
        let result = try #require(library["phq-2"]).score(["44250-9": [.code("LA6571-9")]])
        #expect(result.total == nil && result.opens == "phq-9")
    }

    @Test func `PHQ-9 takes over what PHQ-2 already knows`() throws {
        let two = try #require(library["phq-2"])
        let nine = try #require(library["phq-9"])
        let known = nine.carriedOver(Self.spread(5, over: Array(Self.phq9.prefix(2))), from: two)
        #expect(known == ["44250-9": [.code("LA6571-9")], "44255-8": [.code("LA6570-1")]])
        #expect(nine.questions.prefix(2).map(\.linkId) == two.questions.map(\.linkId))
    }

    @Test(arguments: [
        (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe"), (21, "severe"),
    ])
    func `GAD-7 totals fall in their bands`(total: Int, severity: String) throws {
        let result = try #require(library["gad-7"]).score(Self.spread(total, over: Self.gad7))
        #expect(result.total == total && result.band?.severity == severity)
        #expect(result.verdict == (total >= 10 ? .positive : .negative))
    }

    @Test func `GAD-7 keeps irritable before afraid`() throws {
        #expect(try #require(library["gad-7"]).questions.map(\.linkId) == Self.gad7)
    }

    @Test(arguments: [
        (CutOffSex.male, 3, Screening.Verdict.negative), (.male, 4, .positive), (.female, 2, .negative),
        (.female, 3, .positive), (.unknown, 3, .positive),
    ])
    func `AUDIT-C cut-offs differ by sex`(sex: CutOffSex, total: Int, verdict: Screening.Verdict) throws {
        let result = try #require(library["audit-c"]).score(Self.auditC(1, total - 1, 0), sex: sex)
        #expect(result.total == total && result.verdict == verdict)
        #expect(result.band?.severity == (verdict == .positive ? "risky drinking" : "low risk"))
    }

    @Test func `AUDIT-C from 8 asks for an assessment`() throws {
        let form = try #require(library["audit-c"])
        #expect(form.score(Self.auditC(4, 2, 1), sex: .male).band?.severity == "risky drinking")
        #expect(form.score(Self.auditC(4, 2, 2), sex: .male).band?.severity == "high risk")
        #expect(form.score(Self.auditC(4, 4, 4), sex: .female).total == 12)
    }

    @Test func `AUDIT-C with all points from question 1 is reviewed`() throws {
        let form = try #require(library["audit-c"])
        let review = form.score(Self.auditC(4, 0, 0), sex: .male)
        #expect(review.verdict == .review && review.total == 4)
        #expect(review.notes.contains { $0.contains("question 1") })
        #expect(form.score(Self.auditC(2, 0, 0), sex: .female).verdict == .negative)
    }

    @Test func `AUDIT-C never closes the other questions at 0`() throws {
        let form = try #require(library["audit-c"])
        let never = form.score(["68518-0": [.code("LA6270-8")]], sex: .male)
        #expect(never.total == 0 && never.errors.isEmpty && never.missing.isEmpty)
        #expect(form.score(Self.auditC(0, 0, 0)).errors.isEmpty)
        let odd = form.score(Self.auditC(0, 0, 3))
        #expect(odd.errors.map(\.linkId) == ["68520-6"])
    }

    @Test(arguments: [("LA10066-1", 2, false), ("LA10082-8", 3, true), ("LA9933-8", 5, true)])
    func `SILS is positive from sometimes on`(code: String, total: Int, positive: Bool) throws {
        let result = try #require(library["sils"]).score(["93157-6": [.code(code)]])
        #expect(result.total == total && result.verdict == (positive ? .positive : .negative))
    }

    @Test func `falling and a walking aid count double and reach 4`() throws {
        let result = try #require(library["steadi-falls"]).score(
            try Self.steadi(yes: ["steadi-fallen", "steadi-walking-aid"]))
        #expect(result.total == 4 && result.verdict == .positive && result.band?.severity == "at risk")
    }

    @Test func `three single points without a key question are not at risk`() throws {
        let form = try #require(library["steadi-falls"])
        let three = form.score(try Self.steadi(yes: ["steadi-curb", "steadi-toilet", "steadi-sad"]))
        #expect(three.total == 3 && three.verdict == .negative)
        let four = form.score(try Self.steadi(yes: ["steadi-curb", "steadi-toilet", "steadi-walking-aid"]))
        #expect(four.total == 4 && four.verdict == .positive)
        #expect(form.score(try Self.steadi(yes: Set(form.questions.map(\.linkId)))).total == 14)
    }

    @Test func `any key question alone means at risk`() throws {
        let form = try #require(library["steadi-falls"])
        let result = form.score([
            "steadi-fallen": [.code("LA32-8")], "steadi-unsteady": [.code("LA33-6")],
            "steadi-worried": [.code("LA32-8")],
        ])
        #expect(result.verdict == .positive && result.total == nil && result.missing.count == 9)
    }

    @Test func `three times no to the key questions is a complete result`() throws {
        let no: [Answer] = [.code("LA32-8")]
        let result = try #require(library["steadi-falls"]).score([
            "steadi-fallen": no, "steadi-unsteady": no, "steadi-worried": no,
        ])
        #expect(result.verdict == .negative && result.isComplete && result.total == nil)
    }

    @Test(arguments: [
        (18, 10, Scoring.Change.Step.none), (18, 9, .response), (18, 4, .remission), (4, 0, .none), (0, 0, .none),
    ])
    func `half the PHQ-9 is a response and below 5 is remission`(
        first: Int, latest: Int, step: Scoring.Change.Step
    ) throws {
        let change = try #require(library["phq-9"]?.scoring?.change)
        #expect(change.step(first: first, latest: latest) == step)
    }

    @Test func `an age the form was not made for is said`() throws {
        let form = try #require(library["phq-9"])
        #expect(form.score(Self.spread(3, over: Self.phq9), age: 14).notes.contains { $0.contains("18") })
        #expect(form.score(Self.spread(3, over: Self.phq9), age: 44).notes.isEmpty)
    }
}
