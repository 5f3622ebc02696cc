import FHIR
import Testing

@testable import Care

/// Every form and every slot against what was published. The numbers here are written by hand from the publications that the
/// rules name, not read from the rules: a band that is moved in the content fails here.
struct PublishedScoresTests {
    /// Both edges of every band: totals with what they are called. Of a form that differs by sex those of the sex named.
    struct Published: Sendable, CustomTestStringConvertible {
        let form: String
        var sex = CutOffSex.female
        var age: Int? = 70
        let bands: [(ClosedRange<Int>, String)]
        /// From which total on it is positive, or up to which where points mean independence; nil without a cut-off.
        var positive: ClosedRange<Int>?
        /// The code of the total, and that of the whole form.
        let total: String
        var panel: String?

        var testDescription: String { "\(form) \(sex) \(age.map(String.init) ?? "")" }
    }

    private static let zones: [(ClosedRange<Int>, String)] = [(0...0, "green"), (1...1, "yellow"), (2...2, "red")]
    private static let mood: [(ClosedRange<Int>, String)] = [
        (0...4, "none or minimal"), (5...9, "mild"), (10...14, "moderate"), (15...19, "moderately severe"),
        (20...27, "severe"),
    ]
    private static let risk = "at risk", safe = "not at risk"

    static let published: [Published] =
        [
            .init(
                form: "phq-2", bands: [(0...2, "negative"), (3...6, "positive")], positive: 3...6, total: "55758-7",
                panel: "55757-9"),
            .init(form: "phq-9", bands: mood, positive: 10...27, total: "44261-6", panel: "44249-1"),
            .init(form: "phq-9m", age: 14, bands: mood, positive: 10...27, total: "89204-2", panel: "89206-7"),
            .init(
                form: "gad-7",
                bands: [(0...4, "minimal"), (5...9, "mild"), (10...14, "moderate"), (15...21, "severe")],
                positive: 10...21,
                total: "70274-6", panel: "69737-5"),
            .init(
                form: "audit-c", bands: [(0...2, "low risk"), (3...7, "risky drinking"), (8...12, "high risk")],
                positive: 3...12, total: "75626-2", panel: "72109-2"),
            .init(
                form: "audit-c", sex: .male,
                bands: [(0...3, "low risk"), (4...7, "risky drinking"), (8...12, "high risk")],
                positive: 4...12, total: "75626-2", panel: "72109-2"),
            .init(
                form: "audit-c", sex: .unknown,
                bands: [(0...2, "low risk"), (3...7, "risky drinking"), (8...12, "high risk")], positive: 3...12,
                total: "75626-2", panel: "72109-2"),
            .init(
                form: "dast-10",
                bands: [
                    (0...0, "none"), (1...2, "low"), (3...5, "moderate"), (6...8, "substantial"), (9...10, "severe"),
                ], positive: 3...10, total: "82667-7", panel: "82666-9"),
            .init(
                form: "c-ssrs-screener",
                bands: [(0...0, "none"), (1...1, "low"), (2...2, "moderate"), (3...3, "high")], positive: 1...3,
                total: "c-ssrs-triage", panel: "93373-9"),
            .init(
                form: "ahc-hrsn", bands: [(4...10, "below the cut-off for safety"), (11...20, "not safe")],
                positive: 11...20, total: "95614-4", panel: "96777-8"),
            .init(
                form: "hark", bands: [(0...0, "no answer points to violence"), (1...4, "not safe")], positive: 1...4,
                total: "76504-0"),
            .init(
                form: "hunger-vital-sign", bands: [(0...0, "no risk"), (1...1, "at risk")], positive: 1...1,
                total: "hunger-vital-sign", panel: "88121-9"),
            .init(
                form: "epds",
                bands: [
                    (0...9, "below the cut-off"), (10...12, "possible depression"), (13...30, "likely depression"),
                ],
                positive: 10...30, total: "99046-5", panel: "71354-5"),
            .init(
                form: "psc-17", age: 9, bands: [(0...14, "below the cut-off"), (15...34, "at or above the cut-off")],
                positive: 15...34, total: "psc-17-total"),
            .init(
                form: "mini-cog", bands: [(0...2, "positive"), (3...5, "negative")], positive: 0...2,
                total: "mini-cog-score"),
            .init(
                form: "katz-adl",
                bands: [(0...2, "severe impairment"), (3...5, "moderate impairment"), (6...6, "full function")],
                positive: 0...5, total: "katz-adl-score"),
            .init(
                form: "lawton-iadl", bands: [(0...7, "needs help"), (8...8, "on their own")], total: "lawton-iadl-score"
            ),
            .init(
                form: "steadi-falls", bands: [(0...3, safe), (4...14, risk)], positive: 4...14,
                total: "stay-independent-score"),
            .init(
                form: "timed-up-and-go", bands: [(1...11, safe), (12...300, risk)], positive: 12...300,
                total: "89423-8",
                panel: "89422-0"),
            .init(
                form: "four-stage-balance", bands: [(0...9, risk), (10...10, safe)], positive: 0...9,
                total: "balance-tandem"),
            .init(
                form: "sils", bands: [(1...2, "negative"), (3...5, "positive")], positive: 3...5, total: "sils-score"),
            .init(
                form: "distress-thermometer", bands: [(0...3, "below the cut-off"), (4...10, "distress")],
                positive: 4...10,
                total: "distress-thermometer-score"),
            .init(form: "peg-3", bands: [(0...0, "no pain"), (1...30, "pain")], total: "91147-9", panel: "91148-7"),
            .init(
                form: "medication-adherence",
                bands: [(0...0, "as planned"), (1...1, "sometimes missed"), (2...2, "often missed")], positive: 1...2,
                total: "medication-adherence-zone"),
            .init(
                form: "sleep-check", bands: [(0...0, "sound"), (1...1, "disturbed"), (2...2, "not safe")],
                positive: 1...2,
                total: "sleep-check-zone"),
            .init(
                form: "caregiver-strain", bands: [(0...0, "little"), (1...1, "some"), (2...2, "heavy")],
                positive: 1...2,
                total: "caregiver-strain-zone"),
            .init(
                form: "caregiver-readiness", bands: [(0...0, "ready"), (1...1, "to be shown"), (2...2, "not ready")],
                positive: 1...2, total: "caregiver-readiness-zone"),
        ] + chairStands + packs

