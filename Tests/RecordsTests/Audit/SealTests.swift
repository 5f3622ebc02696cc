import Access
import FHIR
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Records

struct SealTests {
    @Test(arguments: Engines.all)
    func `many who read and write at once leave an audit that is well`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        let records = scratch.records
        let caller = scratch.caller
        try await scratch.put(["resourceType": "Patient"], id: "p")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for step in 0..<20 {
                        if (worker + step) % 3 == 0 {
                            try await records.write(as: caller, at: Int64(step)) { change in
                                _ = try change.update(
                                    ["resourceType": "Patient", "id": .string("p\(worker)-\(step)")], ifVersion: nil)
                            }
                        } else {
                            _ = try await records.read(as: caller, at: Int64(step), for: "look") {
                                try $0.get("Patient", "p")
                            }
                        }
                        if step % 5 == worker % 5 {
                            try await records.sealAudit()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await records.sealAudit()
        let report = try #require(try await AuditBench(scratch: scratch).verify().first)
        #expect(report.broken == nil)
        #expect(report.unsealed == 0)
        // One row each, and that of the practitioner and the patient of the start.
        #expect(report.verified == 162)
    }

    @Test(.enabled(if: Engines.all.contains(.postgres)))
    func `two processes have a lane each, and what one left behind is sealed by the other`() async throws {
        let bench = try await AuditBench.open(.postgres, seals: 2)
        let other = try await bench.scratch.again()
        _ = try await other.read(as: bench.scratch.caller, at: 1, for: "panel page") { _ in }
        let lane = other.counters.lane
        // Killed: nothing is sealed any more. Two looks at the lane find it as it was; its own clock may have sealed it before.
        try other.close()
        let waiting = WaitingLanes.Lane(lane: lane, sealed: 0, last: 1)
        let looks = WaitingLanes()
        #expect(looks.abandoned(of: [waiting]).isEmpty)
        #expect(looks.abandoned(of: [waiting]) == [waiting])
        let moved = WaitingLanes.Lane(lane: lane, sealed: 1, last: 2)
        #expect(looks.abandoned(of: [moved]).isEmpty)
        try await bench.records.adopt(waiting)
        try await bench.records.sealAudit()
        let reports = try await bench.verify()
        #expect(reports.map(\.unsealed) == [0, 0])
        #expect(
            reports.allSatisfy { $0.broken == nil }, "\(reports.map { String(describing: $0.broken) })")
    }

    @Test func `rows of a read that is on its way hold the seal back`() throws {
        let counters = Counters()
        let first = counters.beginAudit(3)
        #expect(counters.nextAudit() == first + 3)
        #expect(counters.auditMark == first - 1)
        counters.endAudit(first, isCertain: true)
        #expect(counters.auditMark == first + 3)
        let lost = counters.beginAudit(1)
        counters.endAudit(lost, isCertain: false)
        #expect(counters.auditMark == lost - 1)
    }

    @Test func `a head that cannot be written is told once, and that it goes well again`() async throws {
        let scratch = try await ScratchRecords.open(.sqlite)
        let told = Mutex<[AuditFailure?]>([])
        scratch.records.whenSealingChanges { code in told.withLock { $0.append(code) } }
        let folder = try #require(scratch.audit.heads.first)
        try FileManager.default.removeItem(at: folder)
        try Data().write(to: folder)
        for turn in 0..<2 {
            _ = try await scratch.records.read(as: scratch.caller, at: Int64(turn), for: "look") { _ in }
            // The clock of the audit seals it, a second after it came.
            try await Self.until { scratch.records.auditHealth.code == .head }
        }
        try FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        _ = try await scratch.records.read(as: scratch.caller, at: 9, for: "look") { _ in }
        try await Self.until { scratch.records.auditHealth.code == nil }
        #expect(told.withLock { $0 } == [.head, nil])
    }

