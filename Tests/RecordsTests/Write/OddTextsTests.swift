import Access
import FHIR
import Records
import TestSupport
import Testing

struct OddTextsTests {
    private static let caller = Caller.system("test")

    @Test(arguments: Engines.all)
    func `long values are found, and two that begin alike stay two`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        let long = String(repeating: "é-long ", count: 700)
        let address = String(repeating: "-long", count: 700)
        for (id, end) in [("p1", "a"), ("p2", "b")] {
            try await scratch.put(
                [
                    "resourceType": "Patient",
                    "identifier": [["system": .string("urn:x" + address), "value": .string(long + end)]],
                    "name": [["family": .string(long + end)]],
                    "managingOrganization": [
                        "reference": .string("http://else.example/Organization/x?" + address + end)
                    ],
                ], id: id)
        }
        let found = try await scratch.records.read(as: Self.caller, at: 1, for: "test") { reader in
            try reader.search(Query("Patient", [.token("identifier", system: "urn:x" + address, code: long + "a")]))
                .map(\.id)
        }
        #expect(found == ["p1"])
    }

    @Test(arguments: Engines.all)
    func `the character zero is refused with a reason and harms nothing`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        await #expect(throws: RecordsFailure.self) {
            _ = try await scratch.records.read(as: Self.caller, at: 1, for: "test") {
                try $0.find("Patient", "a\u{0}b")
            }
        }
        await #expect(throws: (any Error).self) {
            try await scratch.put(["resourceType": "Patient"], id: "a\u{0}b")
        }
        try await scratch.put(["resourceType": "Patient"], id: "ab")
        await #expect(throws: AccountFailure.wrongPassword) {
            try await Accounts(records: scratch.records).signIn("a\u{0}b", password: "x", at: 1)
        }
    }
}
