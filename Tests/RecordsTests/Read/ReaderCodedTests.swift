import Access
import FHIR
import Records
import TestSupport
import Testing

struct ReaderCodedTests {
    private static func observation(_ code: String, of person: String, system: String = "http://loinc.org") -> JSON {
        [
            "resourceType": "Observation", "status": "final",
            "code": ["coding": [["system": .string(system), "code": .string(code)]]],
            "subject": ["reference": .string("Patient/\(person)")],
        ]
    }

    @Test(arguments: Engines.all) func `only that person's resources with one of the codes are read, the last ones`(
        engine: TestEngine
    ) async throws {
        let scratch = try await ScratchRecords.open(engine)
        for person in ["p", "q"] {
            try await scratch.put(["resourceType": "Patient"], id: person)
        }
        let codes = ["a", "b", "c", "a", "a"]
        for (place, code) in codes.enumerated() {
            try await scratch.put(Self.observation(code, of: "p"), id: "o\(place)")
        }
        try await scratch.put(Self.observation("a", of: "q"), id: "other")
        try await scratch.put(Self.observation("a", of: "p", system: "urn:x"), id: "elsewhere")
        func ids(_ wanted: Set<String>, limit: Int = 10) async throws -> [String] {
            try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
                try reader.person("p", "Observation", coded: wanted, of: "http://loinc.org", limit: limit).map(\.id)
            }
        }
        #expect(try await ids(["a", "b"]) == ["o0", "o1", "o3", "o4"])
        #expect(try await ids(["a"], limit: 2) == ["o3", "o4"])
        #expect(try await ids([]) == [])
        #expect(try await ids(["z"]) == [])
    }

    @Test(arguments: Engines.all) func `an administrator reads nothing of a person`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        let it = Caller(account: "it", name: "IT", roles: [.administrator])
        await #expect(throws: RecordsFailure.self) {
            try await scratch.records.read(as: it, at: 0, for: "test") { reader in
                try reader.person("p", "Observation", coded: ["a"], of: "http://loinc.org").count
            }
        }
    }
}
