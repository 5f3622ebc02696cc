import Access
import FHIR
import Records
import TestSupport
import Testing

struct OutboxTests {
    private static let caller = Caller.system("test")

    private struct Broken: Error {}

    /// Goes through everybody once; gives whom it reacted for, in order.
    private func round(
        _ records: Records, at now: Int64, failing: String? = nil, failures: inout [String]
    ) async throws -> [String] {
        let seen = Noted<[String]>([])
        let kinds = Noted<[String]>([])
        var after: Int64 = 0
        while let last = try await Outbox(records: records).react(
            after: after, limit: 3, as: Self.caller, at: now, failed: { kind in kinds.change { $0.append(kind) } },
            { person, _, _ in
                if person == failing {
                    throw Broken()
                }
                seen.change { $0.append(person) }
            })
        {
            after = last
        }
        failures = kinds.now
        return seen.now
    }

    @Test(arguments: Engines.all)
    func `each person comes once however much of theirs was stored`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        for turn in 0..<3 {
            for number in 0..<8 {
                try await scratch.put(
                    ["resourceType": "Patient", "active": .bool(turn % 2 == 0)], id: "p\(number)", at: Int64(turn))
            }
        }
        var failures: [String] = []
        let seen = try await round(scratch.records, at: 10, failures: &failures)
        #expect(seen.sorted() == (0..<8).map { "p\($0)" })
        #expect(try await round(scratch.records, at: 11, failures: &failures).isEmpty)
        #expect(failures.isEmpty)
    }

    @Test(arguments: Engines.all)
    func `a person whose reaction fails waits and is tried again, the others go on`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        for number in 0..<5 {
            try await scratch.put(["resourceType": "Patient"], id: "p\(number)")
        }
        let outbox = Outbox(records: scratch.records)
        var failures: [String] = []
        var seen = Set(try await round(scratch.records, at: 1_000, failing: "p2", failures: &failures))
        #expect(failures == ["Broken"])
        // Those who came in the undone transaction before it were undone with it and come once more.
        #expect(seen == ["p0", "p1", "p3", "p4"])
        #expect(try await outbox.waiting() == 1)
        seen = Set(try await round(scratch.records, at: 2_000, failures: &failures))
        #expect(seen.isEmpty)
        seen = Set(try await round(scratch.records, at: 31_000, failing: "p2", failures: &failures))
        #expect(failures == ["Broken"])
        // Twice as long the second time.
        seen = Set(try await round(scratch.records, at: 62_000, failures: &failures))
        #expect(seen.isEmpty)
        seen = Set(try await round(scratch.records, at: 91_001, failures: &failures))
        #expect(seen == ["p2"])
        #expect(try await outbox.waiting() == 0)
    }

    @Test(arguments: Engines.all)
    func `what a reaction stores stays for the next round`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        let rounds = Noted<[Set<String>]>([])
        for _ in 0..<3 {
            _ = try await Outbox(records: scratch.records).react(
                after: 0, limit: 10, as: Self.caller, at: 5, failed: { Issue.record("\($0)") },
                { _, types, change in
                    rounds.change { $0.append(types) }
                    if types.contains("Patient") {
                        try change.create([
                            "resourceType": "Flag", "status": "active", "code": ["text": "x"],
                            "subject": ["reference": "Patient/p"],
                        ])
                    }
                })
        }
        #expect(rounds.now == [["Patient"], ["Flag"]])
    }

    @Test(arguments: Engines.all)
    func `a right is one holder's until it is given back or its time is up`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        let records = scratch.records
        #expect(try await records.lease("night", to: "a", milliseconds: 100, at: 0))
        #expect(try await !records.lease("night", to: "b", milliseconds: 100, at: 50))
        #expect(try await records.lease("other", to: "b", milliseconds: 100, at: 50))
        #expect(try await records.lease("night", to: "a", milliseconds: 100, at: 90))
        #expect(try await !records.lease("night", to: "b", milliseconds: 100, at: 150))
        #expect(try await records.lease("night", to: "b", milliseconds: 100, at: 190))
        #expect(try await records.lease("night", to: "b", milliseconds: 0, at: 200))
        #expect(try await records.lease("night", to: "a", milliseconds: 100, at: 200))
    }
}
