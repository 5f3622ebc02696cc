import FHIR
import Testing

@testable import Care

/// Forms of others, worded as a site would: the codes of the rules with placeholders for the words.
enum SuppliedForms {
    static func library(_ change: (String, String) -> String = { _, text in text }) throws -> InstrumentLibrary {
        let slots = try InstrumentLibraryTests.shipped().slots
        let files = Dictionary(
            uniqueKeysWithValues: slots.map { ("instruments/\($0.name).json", change($0.name, text($0))) })
        return try InstrumentLibrary(
            content: { file in files[file].map { Array($0.utf8) } ?? ShippedContent.bytes(file) },
            files: ShippedContent.files("instruments") + files.keys)
    }

    /// The points of a question whose rules leave them to the form: each answer carries its own.
    private static func ownPoints(_ slot: InstrumentLibrary.Slot, _ item: String) -> [Int] {
        switch (slot.name, item) {
        case ("epds", _), ("mini-cog", "mini-cog-recall"): [0, 1, 2, 3]
        case ("mini-cog", _): [0, 2]
        case ("lawton-iadl", _): [0, 1]
        case ("distress-thermometer", _): Array(0...10)
        default: []
        }
    }

    private static func text(_ slot: InstrumentLibrary.Slot) -> String {
        let questions = slot.scoring.supplied.map { question in
            let points = ownPoints(slot, question.item)
            let own = points.map { point in
                """
                {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": \(point)}],
                 "valueCoding": {"system": "urn:site", "code": "a\(point)", "display": "\(point)"}}
                """
            }
            let codes = Set(question.points.keys).union(question.needs.keys).union(points.isEmpty ? ["none"] : [])
                .sorted()
            let known = codes.filter { $0 != "none" || question.points.isEmpty }.map { code in
                """
                {"valueCoding": {"system": "http://loinc.org", "code": "\(code)", "display": "\(code)"}}
                """
            }
            let options = points.isEmpty ? known + (known.count < 2 ? [spare] : []) : own
            return """
                {"linkId": "\(question.item)", "text": "\(question.topic)", "type": "choice",
                 "answerOption": [\(options.joined(separator: ", "))]}
                """
        }
        return """
            {"resourceType": "Questionnaire", "url": "urn:almoner:questionnaire:\(slot.name)", "version": "1",
             "title": "\(slot.scoring.title)", "status": "active", "description": "As the site words it.",
             "copyright": "With permission.", "effectivePeriod": {"start": "2026-01-01"},
             "extension": [{"url": "urn:almoner:extension:source", "valueString": "The site"},
                           {"url": "urn:almoner:extension:licence", "valueString": "Granted to the site"}],
             "item": [\(questions.joined(separator: ", "))]}
            """
    }

    private static let spare = """
        {"valueCoding": {"system": "urn:site", "code": "spare", "display": "Something else"}}
        """
}

struct SuppliedFormsTests {
    @Test func `forms of others wait for their wording and can be asked once a site has put it there`() throws {
        let shipped = try InstrumentLibraryTests.shipped()
        let names = [
            "ahc-hrsn", "c-ssrs-screener", "dast-10", "distress-thermometer", "epds", "hark", "hunger-vital-sign",
            "lawton-iadl", "mini-cog", "phq-9m", "prapare",
        ]
        #expect(shipped.slots.map(\.name).sorted() == names)
        #expect(names.allSatisfy { shipped[$0] == nil })
        let library = try SuppliedForms.library()
        #expect(library.slots.isEmpty)
        #expect(names.allSatisfy { library[$0]?.scoring?.isSiteSupplied == true })
        let item = try #require(library["c-ssrs-screener"]?.item("93249-1"))
        #expect(item.code?.system == "http://loinc.org" && item.option("LA33-6")?.score == 3)
        #expect(library["c-ssrs-screener"]?.code?.code == "93373-9")
        #expect(library["dast-10"]?.item("dast-10-3")?.option("LA32-8")?.score == 1)
    }

    @Test func `the needs of a social screen follow from its answers`() throws {
        let form = try #require(try SuppliedForms.library()["ahc-hrsn"])
        let result = form.score(["71802-3": [.code("LA31995-6")], "96779-4": [.code("LA32002-0")]])
        #expect(result.needs.map(\.category) == ["homelessness", "utility-insecurity"])
        let prapare = try #require(try SuppliedForms.library()["prapare"])
        #expect(prapare.score(["71802-3": [.code("LA30190-5")]]).needs.map(\.category) == ["homelessness"])
    }

    @Test(arguments: [
        ("dast-10", "\"dast-10-4\"", "\"dast-10-x\"", "the question dast-10-4"),
        ("c-ssrs-screener", "\"code\": \"LA32-8\"", "\"code\": \"LA32-9\"", "the choice LA32-8 is missing"),
        ("epds", "\"valueDecimal\": 3", "\"valueDecimal\": 4", "points reach from 0 to 40"),
    ])
    func `a site's wording that does not fit the rules is refused`(
        name: String, found: String, put: String, problem: String
    ) throws {
        let failure = #expect(throws: InstrumentFailure.self) {
            try SuppliedForms.library { $0 == name ? $1.replacing(found, with: put) : $1 }
        }
        #expect(failure?.file == "instruments/\(name).json")
        #expect(failure?.problem.contains(problem) == true, "\(failure?.description ?? "")")
    }
}
