import Access
import FHIR
import Records
import TestSupport
import Testing

struct ChangeTests {
    private static let nurse = Caller(account: "ruth", name: "Ruth Adeyemi, RN", roles: [.careManager])
    private static let patient: JSON = ["resourceType": "Patient", "active": true, "name": [["family": "Okafor"]]]

    @Test(arguments: Engines.all) func `what is created is read back with version 1`(engine: TestEngine) async throws {
        try await ScratchRecords.with(engine) { records in
            let created = try await records.write(as: Self.nurse, at: 1_000) { try $0.create(Self.patient, id: "p1") }
            #expect(created.version == 1)
            let found = try await records.read(as: Self.nurse, at: 1_001, for: "test") { try $0.get("Patient", "p1") }
            #expect(found.root.text("name", "family") == "Okafor")
            #expect(found.updated == 1_000)
        }
    }

    @Test(arguments: Engines.all) func `a stale edit is refused and shows what is stored`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let first = try await records.write(as: Self.nurse, at: 1) { try $0.create(Self.patient, id: "p1") }
            var mine = first.value
            mine["active"] = false
            let edit = mine
            try await records.write(as: Self.nurse, at: 2) { _ = try $0.update(edit, ifVersion: 1) }
            do {
                try await records.write(as: Self.nurse, at: 3) { _ = try $0.update(edit, ifVersion: 1) }
                Issue.record("the stale edit was stored")
            } catch RecordsFailure.stale(let current) {
                #expect(current.version == 2)
            }
        }
    }

    @Test(arguments: Engines.all) func `a verb that fails leaves nothing behind`(engine: TestEngine) async throws {
        struct Stop: Error {}
        try await ScratchRecords.with(engine) { records in
            await #expect(throws: Stop.self) {
                try await records.write(as: Self.nurse, at: 1) { change in
                    _ = try change.create(Self.patient, id: "p1")
                    throw Stop()
                }
            }
            let found = try await records.read(as: Self.nurse, at: 2, for: "test") { try $0.find("Patient", "p1") }
            #expect(found == nil)
            // Words and places that the undone write had made must not be taken for stored.
            let person = try await records.write(as: Self.nurse, at: 3) { change in
                try change.create(
                    [
                        "resourceType": "Patient", "id": "p1",
                        "identifier": [["system": "urn:x", "value": "7"]], "name": [["family": "Okafor"]],
                    ], id: "p1")
            }
            #expect(person.version == 1)
            let byNumber = try await records.read(as: Self.nurse, at: 4, for: "test") { reader in
                try reader.search(Query("Patient", [.token("identifier", system: "urn:x", code: "7")])).map(\.id)
            }
            #expect(byNumber == ["p1"])
        }
    }

    @Test(arguments: Engines.all) func `history keeps every version, newest first`(engine: TestEngine) async throws {
        try await ScratchRecords.with(engine) { records in
            var value = try await records.write(as: Self.nurse, at: 1) { try $0.create(Self.patient, id: "p1") }.value
            for turn in 2...4 {
                value["active"] = .bool(turn % 2 == 0)
                let next = value
                value = try await records.write(as: Self.nurse, at: Int64(turn)) {
                    try $0.update(next, ifVersion: turn - 1)
                }.value
            }
            let versions = try await records.read(as: Self.nurse, at: 9, for: "test") {
                try $0.history("Patient", "p1")
            }
            #expect(versions.map(\.version) == [4, 3, 2, 1])
        }
    }

    @Test(arguments: Engines.all) func `an invalid resource is refused with the element named`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            do {
                try await records.write(as: Self.nurse, at: 1) { change in
                    _ = try change.create(["resourceType": "Patient", "gender": "man", "birthDate": "2023-02-30"])
                }
                Issue.record("it was stored")
            } catch RecordsFailure.invalid(let reasons) {
                #expect(reasons.contains { $0.contains("Patient.gender") })
                #expect(reasons.contains { $0.contains("Patient.birthDate") })
            }
        }
    }

    @Test(arguments: Engines.all) func `an administrator reaches no clinical record and may not write one`(
        engine: TestEngine
    ) async throws {
        let admin = Caller(account: "admin", name: "Admin", roles: [.administrator])
        try await ScratchRecords.with(engine) { records in
            _ = try await records.write(as: Self.nurse, at: 1) { try $0.create(Self.patient, id: "p1") }
            let found = try await records.read(as: admin, at: 2, for: "test") { try $0.find("Patient", "p1") }
            #expect(found == nil)
            await #expect(throws: RecordsFailure.self) {
                try await records.write(as: admin, at: 3) { _ = try $0.create(Self.patient) }
            }
        }
    }

    @Test(arguments: Engines.all) func `searches find by token, reference, date and text, and forget what was changed`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            try await records.write(as: Self.nurse, at: 1) { change in
                _ = try change.create(Self.patient, id: "p1")
                _ = try change.create(
                    [
                        "resourceType": "Observation", "status": "final",
                        "code": ["coding": [["system": "http://loinc.org", "code": "4548-4"]]],
                        "subject": ["reference": "Patient/p1"], "effectiveDateTime": "2026-03-01",
                        "valueQuantity": ["value": .decimal("7.10"), "unit": "%"],
                    ], id: "o1")
            }
            func found(_ terms: [Query.Term]) async throws -> [String] {
                try await records.read(as: Self.nurse, at: 2, for: "test") {
                    try $0.search(Query("Observation", terms)).map(\.id)
                }
            }
            #expect(try await found([.token("code", system: "http://loinc.org", code: "4548-4")]) == ["o1"])
            #expect(try await found([.token("code", system: "http://snomed.info/sct", code: "4548-4")]) == [])
            #expect(try await found([.reference("subject", "Patient/p1")]) == ["o1"])
            let march = Int64(1_772_323_200_000)
            #expect(try await found([.date("date", march..<march + 86_400_000)]) == ["o1"])
            let names = try await records.read(as: Self.nurse, at: 2, for: "test") {
                try $0.search(Query("Patient", [.string("family", prefix: "oka")])).map(\.id)
            }
            #expect(names == ["p1"])
            try await records.write(as: Self.nurse, at: 3) { change in
                var value = try change.reader.get("Observation", "o1").value
                value["code"] = ["coding": [["system": "http://loinc.org", "code": "8480-6"]]]
                _ = try change.update(value, ifVersion: 1)
            }
            #expect(try await found([.token("code", system: nil, code: "4548-4")]) == [])
            #expect(try await found([.token("code", system: nil, code: "8480-6")]) == ["o1"])
        }
    }

    @Test(arguments: Engines.all) func `many writers at once all come through, each once`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        _ = try await records.write(as: Self.nurse, at: 1) {
                            try $0.create(Self.patient, id: "p\(number)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let count = try await records.read(as: Self.nurse, at: 2, for: "test") {
                try $0.search(Query("Patient")).count
            }
            #expect(count == 64)
        }
    }
}
