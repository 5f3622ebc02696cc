import Content
import FHIR
import Testing

@testable import Care

/// What has to hold for each form that is shipped, and for each form that a site may bring the wording of.
struct EveryInstrumentTests {
    static let by = AnsweredBy(subject: "Patient/p1", author: "Practitioner/n1", at: "2026-03-06T10:15:00-05:00")

    /// The forms that are shipped, and those of others as a site would word them.
    static func forms() throws -> [Instrument] { try SuppliedForms.library().all }

    static func form(_ name: String) throws -> Instrument { try #require(try SuppliedForms.library()[name]) }

    /// The answers that a scored question can have, most points first.
    static func answers(to item: Instrument.Item) -> [(answer: Answer, points: Int)] {
        if item.kind == .integer, let least = item.least, let most = item.most {
            return (least...most).reversed().map { (.integer($0), $0) }
        }
        return item.options.compactMap { option in option.score.map { (.code(option.coding.code), $0) } }
            .sorted { $0.points > $1.points }
    }

    /// Answers to all scored questions that come to a total; the first questions get the points.
    static func answers(_ form: Instrument, total: Int) throws -> Answers {
        let scoring = try #require(form.scoring)
        // Points on a key question decide by themselves: the others get theirs first.
        let key = scoring.keyQuestions?.items ?? []
        let items = (scoring.items.filter { !key.contains($0) } + key).compactMap { form.item($0) }
        if scoring.total?.combine == .max {
            var given: Answers = [:]
            var isReached = false
            for item in items {
                let choices = answers(to: item).filter { $0.points <= total }
                let best = try #require(isReached ? choices.last : choices.first)
                isReached = isReached || best.points == total
                given[item.linkId] = [best.answer]
            }
            return given
        }
        let rest = items.map { item in
            let points = answers(to: item).map(\.points)
            return (low: points.min() ?? 0, high: points.max() ?? 0)
        }
        var left = total
        var given: Answers = [:]
        for (place, item) in items.enumerated() {
            let least = rest.dropFirst(place + 1).reduce(0) { $0 + $1.low }
            let most = rest.dropFirst(place + 1).reduce(0) { $0 + $1.high }
            let fitting = answers(to: item).first { left - $0.points >= least && left - $0.points <= most }
            let choice = try #require(fitting, "\(form.name) \(total) \(item.linkId)")
            left -= choice.points
            given[item.linkId] = [choice.answer]
        }
        return given
    }

    @Test func `each band holds at both of its edges`() throws {
        var edges = 0
        for form in try Self.forms() {
            guard let scoring = form.scoring else { continue }
            for band in scoring.bands {
                for total in Set([band.from, band.to]) {
                    for sex in [CutOffSex.female, .male, .unknown] {
                        let cut = scoring.cutOffs?.row(70)?.value(sex)
                        let isLow = scoring.cutOffs?.isLow == true
                        let positive = cut.map { isLow ? total <= $0 : total >= $0 } ?? false
                        guard band.fits(positive) else { continue }
                        let result = form.score(try Self.answers(form, total: total), sex: sex, age: 70)
                        #expect(result.total == total, "\(form.name) \(total)")
                        #expect(result.band == band, "\(form.name) \(total)")
                        #expect(result.errors == [], "\(form.name) \(total)")
                        if cut == nil { #expect(result.verdict == nil) }
                        if positive { #expect(result.verdict != .negative, "\(form.name) \(total)") }
                        edges += 1
                    }
                }
            }
        }
        #expect(edges > 250)
    }

    @Test func `a missing answer means no total, unless the form counts blanks as 0`() throws {
        for form in try Self.forms() {
            guard let scoring = form.scoring, let total = scoring.total else { continue }
            let full = try Self.answers(form, total: total.to)
            for missing in scoring.items {
                var answers = full
                answers[missing] = nil
                let result = form.score(answers)
                if scoring.mostBlank > 0 {
                    #expect(result.total == total.to - 2 && result.blank == [missing], "\(form.name) \(missing)")
                } else if form.isOpenForTest(missing, answers) {
                    #expect(result.total == nil && result.missing == [missing], "\(form.name) \(missing)")
                }
            }
            var answers = full
            for item in scoring.items.prefix(scoring.mostBlank + 1) { answers[item] = nil }
            #expect(form.score(answers).total == nil, "\(form.name)")
        }
    }

    @Test func `each safety question raises the alarm alone and on a draft, and not below its points`() throws {
        var rules = 0
        for form in try Self.forms() {
            for rule in form.scoring?.safety ?? [] where rule.item != Scoring.SafetyRule.total {
                let item = try #require(form.item(rule.item))
                for option in item.options {
                    let result = form.score([rule.item: [.code(option.coding.code)]], closing: false)
                    let isDanger = try #require(option.score) > rule.above
                    #expect(result.safety.map(\.kind) == (isDanger ? [rule.kind] : []), "\(form.name) \(rule.item)")
                }
                #expect(rule.asks.wordsIn["es"] != nil)
                rules += 1
            }
        }
        #expect(rules > 40)
    }

    @Test func `C-SSRS is sorted by the worst answer`() throws {
        let form = try Self.form("c-ssrs-screener")
        func level(_ yes: String...) -> String? {
            let answers = form.questions.map {
                ($0.linkId, [Answer.code(yes.contains($0.linkId) ? "LA33-6" : "LA32-8")])
            }
            return form.score(Dictionary(uniqueKeysWithValues: answers)).band?.severity
        }
        #expect(level() == "none")
        #expect(level("93246-7") == "low" && level("93246-7", "93247-5") == "low")
        #expect(level("93247-5", "93248-3") == "moderate" && level("93267-3") == "moderate")
        #expect(level("93247-5", "93249-1") == "high" && level("93250-9") == "high")
        #expect(level("93267-3", "93269-9") == "high")
    }

    @Test func `PSC-17 looks at its three parts too`() throws {
        let form = try Self.form("psc-17")
        var answers = Dictionary(uniqueKeysWithValues: form.questions.map { ($0.linkId, [Answer.code("LA6270-8")]) })
        for item in ["psc-sad", "psc-hopeless"] { answers[item] = [.code("LA10044-8")] }
        #expect(form.score(answers).verdict == .negative)
        answers["psc-worries"] = [.code("LA10082-8")]
        let result = form.score(answers)
        #expect(result.total == 5 && result.verdict == .review)
        #expect(result.scales.filter(\.isPositive).map(\.scale.name) == ["internalizing"])
        let made = form.observations(
            answers: answers, screening: result, response: "QuestionnaireResponse/r", by: Self.by, id: { $0 })
        let part = try #require(try made.first { $0["id"] == "scale-internalizing" }?.document().root)
        #expect(part.at("valueQuantity", "value")?.int == 5)
    }

    @Test func `PEG is the mean with one decimal place`() throws {
        let form = try Self.form("peg-3")
        let answers: Answers = ["75893-8": [.integer(5)], "91145-3": [.integer(4)], "91146-1": [.integer(4)]]
        let result = form.score(answers)
        #expect(result.total == 13 && result.verdict == nil && form.scoring?.written(13) == "4.3")
        let made = form.observations(
            answers: answers, screening: result, response: "QuestionnaireResponse/r", by: Self.by, id: { $0 })
        let total = try #require(try made.first { $0["id"] == "total" }?.document().root)
        #expect(total.text("code", "coding", "code") == "91147-9")
        #expect(total.at("valueQuantity", "value")?.digits == "4.3")
        #expect(form.scoring?.change?.step(first: 20, latest: 14) == .response)
        #expect(form.scoring?.change?.step(first: 20, latest: 15) == Scoring.Change.Step.none)
    }

    @Test func `every coded answer becomes an Observation with its code`() throws {
        for form in try Self.forms() {
            var answers: Answers = [:]
            for item in form.questions where item.part != .notDone {
                let answer: Answer? =
                    switch item.kind {
                    case .choice: item.options.last.map { .code($0.coding.code) }
                    case .text, .string: .text("words")
                    case .integer: .integer(item.least ?? 1)
                    case .boolean: .boolean(true)
                    case .date: .date("2026-01-31")
                    default: nil
                    }
                answers[item.linkId] = answer.map { [$0] }
            }
            let kept = form.kept(answers)
            let made = try form.observations(
                answers: answers, screening: form.score(answers, age: 70), response: "QuestionnaireResponse/r",
                by: Self.by,
                id: { $0 }
            ).map { try $0.document().root }
            for item in form.questions where kept[item.linkId] != nil {
                guard let code = item.code else {
                    #expect(item.part != nil, "\(form.name) \(item.linkId) has no code")
                    continue
                }
                let one = try #require(made.first { $0.text("id") == item.linkId }, "\(form.name) \(item.linkId)")
                #expect(one.text("code", "coding", "code") == code.code)
                #expect(one.text("code", "coding", "system") == code.system)
                #expect(one.text("derivedFrom", "reference") == "QuestionnaireResponse/r")
                if let unit = item.unit { #expect(one.text("valueQuantity", "code") == unit.code) }
            }
            if let total = form.scoring?.total {
                let found = made.filter { $0.text("code", "coding", "code") == total.code }
                #expect(found.count == 1 && found.first?.text("interpretation", "text") != nil, "\(form.name)")
            }
        }
    }

    @Test func `link ids are unique and fit into the id of an Observation`() throws {
        for form in try Self.forms() {
            let ids = Self.linkIds(form.items)
            #expect(Set(ids).count == ids.count, "\(form.name)")
            // A response's id has 32 characters, a FHIR id has 64 at most.
            for id in ids {
                #expect(id.utf8.count <= 31, "\(id)")
                #expect(id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }, "\(id)")
            }
        }
    }

    @Test func `each shipped form can be read in Spanish, or says why not`() throws {
        var without: [String] = []
        for form in try InstrumentLibraryTests.shipped().all {
            if form.languages.contains("es") {
                #expect(form.asking.unsaid["es"] == nil, "\(form.name)")
            } else {
                #expect(form.asking.unsaid["es"] != nil, "\(form.name)")
                without.append(form.name)
            }
        }
        #expect(without.sorted() == ["psc-17"])
    }

    @Test func `our own questions can be read at the sixth grade`() throws {
        for form in try InstrumentLibraryTests.shipped().all where form.origin.licence.hasPrefix("Apache") {
            let words = form.questions.map(\.text).map { $0.last?.isPunctuation == true ? $0 : $0 + "." }
            let grade = ReadingLevel.grade(words.joined(separator: " "))
            #expect(grade <= 6, "\(form.name) \(grade)")
        }
    }

    @Test func `each form says for whom it is and when it is asked again`() throws {
        let library = try InstrumentLibraryTests.shipped()
        for form in library.all {
            #expect(form.asking.group != .other, "\(form.name)")
            for band in form.scoring?.bands.map(\.severity) ?? [] {
                #expect(form.asking.days(after: band) != nil, "\(form.name) \(band)")
            }
        }
        #expect(library["phq-9"]?.asking.days(after: "severe") == 14)
        #expect(library["phq-9"]?.asking.days(after: "none or minimal") == 365)
        #expect(library["timed-up-and-go"]?.asking.days(after: "at risk") == 90)
    }

    private static func linkIds(_ items: [Instrument.Item]) -> [String] {
        items.flatMap { [$0.linkId] + linkIds($0.items) }
    }
}

extension Instrument {
    /// Whether a question is open, given the answers to the others.
    fileprivate func isOpenForTest(_ linkId: String, _ answers: Answers) -> Bool {
        item(linkId).map { isOpen($0, kept(answers)) } ?? false
    }
}