    /// CDC's table of below-average scores for the 30-second chair stand: ages, men, women.
    private static let chairStands: [Published] = [
        (60, 64, 14, 12), (65, 69, 12, 11), (70, 74, 12, 10), (75, 79, 11, 10), (80, 84, 10, 9), (85, 89, 8, 8),
        (90, 94, 7, 4),
    ].flatMap { from, to, men, women in
        [from, to].flatMap { age in
            [(CutOffSex.male, men), (.female, women), (.unknown, max(men, women))].map { sex, below in
                Published(
                    form: "chair-stand", sex: sex, age: age, bands: [(0...below - 1, risk), (below...60, safe)],
                    positive: 0...below - 1, total: "66247-8")
            }
        }
    }

    /// Packs of our own sort answers into green, yellow and red.
    private static let packs: [Published] =
        [
            "asthma", "blood-pressure", "copd", "dementia", "depression", "diabetes", "heart-failure", "kidney",
            "postpartum", "pregnancy",
        ].map { Published(form: "\($0)-check", bands: zones, positive: 1...2, total: "\($0)-check-zone") } + [
            Published(form: "transition-call", bands: zones, positive: 1...2, total: "transition-call-zone")
        ]

    /// Not scored: their answers count one by one.
    private static let unscored: Set<String> = [
        "intake-child", "intake-elder", "whole-person-intake", "prapare", "satisfaction",
    ]

    @Test func `every form and slot is in the table, or has no score`() throws {
        let names = Set(try SuppliedForms.library().instruments.keys)
        #expect(names == Set(Self.published.map(\.form)).union(Self.unscored))
    }

