import Access
import FHIR
import Foundation
import TestSupport
import Testing

@testable import Records

struct ReadAuditTests {
    private func rows(_ records: Records) async throws -> [(action: String, detail: String)] {
        try await records.engine.read { connection in
            var rows: [(String, String)] = []
            try connection.rows("SELECT action, detail FROM audit WHERE account = 'ruth' ORDER BY lane, seq") {
                rows.append(($0.text(0) ?? "", $0.text(1) ?? ""))
            }
            return rows
        }
    }

    @Test func `what was looked at is in the audit once the journal is moved`() async throws {
        let scratch = try await ScratchRecords.open(.sqlite)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        _ = try await scratch.records.read(as: scratch.caller, at: 5, for: "patient\tpage\n") {
            try $0.get("Patient", "p")
        }
        try await scratch.records.sealAudit()
        let found = try await rows(scratch.records)
        #expect(found.map(\.action) == ["R"])
        // What would break a line of the journal is a space in it.
        #expect(found.map(\.detail) == ["patient page "])
    }

    @Test(.enabled(if: Engines.all.contains(.postgres)))
    func `on PostgreSQL what was looked at is in the audit when the answer is given`() async throws {
        let scratch = try await ScratchRecords.open(.postgres)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        for _ in 0..<20 {
            _ = try await scratch.records.read(as: scratch.caller, at: 5, for: "patient page") {
                try $0.get("Patient", "p")
            }
        }
        #expect(try await rows(scratch.records).map(\.detail) == Array(repeating: "patient page", count: 20))
    }

    @Test func `moving twice gives no row twice, and a later turn's rows are not lost`() async throws {
        let scratch = try await ScratchRecords.open(.sqlite)
        let folder = scratch.folder.appending(path: "apart")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let counters = Counters()
        let journal = try AuditJournal(folder: folder, counters: counters)
        func keep(_ detail: String) async throws {
            let row = AuditLog.row(.read, by: scratch.caller, at: 5, detail: detail)
            try await scratch.records.engine.read { try journal.keep([row], on: $0) }
        }
        try await keep("one")
        try await keep("two")
        let first = try journal.take()
        try await keep("three")
        // As after a crash between the commit and the removal of the file: the same rows once more.
        let again = try journal.take()
        #expect(first.rows == again.rows)
        #expect(again.rows.map(\.detail) == ["one", "two"])
        #expect(again.mark == 2)
        journal.drained(again)
        let last = try journal.take()
        journal.drained(first)
        #expect(last.rows.map(\.detail) == ["three"])
        #expect(try journal.take().rows == last.rows)
        journal.drained(last)
        #expect(journal.isEmpty)
    }

    @Test func `rows of a process that was killed are there at the next start, a torn line apart`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "almoner-\(UUID().uuidString)/data")
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lines = "0\t7\t5\t0\t0\t0\truth\tR\t0\tpanel page\n0\t8\t5\t0\t0\t0\truth\tR\t0\tpan"
        try Data(lines.utf8).write(to: folder.appending(path: "audit.journal"))
        let records = try await Records(folder: folder, definitions: ScratchRecords.definitions())
        #expect(try await rows(records).map(\.detail) == ["panel page"])
        #expect(records.counters.nextAudit() > 7)
        try records.close()
    }

    @Test(arguments: Engines.all) func `what is refused is in the audit`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        let ruth = scratch.caller
        await #expect(throws: RecordsFailure.self) {
            try await scratch.records.read(as: ruth, at: 5, for: "delete") { _ in
                throw RecordsFailure.forbidden(type: "Patient")
            }
        }
        try await scratch.records.sealAudit()
        #expect(try await rows(scratch.records).map(\.action) == ["X"])
    }
}
