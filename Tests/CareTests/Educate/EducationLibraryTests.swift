import Content
import Foundation
import Testing

@testable import Care

struct EducationLibraryTests {
    static func shipped() throws -> EducationLibrary {
        try EducationLibrary(
            content: ShippedContent.bytes, files: ShippedContent.files("education"),
            plans: try PlanLibraryTests.shipped())
    }

    /// The shipped sheets with one of them changed.
    private static func changed(_ name: String, _ change: (String) -> String) throws -> EducationLibrary {
        let file = "education/\(name).yaml"
        return try EducationLibrary(
            content: { $0 == file ? Array(change(ShippedContent.text(file)).utf8) : ShippedContent.bytes($0) },
            files: ShippedContent.files("education"), plans: try PlanLibraryTests.shipped())
    }

    @Test func `there is a sheet for each condition of the packs that is taught most`() throws {
        let library = try Self.shipped()
        #expect(library.sheets.count >= 20)
        #expect(
            Set(library.sheets.map(\.id)).isSuperset(of: [
                "diabetes", "heart-failure", "copd", "pregnancy", "your-rights",
            ]))
        for sheet in library.sheets {
            #expect(sheet.origin.source.contains("Public facts in own words"), "\(sheet.id)")
        }
    }

    @Test func `each sheet reads at or below its grade in both languages`() throws {
        let library = try Self.shipped()
        for sheet in library.sheets {
            func body(_ level: EducationSheet.Level, _ language: PlanLanguage) -> [String] {
                let words = level == .short ? sheet.short : sheet.sections.flatMap(\.points)
                return words.map(language.of)
            }
            let limits: [(EducationSheet.Level, Double, Double)] = [
                (.short, ReadingLevel.mostShortGrade, ReadingLevel.leastShortSpanish),
                (.full, ReadingLevel.mostGrade, ReadingLevel.leastSpanish),
            ]
            for (level, grade, spanish) in limits {
                let en = ReadingLevel.grade(body(level, .en).joined(separator: " "))
                #expect(en <= grade, "\(sheet.id) \(level) en: \(en)")
                let es = ReadingLevel.spanish(body(level, .es).joined(separator: " "))
                #expect(es >= spanish, "\(sheet.id) \(level) es: \(es)")
                for sentence in body(level, .en) {
                    #expect(ReadingLevel.grade(sentence) <= 9, "\(sheet.id): \(sentence)")
                }
            }
        }
    }

    @Test func `the Spanish is a text of its own, with the same numbers`() throws {
        func numbers(_ text: String) -> [Substring] { text.split { !$0.isNumber } }
        for sheet in try Self.shipped().sheets {
            for words in sheet.short + sheet.sections.flatMap({ [$0.heading] + $0.points }) + sheet.sayBack {
                #expect(words.en != words.es)
                #expect(numbers(words.en) == numbers(words.es), "\(sheet.id): \(words.en)")
            }
        }
    }

    @Test func `a sheet has the warning signs of its pack, in words and in the language asked for`() throws {
        let library = try Self.shipped()
        let sheet = try #require(library["heart-failure"])
        let text = library.text(sheet, .short, in: .es)
        #expect(text.title == "El corazón débil")
        #expect(
            text.parts.map(\.heading) == [
                "Lo que debe saber", "Verde: estoy bien", "Amarillo: llamo hoy", "Rojo: pido ayuda ya",
            ])
        #expect(text.parts.last?.points.last == "Llame al 911.")
        #expect(SheetText(plain: text.plain) == text)
    }

    @Test func `a person's codes suggest sheets, for the right age`() throws {
        let library = try Self.shipped()
        func ids(_ codes: [String], _ age: Int?) -> [String] {
            library.suggested(among: library.sheets, icd10: codes, snomed: [], age: age).map(\.sheet.id)
        }
        #expect(ids(["J45.909"], 9) == ["asthma-child"])
        #expect(ids(["J45.909"], 40) == ["asthma-adult"])
        #expect(ids(["I50.9", "E11.9"], 70) == ["heart-failure", "diabetes"])
        #expect(ids(["Z00.00"], 70).isEmpty)
    }

    @Test func `what is wrong in a sheet is named with its place`() throws {
        #expect(throws: EducationFailure(file: "education/falls.yaml", problem: "pack: there is no pack flying")) {
            try Self.changed("falls") { $0.replacing("pack: falls", with: "pack: flying") }
        }
        #expect(
            throws: EducationFailure(
                file: "education/falls.yaml", problem: "reviewed: \"soon\" is not a date like 2026-01-31")
        ) {
            try Self.changed("falls") { $0.replacing("reviewed: 2026-11-27", with: "reviewed: soon") }
        }
        #expect(
            throws: EducationFailure(file: "education/falls.yaml", problem: "its id is fall, not the name of the file")
        ) {
            try Self.changed("falls") { $0.replacing("id: falls", with: "id: fall") }
        }
        #expect(throws: EducationFailure(file: "education/falls.yaml", problem: "sayBack: the list is empty")) {
            try Self.changed("falls") { String($0[..<($0.range(of: "sayBack:")?.lowerBound ?? $0.endIndex)]) }
        }
    }
}
