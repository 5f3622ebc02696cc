import Access
import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Server

struct AllergiesTests {
    private func allergies(_ resources: [JSON]) async throws -> Allergies {
        let scratch = try await ScratchRecords.open()
        try await scratch.put(["resourceType": "Patient"], id: "p")
        for (place, resource) in resources.enumerated() {
            try await scratch.put(resource, id: "r\(place)")
        }
        let record = try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
            try reader.person("p", PatientBanner.reads)
        }
        return Allergies(record, now: 1_795_255_200_000, zone: TimeZone(secondsFromGMT: 0) ?? .current)
    }

    private func allergy(_ words: String, type: String = "allergy", code: String = "1", verified: String? = nil) -> JSON
    {
        JSON.compact([
            "resourceType": "AllergyIntolerance", "type": .string(type), "patient": ["reference": "Patient/p"],
            "clinicalStatus": [
                "coding": [
                    [
                        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                        "code": "active",
                    ]
                ]
            ],
            "verificationStatus": verified.map { verified in
                [
                    "coding": [
                        [
                            "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
                            "code": .string(verified),
                        ]
                    ]
                ]
            },
            "code": [
                "coding": [["system": "http://snomed.info/sct", "code": .string(code)]], "text": .string(words),
            ],
            "recordedDate": "2026-11-12", "reaction": [["manifestation": [["text": "rash"]]]],
        ])
    }

    private func emptyList(_ reason: String) -> JSON {
        [
            "resourceType": "List", "status": "current", "mode": "snapshot",
            "code": ["coding": [["system": "http://loinc.org", "code": "48765-2"]]],
            "subject": ["reference": "Patient/p"], "date": "2026-11-12",
            "emptyReason": [
                "coding": [
                    ["system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": .string(reason)]
                ]
            ],
        ]
    }

    @Test func `the four states are never taken for one another`() async throws {
        let known = try await allergies([allergy("Sulfa")])
        #expect(known.state == .known)
        #expect(known.text == "Known allergies: Sulfa (rash)")
        let denied = try await allergies([allergy("No known allergy", code: "716186003")])
        #expect(denied.state == .none)
        #expect(denied.text == "No known allergies, asked 12 Nov")
        #expect(try await allergies([emptyList("nilknown")]).state == .none)
        #expect(try await allergies([]).state == .unasked)
        #expect(try await allergies([emptyList("notasked")]).state == .unasked)
        #expect(try await allergies([emptyList("unavailable")]).state == .unavailable)
    }

    @Test func `an intolerance is no allergy and does not answer the question`() async throws {
        let found = try await allergies([allergy("Lisinopril", type: "intolerance")])
        #expect(found.state == .unasked)
        #expect(found.intolerances == "Lisinopril (rash)")
    }

    @Test func `what was refuted does not count, and no denial hides an allergy`() async throws {
        #expect(try await allergies([allergy("Latex", verified: "refuted")]).state == .unasked)
        let both = [allergy("No known allergy", code: "716186003"), allergy("Latex")]
        #expect(try await allergies(both).state == .known)
    }
}
