import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// Several server processes on one PostgreSQL, each with memory of its own.
@Suite(.enabled(if: Engines.all.contains(.postgres), "PostgreSQL is not there"))
struct SharedDatabaseTests {
    private static let client = Caller.system("test")

    private static func observation(_ number: Int) -> JSON {
        [
            "resourceType": "Observation", "status": "final", "subject": ["reference": "Patient/p\(number % 7)"],
            "code": ["coding": [["system": "urn:lab-\(number % 5)", "code": "c"]]],
        ]
    }

    @Test func `many writers in two processes share numbers, words and places`() async throws {
        let scratch = try await ScratchRecords.open(.postgres, staffed: false)
        let other = try await scratch.again()
        defer { try? other.close() }
        let both = [scratch.records, other]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<80 {
                group.addTask {
                    _ = try await both[number % 2].write(as: Self.client, at: 1) {
                        try $0.create(Self.observation(number), id: "o\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        for records in both {
            for lab in 0..<5 {
                let found = try await records.read(as: Self.client, at: 2, for: "test") {
                    try $0.search(Query("Observation", [.token("code", system: "urn:lab-\(lab)", code: "c")])).count
                }
                #expect(found == 16)
            }
        }
        let (rids, places, changes, lanes) = try await other.engine.read { connection in
            func number(_ sql: String) throws -> Int64 { try connection.first(sql) { $0.integer(0) } ?? 0 }
            return (
                try number("SELECT count(DISTINCT rid) FROM resource WHERE version = 1"),
                try number("SELECT count(*) FROM resource WHERE version = 0"),
                try number("SELECT count(DISTINCT seq) FROM outbox"),
                try number("SELECT count(DISTINCT lane) FROM audit")
            )
        }
        #expect(rids == 80)
        #expect(places == 7)
        #expect(changes == 80)
        #expect(lanes == 2)
    }

    @Test func `of two writers of the same version one is told that it came late`() async throws {
        let scratch = try await ScratchRecords.open(.postgres, staffed: false)
        let other = try await scratch.again()
        defer { try? other.close() }
        let first = try await scratch.put(["resourceType": "Patient"], id: "p").value
        let both = [scratch.records, other]
        let stale = Noted(0)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    do {
                        _ = try await both[number % 2].write(as: Self.client, at: 1) { change in
                            try change.update(first, ifVersion: 1)
                        }
                    } catch RecordsFailure.stale {
                        stale.change { $0 += 1 }
                    } catch {
                        Issue.record(error)
                    }
                }
            }
        }
        #expect(stale.now == 11)
    }

