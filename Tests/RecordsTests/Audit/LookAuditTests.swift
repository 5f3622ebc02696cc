import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// Looks that find nothing, and changes that are refused, leave their trace like others.
struct LookAuditTests {
    private struct Refused: Error {}

    private let narrow = Caller(
        account: "client/narrow", name: "narrow", roles: [.client],
        scopes: Set(["system/*.cruds"].compactMap { Scope($0) }), panel: "Practitioner/ruth")

    private func rows(_ records: Records) async throws -> [String] {
        try await records.sealAudit()
        return try await records.engine.read { connection in
            var rows: [String] = []
            try connection.rows(
                "SELECT action, outcome, person, detail FROM audit WHERE account = 'client/narrow' ORDER BY lane, seq"
            ) { row in
                let isOfPerson = row.integer(2) != 0
                rows.append("\(row.text(0) ?? "") \(row.text(1) ?? "") \(isOfPerson) \(row.text(3) ?? "")")
            }
            return rows
        }
    }

    /// Ruth has an active episode with p1, none with p2.
    private func open() async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open()
        for id in ["p1", "p2"] {
            try await scratch.put(["resourceType": "Patient"], id: id)
        }
        try await scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p1"],
                "careManager": ["reference": "Practitioner/ruth"],
            ], id: "e1")
        return scratch
    }

    @Test func `a look that found nothing or was refused is in the audit`() async throws {
        let scratch = try await open()
        let records = scratch.records
        _ = try await records.read(as: narrow, at: 1, for: "empty") { try $0.text("Patient", "p2") != nil }
        await #expect(throws: Refused.self) {
            try await records.read(as: narrow, at: 1, for: "refused") { _ in throw Refused() }
        }
        try await records.noteRefusal(of: narrow, at: 1, for: "not even looked")
        #expect(
            try await rows(records) == ["R 0 false empty", "R 8 false refused", "X 8 false not even looked"])
    }

    @Test func `a refused change is in the audit though nothing of it stands`() async throws {
        let scratch = try await open()
        let records = scratch.records
        let narrow = narrow
        await #expect(throws: RecordsFailure.self) {
            try await records.write(as: narrow, at: 1) { change in
                try change.update(["resourceType": "Patient", "id": "p2"], ifVersion: nil)
            }
        }
        #expect(try await rows(records) == ["X 8 false change Patient"])
    }

    @Test func `what a change shows is in the audit as a look`() async throws {
        let scratch = try await open()
        let records = scratch.records
        let isThere = try await records.write(as: narrow, at: 1) { change in
            try change.look(for: "shown") { try $0.text("Patient", "p1") != nil }
        }
        #expect(isThere)
        #expect(try await rows(records) == ["R 0 true shown"])
    }
}
