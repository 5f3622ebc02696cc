import FHIR
import Foundation
import Testing

@testable import Care

/// Forms that use what SDC has, in Tests/Browser/forms.
enum FormFixture {
    static func text(_ name: String) throws -> String {
        let tests = ShippedContent.folder.deletingLastPathComponent().appending(path: "Tests")
        let file = tests.appending(path: "Browser/forms/\(name).json")
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// The library with one form of a site in it.
    static func library(_ name: String, _ text: String) throws -> InstrumentLibrary {
        let file = "instruments/\(name).json"
        return try InstrumentLibrary(
            content: { $0 == file ? Array(text.utf8) : ShippedContent.bytes($0) },
            files: ShippedContent.files("instruments") + ShippedContent.files("instruments/value-sets") + [file])
    }

    static func homeVisit() throws -> Instrument {
        try #require(try library("home-visit", try text("home-visit"))["home-visit"])
    }

    /// HL7's example for R4, with what a site has to say of a form that it brings, and choices where it has none.
    static func example() throws -> Instrument {
        let own = """
            "extension": [
              {"url": "urn:almoner:extension:source", "valueString": "FHIR R4, questionnaire-example.json"},
              {"url": "urn:almoner:extension:licence", "valueString": "CC0-1.0"}],
            "version": "2012", "description": "What else the person has.", "copyright": "HL7, CC0",
            "effectivePeriod": {"start": "2026-01-01"}, "status": "active",
            """
        let text = try text("questionnaire-example")
            .replacing("\"status\": \"draft\",", with: own)
            .replacing("\"type\": \"choice\"\n", with: "\"type\": \"string\"\n")
        return try #require(try library("cancer", text)["cancer"])
    }
}