    private static func until(_ isSo: () -> Bool) async throws {
        for _ in 0..<600 where !isSo() {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(isSo())
    }

    @Test func `what a killed process left is sealed at the next start, and its number not given again`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "almoner-\(UUID().uuidString)/data")
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        let definitions = try ScratchRecords.definitions()
        let ruth = Caller(account: "ruth", name: "Ruth", roles: [.careManager])
        func killed() async throws {
            let first = try await Records(folder: folder, definitions: definitions)
            _ = try await first.read(as: ruth, at: 1, for: "panel page", asking: "tier=high") { _ in }
            // Closed without an end.
            try first.close()
        }
        try await killed()
        let places = AuditPlaces.beside(folder)
        let verifier = try AuditVerifier(.folder(folder), audit: places)
        #expect(try await verifier.run().allSatisfy { $0.broken == nil })
        let second = try await Records(folder: folder, definitions: definitions)
        let now = try AuditVerifier(.folder(folder), audit: places)
        let report = try #require(try await now.run().first)
        #expect(report.verified == 1)
        #expect(report.broken == nil)
        #expect(second.counters.nextAudit() > 1)
        try await second.end()
        #expect(FileManager.default.fileExists(atPath: places.key.path))
        let mode = try FileManager.default.attributesOfItem(atPath: places.key.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `after going back to an older copy the head that knows more is not forgotten`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "almoner-\(UUID().uuidString)/data")
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        let definitions = try ScratchRecords.definitions()
        let ruth = Caller(account: "ruth", name: "Ruth", roles: [.careManager])
        func look(_ times: Int) async throws {
            let records = try await Records(folder: folder, definitions: definitions)
            for _ in 0..<times {
                _ = try await records.read(as: ruth, at: 1, for: "panel page") { _ in }
            }
            try await records.end()
        }
        try await look(2)
        let copy = folder.deletingLastPathComponent().appending(path: "copy")
        try FileManager.default.copyItem(at: folder, to: copy)
        try await look(3)
        try FileManager.default.removeItem(at: folder)
        try FileManager.default.moveItem(at: copy, to: folder)
        try await look(9)
        let verifier = try AuditVerifier(.folder(folder), audit: .beside(folder))
        #expect(try await verifier.run().first?.broken != nil)
    }

    @Test func `rows of a version without seals are counted and not vouched for`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "almoner-\(UUID().uuidString)/data")
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        let definitions = try ScratchRecords.definitions()
        func older() async throws {
            let records = try await Records(folder: folder, definitions: definitions)
            try await records.engine.write { try $0.run(script: Self.auditOfVersionTwo) }
            try records.close()
        }
        try await older()
        let ruth = Caller(account: "ruth", name: "Ruth", roles: [.careManager])
        let now = try await Records(folder: folder, definitions: definitions)
        _ = try await now.read(as: ruth, at: 1, for: "panel page") { _ in }
        try await now.end()
        let report = try #require(
            try await AuditVerifier(.folder(folder), audit: .beside(folder)).run().first)
        #expect(report.broken == nil)
        #expect(report.unchained == 2)
        #expect(report.verified == 1)
    }

    private static let auditOfVersionTwo = """
        DROP TABLE audit; DROP TABLE audit_seal; DROP TABLE audit_query;
        CREATE TABLE audit (
            lane BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, account TEXT NOT NULL,
            action TEXT NOT NULL, person BIGINT NOT NULL, rid BIGINT NOT NULL, version BIGINT NOT NULL,
            outcome TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (lane, seq)) WITHOUT ROWID;
        INSERT INTO audit VALUES (0, 1, 1, 'ruth', 'R', 0, 0, 0, '0', 'panel page');
        INSERT INTO audit VALUES (0, 2, 1, 'ruth', 'R', 0, 0, 0, '0', 'panel page');
        UPDATE schema_version SET version = 2;
        """

    @Test func `what is read while another moves what he took aside is sealed too`() async throws {
        let bench = try await AuditBench.open(.sqlite, seals: 1)
        let records = bench.records
        let journal = try #require(records.journal)
        // Somebody has taken the rows aside and not yet moved them.
        _ = try await records.read(as: bench.scratch.caller, at: 1, for: "before") { _ in }
        _ = try journal.take()
        _ = try await records.read(as: bench.scratch.caller, at: 2, for: "meanwhile") { _ in }
        try await records.sealAudit()
        // The writer, who moves rows by itself too, may still be putting its file away.
        for _ in 0..<500 where !journal.isEmpty {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(journal.isEmpty)
        let details = try await records.engine.read { connection in
            var found: [String] = []
            try connection.rows("SELECT detail FROM audit ORDER BY seq DESC LIMIT 2") { found.append($0.text(0) ?? "") }
            return found
        }
        #expect(details == ["meanwhile", "before"])
        #expect(try await bench.broken() == nil)
    }
}
