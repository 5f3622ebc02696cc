import Access
import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Care

/// Files that are handed in with a form.
struct NewFileTests {
    static let pdf = Array("%PDF-1.7 a letter".utf8)
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 9]

    private static func form() throws -> Instrument {
        try #require(try FormFixture.library("wound-care", try FormFixture.text("wound-care"))["wound-care"])
    }

    private static func file(
        _ bytes: [UInt8]?, size: Int? = nil, name: String = "a.pdf", at question: String = "letter",
        language: String? = nil
    ) throws -> NewFile {
        try NewFile(
            bytes, size: size ?? bytes?.count ?? 0, name: name, item: try #require(try form().item(question)),
            question: question, response: "response-1", language: language)
    }

    @Test(arguments: [(pdf, "application/pdf"), (png, "image/png"), (jpeg, "image/jpeg")])
    func `the bytes say what it is, whatever it is called`(bytes: [UInt8], type: String) throws {
        #expect(try Self.file(bytes, name: "page.html").attachment.type == type)
    }

    @Test(arguments: [
        (Array("<html><script>".utf8), 14, "letter", "This kind of file cannot be taken. Choose JPEG, PNG or PDF."),
        (Array("GIF89a".utf8), 6, "letter", "This kind of file"), (pdf, 17, "photos", "Choose JPEG or PNG."),
        ([], 0, "letter", "This file is empty"), (nil, 9_000_000, "letter", "It may have 5.0 MB at most"),
        (png, 200_001, "photos", "It may have 200 kB at most"),
    ])
    func `what is not taken says why`(bytes: [UInt8]?, size: Int, question: String, why: String) throws {
        let error = #expect(throws: FormProblems.self) {
            try Self.file(bytes, size: size, at: question)
        }
        #expect(error?.all.first?.field == question)
        #expect(error?.all.first?.message.contains(why) == true, "\(error?.all.first?.message ?? "")")
    }

    @Test func `a refusal is said in Spanish where the page is`() throws {
        let error = #expect(throws: FormProblems.self) { try Self.file([1], at: "photos", language: "es") }
        #expect(error?.all.first?.message == "No se puede aceptar este tipo de archivo. Elija JPEG o PNG.")
    }

    @Test(arguments: [
        ("C:\\Users\\rosa\\herida.jpg", "herida.jpg"), ("/tmp/a b.pdf", "a b.pdf"), ("", "file"),
        ("a|b\u{202E}\u{7}.pdf", "ab.pdf"),
        (String(repeating: "x", count: 200), String(repeating: "x", count: 120)),
    ])
    func `a name is kept without where it lay and without signs that nobody sees`(name: String, kept: String) throws {
        #expect(try Self.file(Self.pdf, name: name).attachment.title == kept)
    }

    @Test func `a form that asks only for files that are not taken is refused with its reason`() throws {
        let text = try FormFixture.text("wound-care").replacing("image/jpeg", with: "video/mp4")
            .replacing("image/png", with: "video/webm")
        let failure = #expect(throws: InstrumentFailure.self) { try FormFixture.library("wound-care", text) }
        #expect(failure?.problem.contains("none can be taken: video/mp4, video/webm") == true)
    }

    // MARK: Kept

    private static func open(_ engine: TestEngine = .usual) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine)
        for id in ["p", "q"] { try await scratch.put(["resourceType": "Patient"], id: id) }
        return scratch
    }

    private static func keep(
        _ scratch: ScratchRecords, _ answers: Answers, files: [NewFile] = [], version: Int? = nil,
        closing: Bool = false,
        refused: [FieldError] = [], person: String = "p", id: String = "response-1"
    ) async throws -> SubmitAssessment.Outcome {
        let library = try FormFixture.library("wound-care", try FormFixture.text("wound-care"))
        let form = try #require(library["wound-care"])
        var verb = SubmitAssessment(
            person: person, instrument: form, answers: form.answers(answers, adding: files), id: id, version: version,
            closing: closing, library: library)
        (verb.files, verb.refusedFiles) = (files, refused)
        let ready = verb
        return try await scratch.records.write(as: scratch.caller, at: ScratchRecords.now) { try ready.perform(in: $0) }
    }

    @Test(arguments: Engines.all)
    func `a draft keeps its file, which is the person's, and going on with it needs no second one`(engine: TestEngine)
        async throws
    {
        let scratch = try await Self.open(engine)
        let file = try Self.file(Self.pdf)
        let kept = try await Self.keep(scratch, [:], files: [file])
        let named = Answer.Attachment.all(in: kept.response.root)
        #expect(named.map(\.question) == ["letter"] && named.first?.file == file.attachment)
        let stored = try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
            try reader.person("p", ["Binary"]).all("Binary")
        }
        #expect(stored.map(\.reference) == [file.attachment.reference])
        #expect(stored.first?.root.text("data").flatMap { Data(base64Encoded: $0) }.map(Array.init) == Self.pdf)
        // As a page sends it back, and handed in twice.
        let held = try Self.form().answers(fromForm: [("letter.file", file.attachment.held), ("hurts", "true")])
        for _ in 0..<2 {
            let done = try await Self.keep(scratch, held, version: 1, closing: true)
            #expect(done.response.root.text("status") == "completed" && done.response.version == 2)
            #expect(Answer.Attachment.all(in: done.response.root).map(\.file) == [file.attachment])
        }
    }

    @Test func `what is wrong elsewhere loses no file: it is kept in the draft`() async throws {
        let scratch = try await Self.open()
        let outcome = try await Self.keep(
            scratch, ["days": [.integer(999)]], files: [try Self.file(Self.pdf)], closing: true)
        #expect(outcome.problems?.all.map(\.field) == ["hurts", "days"])
        #expect(outcome.response.root.text("status") == "in-progress")
        #expect(Answer.Attachment.all(in: outcome.response.root).count == 1)
    }

    @Test func `a file that is refused is told at once, and what stood there stays`() async throws {
        let scratch = try await Self.open()
        let file = try Self.file(Self.pdf)
        _ = try await Self.keep(scratch, [:], files: [file])
        let refused = [FieldError(linkId: "letter", message: "too large")]
        let error = await #expect(throws: FormProblems.self) {
            try await Self.keep(
                scratch, ["letter": [.attachment(file.attachment)], "hurts": [.boolean(true)]], version: 1,
                closing: true, refused: refused)
        }
        #expect(error?.all.map(\.message) == ["too large"])
        let draft = try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
            try reader.person("p", ["QuestionnaireResponse"]).all("QuestionnaireResponse")
        }
        #expect(draft.flatMap { Answer.Attachment.all(in: $0.root) }.map(\.file) == [file.attachment])
    }

    @Test func `a file of somebody else is not believed, nor one that is not there`() async throws {
        let scratch = try await Self.open()
        let other = try Self.file(Self.png, at: "photos")
        _ = try await Self.keep(scratch, [:], files: [other], person: "q", id: "response-2")
        for reference in [other.attachment.reference, "Binary/nowhere"] {
            let forged = Answer.Attachment(reference: reference, type: "image/png", title: "x", bytes: 1)
            let error = await #expect(throws: FormProblems.self) {
                try await Self.keep(scratch, ["letter": [.attachment(forged)]], closing: true)
            }
            #expect(error?.all.first?.message.contains("no longer there") == true)
        }
    }

    @Test func `a question that takes one has the last, one that takes several has both, and no more than it says`()
        throws
    {
        let form = try Self.form()
        let (first, second, third) = (
            try Self.file(Self.png, at: "photos"), try Self.file(Self.jpeg, at: "photos"),
            try Self.file(Self.png + [7], at: "photos")
        )
        let both = form.answers(form.answers([:], adding: [first, first]), adding: [second])
        #expect(both["photos"]?.count == 2 && form.check(both, closing: false).isEmpty)
        #expect(form.check(form.answers(both, adding: [third]), closing: false).map(\.linkId) == ["photos"])
        let letters = form.answers([:], adding: [try Self.file(Self.pdf), try Self.file(Self.png)])
        #expect(letters["letter"]?.count == 1)
        // Taken out by a tick.
        let sent = form.answers(fromForm: [
            ("photos.file", first.attachment.held), ("photos.file", second.attachment.held),
            ("photos.gone", first.attachment.reference),
        ])
        #expect(sent == ["photos": [.attachment(second.attachment)]])
    }
}
