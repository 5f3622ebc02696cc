import Access
import Care
import FHIR
import Records
import TestSupport
import Testing

struct PersonSummaryTests {
    /// 2026-11-21T10:00:00Z.
    private static let now: Int64 = 1_795_255_200_000
    private static let loinc = "http://loinc.org"

    private func summary(_ resources: [JSON]) async throws -> PersonSummary {
        let scratch = try await ScratchRecords.open()
        try await scratch.put(["resourceType": "Patient"], id: "p")
        for (place, resource) in resources.enumerated() {
            try await scratch.put(resource, id: "r\(place)")
        }
        let now = Self.now
        return try await scratch.records.read(as: scratch.caller, at: now, for: "test") { reader in
            try PersonSummary.read("p", by: reader, with: [], month: (now - 30 * 86_400_000)..<(now + 1), now: now)
        }
    }

    private static let person: JSON = ["reference": "Patient/p"]

    private static func stay(end: String) -> JSON {
        [
            "resourceType": "Encounter", "status": "finished",
            "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"],
            "subject": person, "period": ["start": "2026-11-01T08:00:00Z", "end": .string(end)],
        ]
    }

    private static func reconciled(_ day: String) -> JSON {
        [
            "resourceType": "Procedure", "status": "completed",
            "code": ["coding": [["system": "http://snomed.info/sct", "code": "430193006"]]], "subject": person,
            "performedDateTime": .string(day),
        ]
    }

    private static func task(_ code: String, priority: String = "routine", status: String = "requested", due: String)
        -> JSON
    {
        [
            "resourceType": "Task", "status": .string(status), "intent": "order", "priority": .string(priority),
            "code": ["coding": [["system": "urn:almoner:task", "code": .string(code)]], "text": .string(code)],
            "for": person, "restriction": ["period": ["end": .string(due)]],
        ]
    }

    @Test func `a person without any data has an empty summary`() async throws {
        let summary = try await summary([])
        #expect(summary.loops.isEmpty && summary.medicines.isEmpty && summary.readings.isEmpty)
        #expect(summary.risk == nil && summary.matters == nil && !summary.hasDied && summary.time.minutes == 0)
    }

    @Test func `medicines nobody compared are not reconciled`() async throws {
        #expect(try await !summary([]).review.isReconciled)
        #expect(try await !summary([Self.stay(end: "2026-11-10T10:00:00Z")]).review.isReconciled)
    }

    @Test func `comparing counts until the next discharge`() async throws {
        let first = Self.stay(end: "2026-11-10T10:00:00Z")
        #expect(try await summary([first, Self.reconciled("2026-11-12")]).review.isReconciled)
        #expect(try await summary([first, Self.reconciled("2026-11-10")]).review.isReconciled)
        let again = Self.stay(end: "2026-11-15T10:00:00Z")
        #expect(try await !summary([first, Self.reconciled("2026-11-12"), again]).review.isReconciled)
    }

    @Test func `safety stands above what is due first, paused work below`() async throws {
        let loops = try await summary([
            Self.task("follow-up", due: "2026-11-21T12:00:00Z"),
            Self.task("plan-review", status: "on-hold", due: "2026-11-20T12:00:00Z"),
            Self.task("safety", due: "2026-12-21T12:00:00Z"),
            Self.task("outreach", due: "2026-11-20T12:00:00Z"),
            Self.task("assessment", status: "completed", due: "2026-11-19T12:00:00Z"),
        ]).loops
        #expect(loops.map(\.title) == ["safety", "outreach", "follow-up", "plan-review"])
    }

    @Test func `blood pressure is one reading of two values, and what was entered in error is none`() async throws {
        func pressure(_ status: String, _ systolic: String) -> JSON {
            func part(_ code: String, _ value: String) -> JSON {
                [
                    "code": ["coding": [["system": .string(Self.loinc), "code": .string(code)]]],
                    "valueQuantity": ["value": .decimal(value), "unit": "mm[Hg]"],
                ]
            }
            return [
                "resourceType": "Observation", "status": .string(status),
                "code": ["coding": [["system": .string(Self.loinc), "code": "85354-9"]]], "subject": Self.person,
                "effectiveDateTime": "2026-11-20",
                "component": [part("8480-6", systolic), part("8462-4", "83.9")],
            ]
        }
        let readings = try await summary([pressure("final", "141.6"), pressure("entered-in-error", "300")]).readings
        let all = readings[.bloodPressure] ?? []
        #expect(all.map(\.shown) == ["142/84"])
        #expect(all.first?.unit == "mmHg")
    }

    @Test func `only contacts of the care team and attempts are contacts`() async throws {
        let visit = Self.stay(end: "2026-11-10T10:00:00Z")
        let missed: JSON = [
            "resourceType": "Communication", "status": "not-done", "statusReason": ["text": "No answer"],
            "subject": Self.person, "sent": "2026-11-20T10:00:00Z",
        ]
        let contacts = try await summary([visit, missed]).contacts
        #expect(contacts.map(\.words) == ["Not reached: no answer"])
    }

    @Test func `a correction stands for the measured minutes of its contact`() async throws {
        func contact(_ extra: [JSON]) -> JSON {
            let stretch: JSON = [
                "url": "urn:almoner:extension:minutes",
                "extension": [
                    ["url": "start", "valueInstant": "2026-11-12T15:00:00Z"],
                    ["url": "end", "valueInstant": "2026-11-12T15:34:00Z"],
                ],
            ]
            return [
                "resourceType": "Encounter", "extension": .array([stretch] + extra), "status": "finished",
                "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"],
                "subject": Self.person, "period": ["start": "2026-11-12T15:00:00Z"],
            ]
        }
        let correction: JSON = [
            "url": "urn:almoner:extension:minutes-corrected",
            "extension": [
                ["url": "minutes", "valueInteger": .int(20)], ["url": "original", "valueInteger": .int(34)],
            ],
        ]
        #expect(try await summary([contact([])]).time.minutes == 34)
        #expect(try await summary([contact([correction])]).time.minutes == 20)
    }

    @Test func `a problem that is over or refuted is not shown, and a name is shown once`() async throws {
        func condition(_ words: String, clinical: String = "active", verified: String = "confirmed") -> JSON {
            let base = "http://terminology.hl7.org/CodeSystem/condition-"
            return [
                "resourceType": "Condition", "subject": Self.person, "code": ["text": .string(words)],
                "clinicalStatus": ["coding": [["system": .string(base + "clinical"), "code": .string(clinical)]]],
                "verificationStatus": [
                    "coding": [["system": .string(base + "ver-status"), "code": .string(verified)]]
                ],
            ]
        }
        let problems = try await summary([
            condition("Gout"), condition("gout"), condition("Sprain", clinical: "resolved"),
            condition("Asthma", verified: "refuted"), condition("Anemia (disorder)"),
        ]).problems
        #expect(Set(problems.map(\.words)) == ["Gout", "Anemia"])
    }
}
