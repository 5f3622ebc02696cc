import Access
import FHIR
import Records
import TestSupport
import Testing

struct ReachFilterTests {
    /// Ruth has an active episode with p1, an ended one with p2, and none with p3.
    private func open(_ engine: TestEngine) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine)
        for (id, status) in [("p1", "active"), ("p2", "finished"), ("p3", nil)] {
            try await scratch.put(["resourceType": "Patient"], id: id)
            try await scratch.put(
                ["resourceType": "Condition", "subject": ["reference": "Patient/\(id)"]], id: "c-\(id)")
            if let status {
                try await scratch.put(
                    [
                        "resourceType": "EpisodeOfCare", "status": .string(status),
                        "patient": ["reference": "Patient/\(id)"], "careManager": ["reference": "Practitioner/ruth"],
                    ], id: "e-\(id)")
            }
        }
        return scratch
    }

    private let narrow = Caller(
        account: "client/narrow", name: "narrow", roles: [.client],
        scopes: Set(["system/*.cruds"].compactMap { Scope($0) }), panel: "Practitioner/ruth")

    @Test(arguments: Engines.all, [("p1", true), ("p2", false), ("p3", false), ("p4", false)])
    func `a narrow caller finds the people of the panel and what is theirs`(
        engine: TestEngine, person: (id: String, isThere: Bool)
    ) async throws {
        let (id, isOpen) = person
        let scratch = try await open(engine)
        let found = try await scratch.records.read(as: narrow, at: 1, for: "test") { reader in
            (try reader.text("Patient", id) != nil, try reader.text("Condition", "c-\(id)") != nil)
        }
        #expect(found == (isOpen, isOpen))
    }

    @Test(arguments: Engines.all) func `what is of no person is hidden, the directory is not`(engine: TestEngine)
        async throws
    {
        let scratch = try await open(engine)
        try await scratch.put(["resourceType": "Binary", "contentType": "text/plain"], id: "b")
        let found = try await scratch.records.read(as: narrow, at: 1, for: "test") { reader in
            (try reader.text("Binary", "b") != nil, try reader.text("Practitioner", "ruth") != nil)
        }
        #expect(found == (false, true))
    }

    @Test(arguments: Engines.all, ["c-p2", "c-nowhere"])
    func `changing what is hidden is refused as what is not there`(engine: TestEngine, id: String) async throws {
        let scratch = try await open(engine)
        let narrow = narrow
        await #expect {
            try await scratch.records.write(as: narrow, at: 1) { change in
                try change.update(
                    ["resourceType": "Condition", "id": .string(id), "subject": ["reference": "Patient/p1"]],
                    ifVersion: nil)
            }
        } throws: { error in
            if case RecordsFailure.forbidden(type: "Condition") = error { true } else { false }
        }
        let gone = try await scratch.records.write(as: narrow, at: 1) { try $0.delete("Condition", id) }
        #expect(gone == nil)
    }

    @Test(arguments: Engines.all) func `a resource cannot be made for, or moved to, somebody out of reach`(
        engine: TestEngine
    ) async throws {
        let scratch = try await open(engine)
        let narrow = narrow
        for person in ["p2", "p3"] {
            await #expect(throws: RecordsFailure.self) {
                try await scratch.records.write(as: narrow, at: 1) { change in
                    try change.create(["resourceType": "Condition", "subject": ["reference": "Patient/\(person)"]])
                }
            }
            await #expect(throws: RecordsFailure.self) {
                try await scratch.records.write(as: narrow, at: 1) { change in
                    try change.update(
                        [
                            "resourceType": "Condition", "id": "c-p1",
                            "subject": ["reference": "Patient/\(person)"],
                        ], ifVersion: nil)
                }
            }
        }
        let made = try await scratch.records.write(as: narrow, at: 1) { change in
            try change.create(["resourceType": "Condition", "subject": ["reference": "Patient/p1"]])
        }
        #expect(made.version == 1)
    }

    @Test(arguments: Engines.all) func `a hidden target of a reference counts as absent`(engine: TestEngine)
        async throws
    {
        let scratch = try await open(engine)
        let missing = try await scratch.records.write(as: narrow, at: 1) { change in
            try change.create(
                [
                    "resourceType": "Condition", "subject": ["reference": "Patient/p1"],
                    "evidence": [["detail": [["reference": "Condition/c-p2"], ["reference": "Condition/none"]]]],
                ])
            return try change.danglingReferences()
        }
        #expect(missing == ["Condition/c-p2", "Condition/none"])
    }
}
