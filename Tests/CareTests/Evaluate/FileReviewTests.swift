import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

struct FileReviewTests {
    private static let later = CareDesk.now + 20 * CareDesk.day

    private func read(_ desk: CareDesk, _ episode: String, at now: Int64 = CareDesk.now) async throws -> ReviewFile {
        let care = desk.care
        let rules = try #require(care.reviews.first)
        let file = try await desk.records.read(as: desk.scratch.caller, at: now, for: "test") {
            try ReviewFile.read(episode, rules, care, by: $0, at: now)
        }
        return try #require(file)
    }

    private func outcome(_ file: ReviewFile, _ id: String) -> FileFinding.Outcome? {
        file.findings.first { $0.element.id == id }?.outcome
    }

    @Test func `a new file has consent and a reason, waits for its clocks, and misses what has none`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent(program: "chronic-care")
        let episode = try await desk.enroll()
        let file = try await read(desk, episode.id)
        #expect(outcome(file, "identified") == .found && outcome(file, "consent") == .found)
        #expect(outcome(file, "contact") == .notYet && outcome(file, "begun") == .notYet)
        #expect(outcome(file, "rights") == .missing && outcome(file, "goals") == .missing)
        #expect(outcome(file, "closing") == .notYet)
        #expect(file.findings.first { $0.element.id == "identified" }?.words == "Reason: Asked for it")
        #expect(FileFinding.share(file.findings) == (met: 3, of: 10))
    }

    @Test func `what comes after its clock is late, what never comes is missing once the clock has run out`()
        async throws
    {
        let desk = try await CareDesk.open()
        try await desk.consent(program: "chronic-care")
        let episode = try await desk.enroll()
        #expect(outcome(try await read(desk, episode.id, at: Self.later), "contact") == .missing)
        // The first contact of this programme is due within 14 days.
        for (day, wanted) in [(13, FileFinding.Outcome.found), (15, .late)] {
            try await desk.put("Encounter", "talk", Self.contact(on: day))
            let file = try await read(desk, episode.id, at: Self.later)
            #expect(outcome(file, "contact") == wanted, "day \(day)")
            #expect(file.findings.first { $0.element.id == "contact" }?.place == .contact("talk"))
        }
    }

    private static func contact(on day: Int) -> JSON {
        let at = FHIRDate.instant(CareDesk.now + Int64(day) * CareDesk.day)
        return [
            "status": "finished", "class": ["code": "VR"], "subject": ["reference": "Patient/dee"],
            "type": [["coding": [["system": "urn:almoner:contact", "code": "phone"]]]],
            "period": ["start": .string(at), "end": .string(at)],
        ]
    }

    @Test func `a gap longer than the programme's rhythm is not followed up`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent(program: "chronic-care")
        let episode = try await desk.enroll()
        let end = CareDesk.now + 50 * CareDesk.day
        #expect(outcome(try await read(desk, episode.id, at: end), "follow-up") == .missing)
        try await desk.put("Encounter", "talk", Self.contact(on: 25))
        let file = try await read(desk, episode.id, at: end)
        #expect(outcome(file, "follow-up") == .found)
        #expect(file.findings.first { $0.element.id == "follow-up" }?.words == "At most 25 days between contacts")
    }

    @Test func `sheets that were given, and said back right, count`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent(program: "chronic-care")
        let episode = try await desk.enroll()
        let (library, ruth) = (desk.care.education, desk.ruth)
        try await desk.act { change in
            let given = try GiveSheet(
                person: "dee", id: "rights-sheet", sheet: library["your-rights"], level: .short, language: .en,
                way: .phone, by: ruth, library: library
            ).perform(in: change)
            try RecordSaidBack(person: "dee", given: given.id, result: .right, words: "I may stop", by: ruth)
                .perform(in: change)
        }
        let file = try await read(desk, episode.id)
        #expect(outcome(file, "rights") == .found && outcome(file, "said-back") == .found)
    }

    @Test func `an intake counts with its conclusions, one without them is named`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent(program: "chronic-care")
        let episode = try await desk.enroll()
        let form = try #require(desk.care.instruments["whole-person-intake"])
        let library = desk.care.instruments
        let first = try #require(form.domains.first?.items.first { $0.part == .conclusion })
        try await desk.act { change in
            _ = try SubmitAssessment(
                person: "dee", instrument: form, answers: [first.linkId: [.text("Fine")]], id: "intake-of-dee",
                version: nil, closing: false, library: library
            ).perform(in: change)
        }
        let file = try await read(desk, episode.id)
        #expect(outcome(file, "begun") == .found && outcome(file, "complete") == .missing)
        let words = try #require(file.findings.first { $0.element.id == "conclusions" }?.words)
        #expect(words.hasPrefix("1 of \(form.domains.count) domains. Open: "))
    }

    @Test func `the same seed draws the same files, and another seed others`() {
        let ids = (0..<200).map { "file-\($0)" }
        let first = SampleFiles.drawn(8, of: ids, seed: 7)
        #expect(first == SampleFiles.drawn(8, of: ids, seed: 7))
        #expect(first != SampleFiles.drawn(8, of: ids, seed: 8))
        #expect(Set(first).count == 8 && Set(first).isSubset(of: ids))
        #expect(SampleFiles.drawn(8, of: ["a"], seed: 1) == ["a"] && SampleFiles.drawn(8, of: [], seed: 1).isEmpty)
        // Every file can be drawn, and none much more often than another.
        var often: [String: Int] = [:]
        for seed in 0..<2000 {
            for id in SampleFiles.drawn(2, of: Array(ids.prefix(10)), seed: UInt64(seed)) { often[id, default: 0] += 1 }
        }
        #expect(often.count == 10 && (often.values.min() ?? 0) > 300 && (often.values.max() ?? 0) < 500)
    }

    @Test func `files are drawn from those of the programme that were open in the period`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        let episode = try await desk.enroll()
        func draw(_ program: String, _ state: SampleFiles.State, _ from: String, _ to: String) async throws
            -> SampleFiles.Sample
        {
            try await desk.look {
                try SampleFiles(program: program, state: state, from: from, to: to, count: 5, seed: 1)
                    .draw(by: $0, at: CareDesk.now)
            }
        }
        #expect(try await draw("chronic-care", .any, "2026-01-01", "2026-12-31").episodes == [episode.id])
        #expect(try await draw("chronic-care", .open, "2026-11-20", "2026-11-20").among == 1)
        #expect(try await draw("chronic-care", .closed, "2026-01-01", "2026-12-31").episodes.isEmpty)
        #expect(try await draw("chronic-care", .any, "2026-01-01", "2026-11-19").episodes.isEmpty)
        #expect(try await draw("complex-care", .any, "2026-01-01", "2026-12-31").episodes.isEmpty)
    }

    @Test func `what is wrong in a list is named with its place`() throws {
        func read(_ change: (String) -> String) throws {
            let file = "review/care-management.yaml"
            _ = try ReviewRules.all(
                content: { $0 == file ? Array(change(ShippedContent.text(file)).utf8) : nil }, files: [file],
                sheets: EducationLibraryTests.shipped())
        }
        #expect(
            throws: ReviewFailure(
                file: "review/care-management.yaml", problem: "elements[2].sheet: there is no sheet rights")
        ) {
            try read { $0.replacing("sheet: your-rights", with: "sheet: rights") }
        }
        #expect(throws: ReviewFailure(file: "review/care-management.yaml", problem: "elements: an id is used twice")) {
            try read { $0.replacing("{id: begun,", with: "{id: contact,") }
        }
    }
}