    @Test func `what is stored is reacted to once, whichever process does it`() async throws {
        let scratch = try await ScratchRecords.open(.postgres, staffed: false)
        let other = try await scratch.again()
        defer { try? other.close() }
        for number in 0..<30 {
            try await scratch.put(["resourceType": "Patient"], id: "p\(number)")
        }
        let seen = Noted<[String: Int]>([:])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for records in [scratch.records, other] {
                group.addTask {
                    var after: Int64 = 0
                    while let last = try await Outbox(records: records).react(
                        after: after, limit: 4, as: Self.client, at: 5, failed: { Issue.record("\($0)") },
                        { person, types, _ in
                            #expect(types == ["Patient"])
                            seen.change { $0[person, default: 0] += 1 }
                        })
                    {
                        after = last
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(seen.now.count == 30)
        #expect(seen.now.values.allSatisfy { $0 == 1 })
    }

    @Test func `who waits hears of what another process has stored`() async throws {
        let scratch = try await ScratchRecords.open(.postgres, staffed: false)
        let other = try await scratch.again()
        defer { try? other.close() }
        let heard = Task {
            var count = 0
            for await _ in other.news(every: .seconds(3600)) {
                count += 1
                // The first two are the beginning and the listening.
                if count == 3 {
                    return
                }
            }
        }
        for turn in 0..<200 where !heard.isCancelled {
            try await scratch.put(["resourceType": "Patient"], id: "p\(turn)")
            try await Task.sleep(for: .milliseconds(20))
            if turn == 20 {
                break
            }
        }
        await heard.value
    }

    @Test func `a lost connection is made anew, for reads and for writes`() async throws {
        let scratch = try await ScratchRecords.open(.postgres, staffed: false)
        try await scratch.put(["resourceType": "Patient"], id: "p1")
        for turn in 2...4 {
            try await scratch.cutConnections()
            try await scratch.put(["resourceType": "Patient"], id: "p\(turn)")
            try await scratch.cutConnections()
            let found = try await scratch.records.read(as: Self.client, at: 1, for: "test") {
                try $0.search(Query("Patient")).count
            }
            #expect(found == turn)
        }
    }

    @Test func `a statement that nobody waited for fails its own request alone`() async throws {
        let scratch = try await ScratchRecords.open(.postgres, staffed: false)
        let results = Noted<[Int: Bool]>([:])
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask {
                    do {
                        try await scratch.records.transaction { connection, _ in
                            try connection.send(
                                "INSERT INTO setting VALUES ($1, $2)", [.text("k\(number)"), .text("v")])
                            if number % 3 == 0 {
                                // The same key again: known only when it is waited for.
                                try connection.send(
                                    "INSERT INTO setting VALUES ($1, $2)", [.text("k\(number)"), .text("w")])
                            }
                        }
                        results.change { $0[number] = true }
                    } catch {
                        results.change { $0[number] = false }
                    }
                }
            }
        }
        for number in 0..<24 {
            #expect(results.now[number] == (number % 3 != 0))
            #expect(try await scratch.records.setting("k\(number)") == (number % 3 == 0 ? nil : "v"))
        }
    }

    @Test func `rows go in by arrays and by COPY alike`() async throws {
        let scratch = try await ScratchRecords.open(.postgres, staffed: false)
        for (round, count) in [3, 1_000].enumerated() {
            try await scratch.records.transaction { connection, _ in
                try connection.insert(
                    into: "index_number", columns: ["parameter", "low", "high", "rid"], count: count
                ) { position, writer in
                    writer.add(Int64(round))
                    writer.add(-Double.infinity)
                    writer.add(Double(position) + 0.1)
                    writer.add(Int64(position))
                }
                try connection.insert(
                    into: "resource",
                    columns: ["rid", "type", "id", "person", "version", "updated", "deleted", "source", "body"],
                    count: count
                ) { position, writer in
                    writer.add(Int64(round * 10_000 + position))
                    writer.add(Int64(-5))
                    writer.add("é\(round)-\(position)")
                    for _ in 0..<5 {
                        writer.add(Int64(0))
                    }
                    writer.add(position % 2 == 0 ? nil : [0, 255])
                }
            }
            let (low, high, empty, full) = try await scratch.records.engine.read { connection in
                func first<T>(_ sql: String, _ read: (any SQLRow) -> T?) throws -> T? {
                    try connection.first(sql, [], read)
                }
                return (
                    try first("SELECT min(low) FROM index_number") { $0.real(0) },
                    try first("SELECT max(high) FROM index_number WHERE parameter = \(round)") { $0.real(0) },
                    try first("SELECT count(*) FROM resource WHERE type = -5 AND body IS NULL") { $0.integer(0) },
                    try first("SELECT body FROM resource WHERE id = 'é\(round)-1'") { $0.bytes(0) }
                )
            }
            #expect(low == -Double.infinity)
            #expect(high == Double(count - 1) + 0.1)
            #expect(empty == (round == 0 ? 2 : 502))
            #expect(full == [0, 255])
        }
    }
}

extension ScratchRecords {
    /// Ends every connection of these records, as a restart of the database does.
    fileprivate func cutConnections() async throws {
        let end = "SELECT pg_terminate_backend(pg_backend_pid())"
        _ = try? await records.engine.read { try $0.run(end) }
        _ = try? await records.engine.write { try $0.run(end) }
    }
}
