import Content
import FHIR
import Testing

@testable import Care

struct InstrumentLibraryTests {
    static func shipped() throws -> InstrumentLibrary {
        try InstrumentLibrary(content: ShippedContent.bytes, files: ShippedContent.files("instruments"))
    }

    @Test func `every shipped form loads`() throws {
        let library = try Self.shipped()
        #expect(
            library.instruments.keys.sorted() == [
                "asthma-check", "audit-c", "blood-pressure-check", "caregiver-readiness", "caregiver-strain",
                "chair-stand", "copd-check", "dementia-check", "depression-check", "diabetes-check",
                "four-stage-balance", "gad-7", "heart-failure-check",
                "intake-child", "intake-elder", "katz-adl", "kidney-check", "medication-adherence", "peg-3", "phq-2",
                "phq-9", "postpartum-check", "pregnancy-check", "psc-17", "satisfaction", "sils", "sleep-check",
                "steadi-falls", "timed-up-and-go", "transition-call", "whole-person-intake",
            ])
    }

    @Test func `every form says where it comes from and under which terms`() throws {
        for form in try Self.shipped().all {
            #expect(!form.origin.source.isEmpty && !form.origin.version.isEmpty && !form.origin.licence.isEmpty)
            #expect(CivilDay(form.origin.effectiveFrom) != nil)
            #expect(!form.copyright.isEmpty)
            let linkIds = Self.linkIds(form.items)
            #expect(Set(linkIds).count == linkIds.count)
            if let scoring = form.scoring { #expect(!scoring.origin.licence.isEmpty) }
        }
    }

    @Test func `codes of forms that others own are not shipped`() throws {
        for file in ShippedContent.files("instruments") where file.hasSuffix(".json") {
            let text = ShippedContent.text(file)
            for stranger in [
                "71354-5", "99046-5", "89206-7", "82667-7", "93025-5", "72233-0", "93373-9", "96777-8", "88121-9",
            ] {
                #expect(!text.contains(stranger), "\(file) holds \(stranger)")
            }
        }
    }

    @Test func `every code of our own is listed with its meaning`() throws {
        let listed = Set(
            ShippedContent.text("fhir/almoner-codes.csv").split(separator: "\n").compactMap { line -> String? in
                let parts = line.split(separator: ",", maxSplits: 2)
                return parts.count == 3 ? "\(parts[0])|\(parts[1])" : nil
            })
        for form in try Self.shipped().all {
            for item in form.questions {
                for coding in item.options.map(\.coding) + [item.code].compactMap({ $0 })
                where coding.system.hasPrefix("urn:almoner:") {
                    #expect(listed.contains("\(coding.system)|\(coding.code)"), "\(coding.code) of \(form.name)")
                }
            }
            for domain in form.domains.compactMap(\.domain) {
                #expect(listed.contains("urn:almoner:code:domain|\(domain)"))
            }
            for scale in form.scoring?.scales ?? [] { #expect(listed.contains("\(scale.system)|\(scale.code)")) }
            if let total = form.scoring?.total, total.system.hasPrefix("urn:") {
                #expect(listed.contains("\(total.system)|\(total.code)"))
            }
            for rule in form.scoring?.safety ?? [] { #expect(listed.contains("urn:almoner:code:safety|\(rule.kind)")) }
            for name in Self.ownExtensions(form.questionnaire.root) {
                #expect(listed.contains("urn:almoner:extension|\(name)"), "\(name)")
            }
        }
    }

    @Test(arguments: [
        ("    again:\n      - {days: 365}", "    again:\n      - {days: 365, band: odd}", "is not one of its bands"),
        ("  phq-2:", "  phq-3:", "no form of that name"), ("group: mood", "group: moods", "is not one of"),
        ("days: 365", "days: 0", "not between"), ("routine: yes", "rutine: yes", "not known here"),
    ])
    func `broken rules of asking are refused with their place`(found: String, put: String, problem: String) throws {
        let broken = ShippedContent.text("instruments/asking.yaml").replacing(found, with: put)
        let failure = #expect(throws: InstrumentFailure.self) {
            try InstrumentLibrary(
                content: { $0 == "instruments/asking.yaml" ? Array(broken.utf8) : ShippedContent.bytes($0) },
                files: ShippedContent.files("instruments"))
        }
        #expect(failure?.file == "instruments/asking.yaml")
        #expect(failure?.problem.contains(problem) == true, "\(failure?.description ?? "")")
    }

    @Test func `half a translation is refused`() throws {
        let broken = ShippedContent.text("instruments/katz-adl.json").replacing(
            "\"valueString\": \"Con ayuda\"", with: "\"valueCode\": \"x\"")
        let failure = #expect(throws: InstrumentFailure.self) {
            try InstrumentLibrary(
                content: { $0 == "instruments/katz-adl.json" ? Array(broken.utf8) : ShippedContent.bytes($0) },
                files: ShippedContent.files("instruments"))
        }
        #expect(failure?.problem.contains("katz-help is not in the languages of the title") == true)
    }

    @Test func `a question reads in the language asked for, else in its own`() throws {
        let item = try #require(try Self.shipped()["phq-9"]?.item("44250-9"))
        #expect(item.text(in: "es") == "Poco interés o placer en hacer cosas")
        #expect(item.option("LA6568-5")?.display(in: "es") == "Ningún día")
        #expect(item.text(in: "fr") == item.text && item.text(in: nil) == item.text)
    }

    @Test func `who is of which age is asked what fits`() throws {
        let library = try Self.shipped()
        func names(_ age: Int?) -> Set<String> { Set(library.all.filter { $0.asking.fits(age: age) }.map(\.name)) }
        #expect(names(14).isDisjoint(with: ["phq-2", "phq-9", "gad-7", "whole-person-intake", "intake-elder"]))
        #expect(names(14).isSuperset(of: ["psc-17", "intake-child", "asthma-check"]))
        #expect(names(17).contains("intake-child") && !names(18).contains("intake-child"))
        #expect(names(64).isDisjoint(with: ["timed-up-and-go", "intake-elder"]))
        #expect(names(65).isSuperset(of: ["timed-up-and-go", "intake-elder", "steadi-falls"]))
        #expect(names(nil) == names(18))
    }

    @Test func `the whole-person intake covers every domain`() throws {
        let intake = try #require(try Self.shipped()["whole-person-intake"])
        #expect(
            intake.domains.compactMap(\.domain) == [
                "what-matters", "medical", "medicines", "function", "mood", "supports", "barriers", "language-culture",
                "hearing-vision", "home-safety", "life-planning",
            ])
        let words = intake.questions.flatMap { item in [item.text] + item.options.map { $0.coding.display + "." } }
        #expect(ReadingLevel.grade(words.joined(separator: " ")) <= 6)
        #expect(try Self.shipped().effective(on: "2025-12-31").contains { $0.name == intake.name } == false)
        #expect(try Self.shipped().effective(on: "2026-01-01").contains { $0.name == intake.name })
        #expect(intake.item("function-adl")?.items.count == 6)
        #expect(intake.item("function-iadl")?.items.count == 8)
    }

    @Test(arguments: [
        ("\"type\": \"choice\"", "\"type\": \"question\"", "is not supported"),
        ("\"status\": \"active\"", "\"status\": \"draft\"", "not active"),
        ("\"linkId\": \"44255-8\"", "\"linkId\": \"44250-9\"", "used twice"),
        ("\"valueDecimal\": 3", "\"valueDecimal\": 2", "points reach"),
        ("\"valueDecimal\": 3", "\"valueDecimal\": 2.5", "not a whole number"),
        ("urn:almoner:scoring:phq-2", "urn:almoner:scoring:phq-3", "has no entry phq-3"),
        ("urn:almoner:questionnaire:phq-9", "urn:almoner:questionnaire:gad-7", "opens another form"),
        ("\"version\": \"1.0.0\"", "\"version\": \" \"", "version is missing"),
        ("}\n", "", "scan"),
    ])
    func `a broken form is refused with its file and its problem`(found: String, put: String, problem: String) throws {
        let broken = ShippedContent.text("instruments/phq-2.json").replacing(found, with: put)
        let failure = #expect(throws: InstrumentFailure.self) {
            try InstrumentLibrary(
                content: { $0 == "instruments/phq-2.json" ? Array(broken.utf8) : ShippedContent.bytes($0) },
                files: ShippedContent.files("instruments"))
        }
        #expect(failure?.file.hasPrefix("instruments/") == true)
        if problem != "scan" { #expect(failure?.problem.contains(problem) == true, "\(failure?.description ?? "")") }
    }

    @Test(arguments: [
        ("to: 14, severity: moderate,", "to: 15, severity: moderate,", "has 2 bands"),
        ("{any: 10}", "{any: ten}", "whole number"),
        ("missing: refuse", "missing: prorate", "never estimated"),
        ("effectiveFrom: 2003-11-01", "effectiveFrom: 2003-13-01", "not a date"),
        ("  sils:", "  silz:", "no entry sils"),
        ("above: 0", "abve: 0", "abve"), ("kind: self-harm", "kind: sorrow", "safety/safety.yaml does not say"),
        ("change: {points: 4", "change: {points: 0", "points"),
    ])
    func `broken scoring rules are refused with their place`(found: String, put: String, problem: String) throws {
        let broken = ShippedContent.text("instruments/scoring.yaml").replacing(found, with: put)
        let failure = #expect(throws: InstrumentFailure.self) {
            try InstrumentLibrary(
                content: { $0 == "instruments/scoring.yaml" ? Array(broken.utf8) : ShippedContent.bytes($0) },
                files: ShippedContent.files("instruments"))
        }
        #expect(failure?.problem.contains(problem) == true, "\(failure?.description ?? "")")
    }

    private static func linkIds(_ items: [Instrument.Item]) -> [String] {
        items.flatMap { [$0.linkId] + linkIds($0.items) }
    }

    private static func ownExtensions(_ node: JSONNode) -> Set<String> {
        var found: Set<String> = []
        for entry in node.list("extension") {
            if let url = entry.text("url"), url.hasPrefix("urn:almoner:extension:") {
                found.insert(String(url.dropFirst("urn:almoner:extension:".count)))
            }
        }
        for child in node.list("item") + node.list("answerOption") { found.formUnion(ownExtensions(child)) }
        return found
    }
}
