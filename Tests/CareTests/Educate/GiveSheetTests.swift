import FHIR
import Records
import Testing

@testable import Care

struct GiveSheetTests {
    private func give(
        _ desk: CareDesk, _ sheet: String = "heart-failure", id: String = "given-sheet-1", to person: String = "dee"
    ) async throws -> Resource {
        let library = desk.care.education
        let ruth = desk.ruth
        return try await desk.act {
            try GiveSheet(
                person: person, id: id, sheet: library[sheet], level: .short, language: .es, way: .face, by: ruth,
                library: library
            ).perform(in: $0)
        }
    }

    private func said(
        _ desk: CareDesk, _ given: String, _ result: GivenSheet.SaidBack.Result?, _ words: String = ""
    ) async throws {
        let ruth = desk.ruth
        try await desk.act {
            try RecordSaidBack(person: "dee", given: given, result: result, words: words, by: ruth).perform(in: $0)
        }
    }

    @Test func `what was given is kept with version, language, level, way and words`() async throws {
        let desk = try await CareDesk.open()
        _ = try await give(desk)
        let given = try #require(try await desk.look { try GivenSheet.all(of: "dee", by: $0) }.first)
        #expect(given.sheet == "heart-failure" && given.version == "1.0.0" && given.level == .short)
        #expect(given.language == "es" && given.way == .face && given.by == "Practitioner/ruth")
        #expect(given.text.title == "El corazón débil")
        #expect(given.text.sentences.contains("Coma menos sal."))
    }

    @Test func `a form that arrives twice is kept once, and an id of somebody else's is not there`() async throws {
        let desk = try await CareDesk.open()
        let first = try await give(desk)
        let second = try await give(desk)
        #expect(first.id == second.id && second.version == 1)
        #expect(try await desk.all("Communication").count == 1)
        await #expect(throws: RecordsFailure.self) { try await give(desk, to: "sam") }
        await #expect(throws: RecordsFailure.self) { try await give(desk, id: "../x") }
    }

    @Test func `a sheet on drink, given for what is on record, is labelled as that is`() async throws {
        let desk = try await CareDesk.open()
        try await desk.put(
            "Condition", "drink",
            [
                "subject": ["reference": "Patient/dee"],
                "code": ["coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F10.20"]]],
            ])
        let given = try await give(desk, "alcohol")
        #expect(given.root.list("reasonCode").first?.list("coding").first?.text("code") == "F10.20")
    }

    @Test func `who needs it again is put on the list, once, and who says it right comes off`() async throws {
        let desk = try await CareDesk.open()
        let given = try await give(desk)
        try await said(desk, given.id, .again, "Something with salt")
        try await said(desk, given.id, .again)
        let open = try await desk.openTasks().filter { $0.code == .followUp }
        #expect(open.map(\.title) == ["Go through “El corazón débil” again"])
        #expect(open.first?.owner == "Practitioner/ruth")
        try await said(desk, given.id, .right, "I call when I gain three pounds")
        #expect(try await desk.openTasks().isEmpty)
        let shown = try #require(try await desk.look { try GivenSheet.all(of: "dee", by: $0) }.first)
        #expect(shown.saidBack.map(\.result) == [.again, .again, .right])
        #expect(shown.saidBack.last?.words == "I call when I gain three pounds")
    }

    @Test func `what is missing is named by its field`() async throws {
        let desk = try await CareDesk.open()
        let (library, ruth) = (desk.care.education, desk.ruth)
        await #expect(
            throws: FormProblems([
                .init("sheet", "Choose a sheet."), .init("level", "Choose how long it is."),
                .init("language", "Choose the language."), .init("way", "Choose how it was given."),
            ])
        ) {
            try await desk.act {
                try GiveSheet(
                    person: "dee", id: "given-sheet-1", sheet: nil, level: nil, language: nil, way: nil, by: ruth,
                    library: library
                ).perform(in: $0)
            }
        }
        let given = try await give(desk)
        await #expect(throws: FormProblems("result-\(given.id)", "Choose how it was said back.")) {
            try await said(desk, given.id, nil)
        }
    }
}
