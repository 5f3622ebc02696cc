import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// Ways into a panel that must stay shut, and limits that hidden resources must not fill.
struct ReachOfPanelTests {
    private let narrow = Caller(
        account: "client/narrow", name: "narrow", roles: [.client],
        scopes: Set(["system/*.cruds"].compactMap { Scope($0) }), panel: "Practitioner/ruth")

    private func episode(_ patient: JSON) -> JSON {
        [
            "resourceType": "EpisodeOfCare", "status": "active", "patient": patient,
            "careManager": ["reference": "Practitioner/ruth"],
        ]
    }

    /// Ruth has an active episode with p1, none with p2.
    private func open() async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open()
        for id in ["p1", "p2"] {
            try await scratch.put(["resourceType": "Patient"], id: id)
        }
        try await scratch.put(episode(["reference": "Patient/p1"]), id: "e1")
        return scratch
    }

    @Test(arguments: ["p2", "nowhere"])
    func `nobody opens a person by writing the episode that would`(id: String) async throws {
        let scratch = try await open()
        let narrow = narrow
        let made = episode(["reference": .string("Patient/\(id)")])
        await #expect(throws: RecordsFailure.self) {
            try await scratch.records.write(as: narrow, at: 1) { try $0.create(made) }
        }
        await #expect(throws: RecordsFailure.self) {
            try await scratch.records.write(as: narrow, at: 1) { change in
                var moved = made
                moved["id"] = "e1"
                return try change.update(moved, ifVersion: nil)
            }
        }
        // An own one is changed and made as before.
        let own = episode(["reference": "Patient/p1"])
        #expect(try await scratch.records.write(as: narrow, at: 1) { try $0.create(own).version } == 1)
    }

    @Test func `an episode of nobody does not open what is about nobody`() async throws {
        let scratch = try await open()
        try await scratch.put(["resourceType": "Basic", "code": ["text": "x"]], id: "b")
        try await scratch.put(episode(["display": "Somebody"]), id: "e2")
        let found = try await scratch.records.read(as: narrow, at: 1, for: "test") { reader in
            (try reader.text("Basic", "b") != nil, try reader.text("EpisodeOfCare", "e2") != nil)
        }
        #expect(found == (false, false))
    }

    @Test func `hidden resources that refer to one do not crowd out the visible one that does`() async throws {
        let scratch = try await open()
        try await scratch.put(["resourceType": "Organization", "name": "One"], id: "o")
        for number in 0..<8 {
            try await scratch.put(
                ["resourceType": "Patient", "managingOrganization": ["reference": "Organization/o"]], id: "h\(number)")
        }
        try await scratch.put(
            ["resourceType": "Patient", "managingOrganization": ["reference": "Organization/o"]], id: "p1")
        let found = try await scratch.records.write(as: narrow, at: 1) { try $0.referring(to: "Organization", "o") }
        #expect(found == ["Patient/p1"])
    }

    @Test func `what a version no longer refers to is not missed`() async throws {
        let scratch = try await open()
        let condition: JSON = ["resourceType": "Condition", "subject": ["reference": "Patient/p1"]]
        var before = condition
        before["encounter"] = ["reference": "Encounter/none"]
        try await scratch.put(before, id: "c")
        let missing = try await scratch.records.write(as: narrow, at: 1) { [condition] change in
            var after = condition
            after["id"] = "c"
            try change.update(after, ifVersion: nil)
            return try change.danglingReferences()
        }
        #expect(missing.isEmpty)
    }
}
