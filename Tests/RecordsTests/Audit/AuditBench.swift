import Access
import FHIR
import TestSupport

@testable import Records

/// An audit of some seals, made of writes, reads, searches and a number that an undone transaction took.
struct AuditBench {
    let scratch: ScratchRecords
    var records: Records { scratch.records }

    static func open(_ engine: TestEngine, seals: Int = 5) async throws -> AuditBench {
        let bench = AuditBench(scratch: try await ScratchRecords.open(engine))
        for seal in 0..<seals {
            try await bench.work(seal)
            try await bench.records.sealAudit()
        }
        return bench
    }

    private struct Undone: Error {}

    private func work(_ turn: Int) async throws {
        for step in 0..<4 {
            // Some rows say from where, some do not.
            let caller = step % 2 == 0 ? scratch.caller : scratch.caller.at(address: "192.0.2.\(step)")
            let id = "p\(turn)-\(step)"
            try await records.write(as: caller, at: Int64(turn * 100 + step)) { change in
                _ = try change.update(["resourceType": "Patient", "id": .string(id)], ifVersion: nil)
            }
            _ = try await records.read(
                as: caller, at: Int64(turn * 100 + step), for: "api search-type Patient",
                asking: step % 2 == 0 ? "name=a" : "name=\(String(repeating: "long", count: 20))&turn=\(turn)"
            ) { try $0.get("Patient", id) }
        }
        _ = records.counters.nextAudit()
    }

    func verify(trusted: [String] = []) async throws -> [AuditLaneReport] {
        let verifier = try AuditVerifier(scratch.place, audit: scratch.audit, trusted: trusted)
        defer { try? verifier.close() }
        return try await verifier.run()
    }

    /// The first thing that is wrong anywhere.
    func broken() async throws -> AuditFinding? { try await verify().compactMap(\.broken).first }

    /// What somebody does who has the database in his hands.
    func sql(_ statements: String...) async throws {
        try await records.engine.write { connection in
            for statement in statements {
                try connection.run(script: statement)
            }
        }
    }

    /// Takes the rules away that refuse changes.
    func disarm() async throws {
        for table in ["audit", "audit_seal", "audit_query"] {
            if records.engine.kind == .postgres {
                try await sql("DROP TRIGGER \(table)_is_kept ON \(table)")
            } else {
                try await sql("DROP TRIGGER \(table)_no_update", "DROP TRIGGER \(table)_no_delete")
            }
        }
    }

    /// The rows of this process's lane, by number.
    func rows() async throws -> [Int64] {
        let lane = records.counters.lane
        return try await records.engine.read { connection in
            var rows: [Int64] = []
            try connection.rows("SELECT seq FROM audit WHERE lane = $1 ORDER BY seq", [.integer(lane)]) { row in
                rows.append(row.integer(0) ?? 0)
            }
            return rows
        }
    }
}

/// Numbers by chance that come again with the same seed.
struct SeededChance: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