    @Test(arguments: published)
    func `each published band holds at both edges, with its verdict and the right codes`(_ row: Published) throws {
        let form = try EveryInstrumentTests.form(row.form)
        let (least, most) = (row.bands.map(\.0.lowerBound).min(), row.bands.map(\.0.upperBound).max())
        #expect(form.scoring?.total?.from == least && form.scoring?.total?.to == most)
        #expect(form.code?.code == row.panel)
        for (range, severity) in row.bands {
            for total in Set([range.lowerBound, range.upperBound]) {
                let answers = try EveryInstrumentTests.answers(form, total: total)
                let result = form.score(answers, sex: row.sex, age: row.age)
                #expect(result.total == total && result.band?.severity == severity, "\(row.form) \(total)")
                #expect(result.errors == [])
                switch row.positive {
                case let positive?: #expect((result.verdict != .negative) == positive.contains(total), "\(total)")
                case nil: #expect(result.verdict == nil)
                }
                let made = try form.observations(
                    answers: answers, screening: result, response: "QuestionnaireResponse/r",
                    by: EveryInstrumentTests.by, id: { $0 }
                ).map { try $0.document().root }
                let totals = made.filter { $0.text("code", "coding", "code") == row.total }
                #expect(totals.count == 1 && totals.first?.text("interpretation", "text") == severity, "\(total)")
                #expect(
                    made.filter { $0.text("code", "coding", "code") == row.panel }.count == (row.panel == nil ? 0 : 1))
            }
        }
    }

    @Test func `a chair stand of an age without a published average has a number and no verdict`() throws {
        let form = try EveryInstrumentTests.form("chair-stand")
        for age in [59, 95, nil] {
            let result = form.score(["66247-8": [.integer(3)]], sex: .female, age: age)
            #expect(result.total == 3 && result.verdict == nil && result.band == nil)
            #expect(result.notes.contains { $0.contains("No cut-off was published for this age") })
        }
        #expect(form.score(["66247-8": [.integer(61)]], sex: .female, age: 70).errors.count == 1)
    }

    /// What the reference lists as safety items, with the least answer that raises each.
    @Test(arguments: [
        ("phq-9", "44260-8", 1, "self-harm"), ("phq-9m", "phq-9m-9", 1, "self-harm"),
        ("epds", "epds-harm", 1, "self-harm"),
        ("c-ssrs-screener", "93248-3", 2, "self-harm"), ("c-ssrs-screener", "93249-1", 3, "self-harm"),
        ("c-ssrs-screener", "93250-9", 3, "self-harm"), ("c-ssrs-screener", "93267-3", 2, "self-harm"),
        ("c-ssrs-screener", "93269-9", 3, "self-harm"),
    ])
    func `each safety item of the reference fires alone, whatever the total`(
        name: String, item: String, points: Int, kind: String
    ) throws {
        let form = try EveryInstrumentTests.form(name)
        let option = try #require(form.item(item)?.options.first { $0.score == points })
        let result = form.score([item: [.code(option.coding.code)]], closing: false)
        #expect(result.safety.map(\.kind) == [kind] && result.safety.first?.linkId == item)
        let none = try #require(form.item(item)?.options.first { $0.score == 0 })
        #expect(form.score([item: [.code(none.coding.code)]], closing: false).safety.isEmpty)
    }

    @Test(arguments: [("ahc-hrsn", 10, 11), ("hark", 0, 1)])
    func `violence is told by the total`(name: String, below: Int, from: Int) throws {
        let form = try EveryInstrumentTests.form(name)
        #expect(form.score(try EveryInstrumentTests.answers(form, total: below)).safety.isEmpty)
        let flags = form.score(try EveryInstrumentTests.answers(form, total: from)).safety
        #expect(flags.map(\.kind) == ["unsafe-at-home"])
        #expect(flags.first?.asks.label == "SDV" && flags.first?.asks.remote == .no)
    }

    /// PSC-17 counts up to three blanks as 0; nothing else has a total with a question left open.
    @Test func `missing answers`() throws {
        for (name, scored) in [("phq-9", 9), ("gad-7", 7), ("epds", 10), ("psc-17", 17), ("dast-10", 10)] {
            let form = try EveryInstrumentTests.form(name)
            let items = try #require(form.scoring?.items)
            #expect(items.count == scored)
            for blanks in [1, 3, 4] {
                var answers = try EveryInstrumentTests.answers(form, total: form.scoring?.total?.to ?? 0)
                for item in items.prefix(blanks) { answers[item] = nil }
                let result = form.score(answers)
                #expect((result.total != nil) == (name == "psc-17" && blanks <= 3), "\(name) \(blanks)")
                if name == "psc-17", blanks == 3 { #expect(result.total == 28) }
            }
        }
    }

    @Test func `the parts of PSC-17 have their own cut-offs`() throws {
        let form = try EveryInstrumentTests.form("psc-17")
        let parts = try #require(form.scoring?.scales)
        let cuts = parts.map { "\($0.name) \($0.items.count) \($0.positive)" }
        #expect(cuts == ["internalizing 5 5", "attention 5 7", "externalizing 7 7"])
    }

    @Test(arguments: [("phq-2", 3, 30, "73832-8"), ("phq-9", 10, 30, "73832-8"), ("phq-9m", 10, 14, "73831-0")])
    func `a depression screen is told as positive or negative too, as the quality measures look for it`(
        name: String, from: Int, age: Int, code: String
    ) throws {
        let form = try EveryInstrumentTests.form(name)
        for (total, result) in [(from, "428181000124104"), (from - 1, "428171000124102")] {
            let answers = try EveryInstrumentTests.answers(form, total: total)
            let made = try form.observations(
                answers: answers, screening: form.score(answers, age: age), response: "QuestionnaireResponse/r",
                by: EveryInstrumentTests.by, id: { $0 }
            ).map { try $0.document().root }
            let screen = try #require(made.first { $0.text("id") == "screen" })
            #expect(screen.text("code", "coding", "code") == code)
            #expect(screen.text("valueCodeableConcept", "coding", "code") == result)
        }
    }

    @Test(arguments: [
        ("phq-9", 20, 15, true), ("phq-9", 20, 16, false), ("phq-9", 5, 10, true), ("gad-7", 12, 8, true),
        ("gad-7", 12, 9, false), ("epds", 14, 10, true), ("epds", 14, 11, false), ("peg-3", 20, 14, true),
        ("peg-3", 20, 15, false),
    ])
    func `a change matters from the published difference on`(name: String, from: Int, to: Int, matters: Bool) throws {
        let change = try #require(try EveryInstrumentTests.form(name).scoring?.change)
        #expect(change.matters(from: from, to: to) == matters)
        #expect(!change.source.isEmpty)
    }

    @Test func `forms without a published difference say nothing of it`() throws {
        let known = try SuppliedForms.library().all.filter { $0.scoring?.change != nil }.map(\.name)
        #expect(Set(known) == ["phq-9", "gad-7", "epds", "peg-3"])
    }

    @Test func `the young have a form of their own, tests are done by the team, and pregnancy is not asked of men`()
        throws
    {
        let library = try SuppliedForms.library()
        #expect(library["phq-9"]?.asking.fits(age: 17) == false && library["phq-9m"]?.asking.fits(age: 17) == true)
        #expect(library["phq-9m"]?.asking.fits(age: 10) == false && library["phq-9m"]?.asking.isRoutine == true)
        let notes = try #require(library["phq-9"]).score([:], age: 15).notes
        #expect(notes.contains { $0.contains("PHQ-9M") })
        let team = library.all.filter(\.asking.isByTeam).map(\.name)
        #expect(
            Set(team) == ["c-ssrs-screener", "chair-stand", "four-stage-balance", "mini-cog", "timed-up-and-go"])
        for name in ["pregnancy-check", "postpartum-check", "epds"] {
            let asking = try #require(library[name]?.asking)
            #expect(!asking.fits(age: 30, sex: .male))
            #expect(asking.fits(age: 30, sex: .female) && asking.fits(age: 30, sex: .unknown))
        }
    }

    @Test func `every form says when it is asked again after each of its results`() throws {
        for form in try SuppliedForms.library().all {
            let bands = form.scoring?.bands.map(\.severity) ?? []
            for band in bands.map(Optional.some) + [nil] where band != nil || bands.isEmpty {
                #expect(form.asking.days(after: band) != nil, "\(form.name) \(band ?? "")")
            }
        }
    }
}
