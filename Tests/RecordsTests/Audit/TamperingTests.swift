import Foundation
import TestSupport
import Testing

@testable import Records

/// Whatever is done to the audit by somebody who can write to the database is found, and found where it is.
struct TamperingTests {
    @Test(arguments: Engines.all) func `what nobody touched is well`(engine: TestEngine) async throws {
        let bench = try await AuditBench.open(engine)
        let reports = try await bench.verify()
        #expect(reports.count == 1)
        let report = try #require(reports.first)
        #expect(report.broken == nil)
        #expect(report.verified == Int64(try await bench.rows().count))
        #expect(report.verified >= 40)
        #expect(report.seals >= 5)
        #expect(report.unsealed == 0)
        #expect(report.unchained == 0)
    }

    @Test(arguments: Engines.all) func `a rule of the database refuses changes`(engine: TestEngine) async throws {
        let bench = try await AuditBench.open(engine, seals: 1)
        for statement in [
            "UPDATE audit SET account = 'nobody'", "DELETE FROM audit WHERE seq = 1", "UPDATE audit_seal SET total = 0",
            "DELETE FROM audit_seal", "UPDATE audit_query SET text = ''", "DELETE FROM audit_query",
        ] {
            await #expect(throws: (any Error).self) { try await bench.sql(statement) }
        }
        #expect(try await bench.broken() == nil)
    }

    @Test(arguments: Engines.all) func `a hundred random changes are all found`(engine: TestEngine) async throws {
        let bench = try await AuditBench.open(engine)
        try await bench.disarm()
        try await bench.sql("CREATE TABLE a_copy AS SELECT * FROM audit")
        let rows = try await bench.rows()
        let lane = bench.records.counters.lane
        var chance = SeededChance(2_026)
        for round in 0..<100 {
            let (statements, row, reasons) = Self.change(round, rows, lane, &chance)
            for statement in statements {
                try await bench.sql(statement)
            }
            let found = try await bench.broken()
            #expect(found?.row == row, "round \(round): \(statements)")
            #expect(found?.lane == lane)
            #expect(found.map { reasons.contains($0.reason) } == true, "round \(round): \(statements) \(found as Any)")
            try await bench.sql("DELETE FROM audit", "INSERT INTO audit SELECT * FROM a_copy")
        }
        #expect(try await bench.broken() == nil)
    }

    /// - Returns: what is done, the first row that is not as it was, and how it may be named.
    private static func change(
        _ round: Int, _ rows: [Int64], _ lane: Int64, _ chance: inout SeededChance
    ) -> (statements: [String], row: Int64, reasons: [AuditFinding.Reason]) {
        let row = rows.randomElement(using: &chance) ?? 1
        let here = "lane = \(lane) AND seq = \(row)"
        switch round % 5 {
        case 0:
            let edits = [
                "at = at + 1", "account = 'somebody'", "action = 'Z'", "person = person + 1", "rid = rid + 1",
                "version = version + 1", "outcome = '4'", "detail = detail || '.'", "purpose = 'BTG'", "query = 'x=1'",
                "address = '203.0.113.9'", "address = CASE WHEN address = '' THEN '::1' ELSE '' END",
            ]
            let edit = edits.randomElement(using: &chance) ?? edits[0]
            return (["UPDATE audit SET \(edit) WHERE \(here)"], row, [.changed])
        case 1: return (["DELETE FROM audit WHERE \(here)"], row, [.missing])
        case 2:
            let other = rows.filter { $0 != row }.randomElement(using: &chance) ?? 1
            let there = "lane = \(lane) AND seq = \(other)"
            return (
                [
                    "UPDATE audit SET seq = -1 WHERE \(here)", "UPDATE audit SET seq = \(row) WHERE \(there)",
                    "UPDATE audit SET seq = \(other) WHERE lane = \(lane) AND seq = -1",
                ], min(row, other), [.outOfOrder, .changed]
            )
        case 3:
            let cut = rows.suffix(Int.random(in: 1...12, using: &chance)).first ?? row
            return (["DELETE FROM audit WHERE lane = \(lane) AND seq >= \(cut)"], cut, [.missing])
        default:
            // Numbers that an undone transaction took, and one below the first.
            let free = (1...(rows.last ?? 1)).filter { !rows.contains($0) } + [0]
            let number = free.randomElement(using: &chance) ?? 0
            return (
                [
                    """
                    INSERT INTO audit (lane, seq, at, account, action, person, rid, version, outcome, detail)
                    VALUES (\(lane), \(number), 1, 'ruth', 'R', 0, 0, 0, '0', 'panel page')
                    """
                ], number, [.inserted]
            )
        }
    }

