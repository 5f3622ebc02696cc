import Access
import FHIR
import Foundation
import TestSupport
import Testing

@testable import Records

struct VersionThreeTests {
    /// Takes away what version 4 added.
    private static let back = """
        ALTER TABLE audit DROP COLUMN address;
        ALTER TABLE client DROP COLUMN keys_url;
        DROP INDEX audit_export;
        UPDATE schema_version SET version = 3;
        """

    @Test(arguments: Engines.all)
    func `rows of version 3 keep their seals, and rows with an address follow them`(engine: TestEngine) async throws {
        let bench = AuditBench(scratch: try await ScratchRecords.open(engine))
        let (records, caller) = (bench.records, bench.scratch.caller)
        for turn in 0..<20 {
            _ = try await records.read(as: caller, at: Int64(turn), for: "look", asking: "turn=\(turn)") { _ in }
        }
        try await records.sealAudit()
        try await bench.sql(Self.back)
        // What is of an older version is not called broken: it is not looked at.
        await #expect(throws: AuditVerifier.Failure.self) { try await bench.verify() }
        let mustIndex = try await records.engine.write { try Schema.prepare($0, projections: []) }
        #expect(mustIndex)
        #expect(try await bench.verify().first?.verified == 21)
        for turn in 0..<20 {
            _ = try await records.read(as: caller.at(address: "192.0.2.\(turn)"), at: Int64(turn), for: "look") { _ in }
        }
        try await records.sealAudit()
        let report = try #require(try await bench.verify().first)
        #expect(report.broken == nil)
        #expect(report.verified == 41)
        try await bench.disarm()
        try await bench.sql("UPDATE audit SET address = '' WHERE address = '192.0.2.7'")
        #expect(try await bench.broken()?.reason == .changed)
        try await bench.sql(
            "UPDATE audit SET address = '192.0.2.7' WHERE address = '' AND at = 7 AND query = ''",
            "UPDATE audit SET address = '10.0.0.1' WHERE query = 'turn=3'")
        #expect(try await bench.broken()?.reason == .changed)
    }

    @Test func `clients of version 3 go on`() async throws {
        let scratch = try await ScratchRecords.open(.sqlite)
        let clients = Clients(records: scratch.records)
        let secret = try #require(
            try await clients.register(
                ClientDraft(id: "lab", name: "Lab", scopes: "system/Patient.rs"), as: .system("test"), at: 1))
        try await scratch.records.engine.write { connection in
            try connection.run(script: Self.back)
            _ = try Schema.prepare(connection, projections: [])
        }
        let client = try await clients.authenticate("lab", .secret(secret), from: nil, at: 2)
        #expect(!client.signs && client.keysURL == nil)
    }
}
