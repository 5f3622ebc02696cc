import Access
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// Programmes in FHIRPath over the record, and where people stand to them.
struct ProgramPlaceTests {
    static let now = CareDesk.now

    static func program(_ more: String, id: String = "sugar") throws -> Program {
        let text = """
            kind: program
            id: \(id)
            title: \(id)
            source: Written for a test
            version: 1.0.0
            licence: Apache-2.0
            effectiveFrom: 2026-01-01
            effectiveTo:
            summary: For a test.
            patientSummary: For a test.
            needsConsent: false
            lengthDays:
            firstContactDays: 7
            contactEveryDays: 30
            planReviewDays: 90
            reassessDays: 365
            afterCareDays: 30
            outreach: {attempts: 3, overDays: 30}
            plans: []
            exit: {path: "%goalsReachedShare >= 1", words: "All goals reached"}
            \(more)
            """
        return try ProgramLibrary.program(
            Array(text.utf8), file: nil, definitions: try ScratchRecords.definitions())
    }

    private static let entry = #"""
        entry:
          all:
            - {path: "%age >= 18", words: "Grown up"}
            - from: Observation
              codes: ["http://loinc.org|4548-4"]
              within: 12 months
              newest: "value.value > 9"
              words: "Newest HbA1c above 9"
            - path: "%Condition.where(code.coding.code = 'E11.9').exists() and %today > @2020-01-01"
              words: "Diabetes"
        """#

    private func observe(_ desk: CareDesk, _ id: String, _ value: String, _ day: String, status: String = "final")
        async throws
    {
        try await desk.put(
            "Observation", id,
            [
                "status": .string(status), "code": ["coding": [["system": "http://loinc.org", "code": "4548-4"]]],
                "subject": ["reference": "Patient/dee"], "effectiveDateTime": .string(day),
                "valueQuantity": ["value": .decimal(value), "unit": "%"],
            ])
    }

    private func judge(_ desk: CareDesk, _ program: Program) async throws -> (Criterion.Verdict, [Readiness.Line]) {
        let care = desk.care
        return try await desk.look { reader in
            let record = try reader.person("dee", KnownFacts.reads)
            let readiness = Readiness(program.entry, KnownFacts(record, care: care, at: Self.now))
            return (readiness.verdict, readiness.lines)
        }
    }

    @Test func `a criterion looks back over the record, tells the newest from the older, and shows its evidence`()
        async throws
    {
        let desk = try await CareDesk.open()
        let program = try Self.program(Self.entry)
        try await desk.put(
            "Condition", "sugar",
            [
                "subject": ["reference": "Patient/dee"],
                "code": ["coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"]]],
            ])
        #expect(try await judge(desk, program).0 == .unknown)
        try await observe(desk, "old", "10", "2025-01-01")
        #expect(try await judge(desk, program).0 == .unknown, "too long ago to count")
        try await observe(desk, "high", "9.5", "2026-06-01")
        try await observe(desk, "wrong", "5", "2026-10-01", status: "entered-in-error")
        let (verdict, lines) = try await judge(desk, program)
        #expect(verdict == .met)
        let shown = lines.compactMap { $0.evidence?.reference }
        #expect(shown.contains("Observation/high"))
        try await observe(desk, "low", "7", "2026-09-01")
        #expect(try await judge(desk, program).0 == .notMet)
    }

    @Test func `what is exported is FHIRPath that can be read`() throws {
        let definitions = try ScratchRecords.definitions()
        let program = try Self.program(Self.entry)
        let path = try FHIRPath(program.entry.expression, definitions: definitions)
        #expect(path.variables == ["age", "Observation", "Condition", "today"])
    }

    @Test(arguments: [
        (#"{path: "%age >", words: x}"#, "line 21"), (#"{path: "nam.exists()", words: x}"#, "no element nam"),
        (#"{path: "%Robot.exists()", words: x}"#, "%Robot"), (#"{from: Robot, words: x}"#, "no type"),
        (#"{from: Observation, within: soon, words: x}"#, "12 months"),
        (#"{from: Observation, where: "valu > 3", words: x}"#, "no element valu"),
    ])
    func `a criterion that cannot work is refused with its line`(entry: String, problem: String) {
        let failure = #expect(throws: ProgramLibraryFailure.self) { try Self.program("entry: " + entry) }
        #expect(failure?.problem.contains(problem) == true, "\(failure?.problem ?? "")")
    }

    @Test func `each change of the record moves people on the lists, and what is excluded stays back`() async throws {
        let desk = try await CareDesk.open()
        let scratch = try await ScratchRecords.open(projections: [ProgramProjection(care: desk.care), Caseload()])
        func store(_ type: String, _ id: String, _ json: JSON) async throws {
            var json = json
            json["resourceType"] = .string(type)
            json["id"] = .string(id)
            let ready = json
            _ = try await scratch.records.write(as: .system("test"), at: Self.now) {
                try $0.update(ready, ifVersion: nil)
            }
        }
        func people(_ program: String, _ state: ProgramPlace.State) async throws -> [String] {
            try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") {
                try ProgramPeople.read(program, state, by: $0).lines.map(\.person)
            }
        }
        try await store("Patient", "dee", ["name": [["family": "Whitfield"]], "birthDate": "1948-03-14"])
        for number in 0..<4 {
            try await store(
                "Encounter", "e\(number)",
                [
                    "status": "finished", "subject": ["reference": "Patient/dee"],
                    "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "EMER"],
                    "period": [
                        "start": .string("2026-0\(number + 5)-01T10:00:00Z"),
                        "end": .string("2026-0\(number + 5)-01T12:00:00Z"),
                    ],
                ])
        }
        #expect(try await people("complex-care", .candidate) == ["dee"])
        for (id, code) in [("a", "I10"), ("b", "E11.9"), ("c", "J44.9")] {
            try await store(
                "Condition", id,
                [
                    "subject": ["reference": "Patient/dee"],
                    "code": ["coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": .string(code)]]],
                ])
        }
        #expect(try await people("chronic-care", .excluded) == ["dee"], "complex care goes first")
        try await store(
            "Patient", "dee", ["name": [["family": "Whitfield"]], "birthDate": "1948-03-14", "deceasedBoolean": true])
        #expect(try await people("complex-care", .candidate).isEmpty)
    }

    @Test func `a dry run says who would enter and stores nothing`() async throws {
        let desk = try await CareDesk.open()
        let program = try Self.program(#"entry: {path: "%age >= 77", words: "Old"}"#)
        let proposed = try desk.care.programs.with(program)
        let report = try await DryRun(
            records: desk.records, care: desk.care, proposed: proposed, day: "2026-11-20", at: Self.now
        ).run(at: Self.now)
        let effect = try #require(report.effects.first { $0.program == "sugar" })
        #expect(report.people == 2 && effect.enter == ["dee"] && effect.drop.isEmpty)
    }

    @Test func `nobody takes a seat that is not there, nor two that exclude each other`() async throws {
        let desk = try await CareDesk.open()
        let full = try Self.program(
            """
            seats: 1
            entry: {path: "%age >= 18", words: "Grown up"}
            """)
        func enroll(_ person: String, waits: Bool = false) async throws {
            let verb = EnrollPatient(
                person: person, program: full, careManager: "Practitioner/ruth", waits: waits, care: desk.care,
                by: "Practitioner/ruth")
            _ = try await desk.act { try verb.perform(in: $0) }
        }
        try await enroll("dee")
        let problems = await #expect(throws: FormProblems.self) { try await enroll("sam") }
        #expect(problems?.all.first?.field == "waits")
        try await enroll("sam", waits: true)
        try await desk.consent()
        try await desk.enroll("chronic-care")
        let other = await #expect(throws: FormProblems.self) { try await desk.enroll("complex-care") }
        #expect(other?.all.first?.message.contains("at once") == true)
    }
}
