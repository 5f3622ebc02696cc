import Access
import FHIR
import Records
import TestSupport
import Testing

struct DeleteTests {
    @Test(arguments: Engines.all) func `what is deleted is gone, keeps its versions and can come back under its id`(
        engine: TestEngine
    ) async throws {
        let scratch = try await ScratchRecords.open(engine)
        let system = Caller.system("test")
        try await scratch.put(["resourceType": "Patient", "active": true], id: "p")
        let gone = try await scratch.records.write(as: system, at: 2) { try $0.delete("Patient", "p") }
        #expect(gone?.version == 2)
        let (found, text, first, hits) = try await scratch.records.read(as: system, at: 3, for: "test") { reader in
            (
                try reader.find("Patient", "p"), try reader.text("Patient", "p"),
                try reader.text("Patient", "p", version: 1), try reader.search(Query("Patient"))
            )
        }
        #expect(found == nil && text?.isDeleted == true && first?.isDeleted == false && hits.isEmpty)
        let again = try await scratch.records.write(as: system, at: 4) { try $0.delete("Patient", "p") }
        #expect(again == nil)
        #expect(try await scratch.put(["resourceType": "Patient"], id: "p").version == 3)
    }

    @Test(arguments: Engines.all) func `a delete of another version than the current one is refused`(engine: TestEngine)
        async throws
    {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        await #expect(throws: RecordsFailure.self) {
            try await scratch.records.write(as: .system("test"), at: 2) { try $0.delete("Patient", "p", ifVersion: 7) }
        }
    }

    @Test(arguments: Engines.all) func `who refers to a resource can be asked`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        try await scratch.put(["resourceType": "Condition", "subject": ["reference": "Patient/p"]], id: "c")
        let found = try await scratch.records.write(as: .system("test"), at: 2) { try $0.referring(to: "Patient", "p") }
        #expect(Set(found) == ["Condition/c"])
    }
}
