import Access
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// What is recorded without a licence waits for somebody who has one.
struct LicenceTests {
    private static let now = ScratchRecords.now

    private static func scratch(_ practitioner: JSON = ["resourceType": "Practitioner", "active": true]) async throws
        -> ScratchRecords
    {
        let scratch = try await ScratchRecords.open()
        try await scratch.put(["resourceType": "Patient"], id: "p")
        try await scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                "careManager": ["reference": "Practitioner/chi"],
            ], id: "e")
        try await scratch.put(practitioner, id: "chi")
        return scratch
    }

    private static func caller(_ role: String) -> Caller {
        Caller(account: "chi", name: "Chi", roles: [Role(rawValue: role)], practitioner: "Practitioner/chi")
    }

    private static func licence(_ scratch: ScratchRecords, _ role: String) async throws -> Licence {
        try await scratch.records.write(as: caller(role), at: now) { try Licence(of: $0) }
    }

    private static func practitioner(until: String?) -> JSON {
        [
            "resourceType": "Practitioner", "active": true,
            "qualification": [
                .compact([
                    "code": ["text": "RN"], "period": until.map { ["end": .string($0)] },
                ])
            ],
        ]
    }

    @Test func `a role that signs signs, while a credential holds or none is on file`() async throws {
        #expect(try await Self.licence(Self.scratch(), "care-manager").standing == .signs)
        let open = try await Self.scratch(Self.practitioner(until: nil))
        #expect(try await Self.licence(open, "care-manager").standing == .signs)
        let today = try await Self.scratch(Self.practitioner(until: "2026-11-20"))
        #expect(try await Self.licence(today, "care-manager").standing == .signs)
        let ended = try await Self.scratch(Self.practitioner(until: "2026-11-19"))
        #expect(try await Self.licence(ended, "care-manager").standing == .expired)
    }

    @Test func `what a community health worker records is put before the provider who supervises`() async throws {
        let scratch = try await Self.scratch([
            "resourceType": "Practitioner", "active": true,
            "extension": [
                [
                    "url": "urn:almoner:extension:supervisor", "valueReference": ["reference": "Practitioner/ruth"],
                ]
            ],
        ])
        let task = try await scratch.records.write(as: Self.caller("community-health-worker"), at: Self.now) { change in
            let licence = try Licence(of: change)
            #expect(licence == Licence(standing: .waits, supervisor: "Practitioner/ruth"))
            let recorded = try change.create([
                "resourceType": "Observation", "status": "final", "code": ["text": "Mood"],
                "subject": ["reference": "Patient/p"],
            ])
            try licence.askForReview(of: recorded, "Mood", person: "p", in: change)
            // The same thing is not asked for twice.
            try licence.askForReview(of: recorded, "Mood", person: "p", in: change)
            let tasks = try change.reader.person("p", ["Task"]).all("Task").map(CareTask.init)
            #expect(tasks.count == 1)
            return tasks.first
        }
        #expect(task?.code == .review)
        #expect(task?.owner == "Practitioner/ruth")
        #expect(task?.title == "Review: Mood")
    }
}