    @Test(arguments: Engines.all)
    func `a tail that is cut together with its seals falls short of the head`(engine: TestEngine) async throws {
        let bench = try await AuditBench.open(engine)
        try await bench.disarm()
        let lane = bench.records.counters.lane
        try await bench.sql(
            "DELETE FROM audit_seal WHERE number > 3",
            "DELETE FROM audit WHERE seq > (SELECT max(last) FROM audit_seal WHERE lane = \(lane))")
        let found = try #require(try await bench.broken())
        #expect(found.reason == .tailCut)
        #expect(found.row == (try await bench.rows().last ?? 0) + 1)
    }

    @Test(arguments: Engines.all)
    func `an audit that is gone altogether falls short of the head`(engine: TestEngine) async throws {
        let bench = try await AuditBench.open(engine)
        try await bench.disarm()
        try await bench.sql("DELETE FROM audit_seal", "DELETE FROM audit")
        #expect(try await bench.broken()?.reason == .tailCut)
    }

    @Test(arguments: Engines.all)
    func `rows that were sealed anew by another key are found`(engine: TestEngine) async throws {
        let bench = try await AuditBench.open(engine)
        try await bench.disarm()
        let lane = bench.records.counters.lane
        let file = bench.scratch.folder.deletingLastPathComponent().appending(path: "other-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let forger = try AuditKey(file: file)
        try await bench.sql(
            "UPDATE audit SET account = 'nobody' WHERE seq = 12", "DELETE FROM audit_seal WHERE number > 1")
        let last = try await bench.rows().last ?? 0
        try await bench.records.engine.write { connection in
            _ = try SealRows(lane: lane, key: forger, connection: connection).seal(upTo: last)
            try connection.settle()
        }
        let found = try #require(try await bench.broken())
        #expect([.sealChanged, .headDiffers].contains(found.reason))
        // Whoever trusts the forger's key still sees that the head is another.
        #expect(try await bench.verify(trusted: [forger.publicText]).first?.broken != nil)
    }

    @Test(arguments: Engines.all)
    func `a seal that is missing or was changed is found`(engine: TestEngine) async throws {
        let bench = try await AuditBench.open(engine)
        try await bench.disarm()
        try await bench.sql("CREATE TABLE a_copy AS SELECT * FROM audit_seal")
        for statement in [
            "DELETE FROM audit_seal WHERE number = 2", "UPDATE audit_seal SET at = at + 1 WHERE number = 3",
            "UPDATE audit_seal SET total = total + 1 WHERE number = 4",
            "UPDATE audit_seal SET last = last + 1 WHERE number = 2",
            "UPDATE audit_seal SET signature = hash WHERE number = 4",
            "UPDATE audit_seal SET marks = hash WHERE number = 1",
            "UPDATE audit_seal SET signature = hash WHERE number = (SELECT max(number) FROM audit_seal)",
            "DELETE FROM audit_seal WHERE number = (SELECT max(number) FROM audit_seal)",
        ] {
            try await bench.sql(statement)
            #expect(try await bench.broken() != nil, "\(statement)")
            try await bench.sql("DELETE FROM audit_seal", "INSERT INTO audit_seal SELECT * FROM a_copy")
        }
        #expect(try await bench.broken() == nil)
    }

    @Test(arguments: Engines.all)
    func `the text of a search that was changed or removed is found`(engine: TestEngine) async throws {
        let bench = try await AuditBench.open(engine)
        try await bench.disarm()
        try await bench.sql("UPDATE audit_query SET text = 'name=other'")
        #expect(try await bench.broken()?.reason == .queryChanged)
        try await bench.sql("DELETE FROM audit_query")
        #expect(try await bench.broken()?.reason == .queryMissing)
    }

    @Test func `a head that is missing, broken or older is said`() async throws {
        let bench = try await AuditBench.open(.sqlite)
        let folder = try #require(bench.scratch.audit.heads.first)
        let head = folder.appending(path: "lane-0.head")
        let text = try String(contentsOf: head, encoding: .utf8)
        try FileManager.default.removeItem(at: head)
        #expect(try await bench.broken()?.reason == .headMissing)
        try Data("nonsense".utf8).write(to: head)
        #expect(try await bench.broken() != nil)
        try Data(text.replacing("rows ", with: "rows 1").utf8).write(to: head)
        #expect(try await bench.broken()?.reason == .headDiffers)
        // A head that the database has outgrown is no reason to complain.
        try Data(text.utf8).write(to: head)
        _ = try await bench.records.read(as: bench.scratch.caller, at: 9, for: "one more") { _ in }
        let before = try Data(contentsOf: head)
        try await bench.records.sealAudit()
        try before.write(to: head)
        #expect(try await bench.broken() == nil)
    }
}
