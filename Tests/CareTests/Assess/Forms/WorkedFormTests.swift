import Access
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// What a form works out and finds in the records, on both engines.
struct WorkedFormTests {
    private static let now: Int64 = 1_795_000_000_000

    private static func scratch() async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open()
        let person: JSON = ["reference": "Patient/p"]
        try await scratch.put(
            ["resourceType": "Patient", "birthDate": "1950-01-01", "address": [["postalCode": "02118"]]], id: "p")
        for (id, code, name) in [("a", "E11.9", "Type 2 diabetes"), ("b", "I10", "Hypertension")] {
            try await scratch.put(
                [
                    "resourceType": "Condition", "subject": person,
                    "clinicalStatus": [
                        "coding": [
                            [
                                "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                                "code": "active",
                            ]
                        ]
                    ],
                    "code": [
                        "coding": [
                            [
                                "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": .string(code),
                                "display": .string(name),
                            ]
                        ]
                    ],
                ], id: id)
        }
        for (id, at, kilograms) in [("old", "2026-01-02", "90"), ("new", "2026-11-11", "71.5")] {
            try await scratch.put(
                [
                    "resourceType": "Observation", "status": "final", "subject": person,
                    "effectiveDateTime": .string(at),
                    "code": ["coding": [["system": "http://loinc.org", "code": "29463-7"]]],
                    "valueQuantity": [
                        "value": .decimal(kilograms), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg",
                    ],
                ], id: id)
        }
        return scratch
    }

    private static func work<T: Sendable>(
        _ body: @escaping @Sendable (Instrument, FormSurroundings) throws -> T
    ) async throws -> T {
        let scratch = try await scratch()
        let form = try FormFixture.homeVisit()
        return try await scratch.records.read(as: scratch.caller, at: now, for: "test") { reader in
            try body(form, try FormSurroundings(person: "p", user: nil, reader: reader, now: now))
        }
    }

    @Test func `the beginning is what the records hold, with where it stands and of when`() async throws {
        let (known, plain) = try await Self.work { try $0.beginning(in: $1) }
        #expect(known["weight"]?.answers == [.quantity("71.5", unit: "kg")])
        #expect(known["weight"]?.source == "a reading in the records" && known["weight"]?.date == "2026-11-11")
        #expect(known["zip"]?.answers == [.text("02118")])
        #expect(known["zip"]?.source == "who the person is, in the records")
        #expect(plain == ["is-known": [.boolean(true)]])
    }

    @Test(arguments: [("80", "27.7", false), ("50", "17.3", true)])
    func `a number is worked out from others, and opens what hangs on it`(
        kilograms: String, index: String, isThin: Bool
    ) async throws {
        let worked = try await Self.work { form, around in
            form.worked(
                [
                    "weight": [.quantity(kilograms, unit: "kg")], "height": [.decimal("170")],
                    "bmi": [.decimal("1")],
                ], in: around)
        }
        #expect(worked.faults == [])
        #expect(worked.answers["bmi"] == [.decimal(index)])
        #expect(worked.form.closed(worked.answers).contains("thin") != isThin)
    }

    @Test func `choices are what a search of the records gives to whoever asks`() async throws {
        let worked = try await Self.work { $0.worked([:], in: $1) }
        #expect(
            worked.form.item("problem")?.options.map(\.coding.display).sorted() == ["Hypertension", "Type 2 diabetes"])
        #expect(worked.form.check(["problem": [.code("I10")]], closing: false).isEmpty)
        #expect(worked.form.check(["problem": [.code("J45")]], closing: false).map(\.linkId) == ["problem"])
    }

    @Test(arguments: [("02118", true), ("02118-1234", true), ("2118", false), ("02118x", false)])
    func `a pattern refuses what does not match as a whole`(typed: String, fits: Bool) async throws {
        let worked = try await Self.work { $0.worked(["zip": [.text(typed)]], in: $1) }
        #expect(worked.refused.isEmpty == fits)
        #expect(fits || worked.refused.first?.message == "Please write it like 02118.")
    }

    @Test func `a form that is handed in keeps what was worked out, its source, and Observations it asks for`()
        async throws
    {
        let scratch = try await Self.scratch()
        let library = try FormFixture.library("home-visit", try FormFixture.text("home-visit"))
        let form = try #require(library["home-visit"])
        var verb = SubmitAssessment(
            person: "p", instrument: form,
            answers: [
                "weight": [.quantity("71.5", unit: "kg")], "height": [.decimal("170")], "problem": [.code("I10")],
                "steps": [.integer(5)], "rail": [.boolean(false)], "zip": [.text("02118")],
                "medicine-name~2": [.text("Lisinopril")], "is-known": [.boolean(true)],
            ], id: "response-1", version: nil, closing: true, library: library)
        verb.marks = ["weight": KnownMark(source: "a reading in the records", isConfirmed: true)]
        verb.mode = .phone
        let submit = verb
        let outcome = try await scratch.records.write(as: scratch.caller, at: Self.now) { try submit.perform(in: $0) }
        let root = outcome.response.root
        #expect(root.text("status") == "completed" && AnsweredBy.Mode(root) == .phone)
        #expect(KnownMark.all(root) == ["weight": KnownMark(source: "a reading in the records", isConfirmed: true)])
        let made = try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") { reader in
            try reader.person("p", ["Observation"]).all("Observation").filter { $0.id.hasPrefix("response-1") }
        }
        let found = made.map { observation in
            let value = observation.root["valueQuantity"]
            return "\(observation.root["code"]?.list("coding").first?.text("code") ?? "") "
                + "\(value?["value"]?.digits ?? "") \(value?.text("code") ?? "")"
        }
        #expect(found.sorted() == ["29463-7 71.5 kg", "39156-5 24.7 kg/m2", "8302-2 170 cm"])
        // Read again, choices that the records gave are called as they were then.
        let entry = try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") { reader in
            AssessmentHistory.of(
                try reader.person("p", AssessmentHistory.reads), library: library, now: Self.now
            ).handedIn.first
        }
        #expect(entry?.instrument.item("problem")?.option("I10")?.coding.display == "Hypertension")
        #expect(entry?.answers["medicine-name"] == [.text("Lisinopril")])
    }
}
