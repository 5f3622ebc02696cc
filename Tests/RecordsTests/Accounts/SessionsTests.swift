import Access
import TestSupport
import Testing

@testable import Records

struct SessionsTests {
    private let now = ScratchRecords.now

    private func account(_ records: Records, _ id: String = "sam") async throws -> Account {
        let accounts = Accounts(records: records)
        let password = try await accounts.create(
            id: id, name: id, roles: [.supervisor], mustChange: false, as: .system("test"), at: now)
        return try await accounts.signIn(id, password: password, at: now)
    }

    @Test(arguments: Engines.all) func `signing in ends the session that the browser came with`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let sessions = Sessions(records: records)
            let account = try await account(records)
            let before = try await sessions.open(for: account, at: now)
            let after = try await sessions.open(for: account, replacing: before, at: now)
            #expect(before != after)
            #expect(try await sessions.find(before, at: now) == nil)
            #expect(try await sessions.find(after, at: now) != nil)
        }
    }

    @Test(arguments: Engines.all) func `a proof lasts five minutes and gives the session another token`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let sessions = Sessions(records: records)
            let token = try await sessions.open(for: try await account(records), at: now)
            let opened = try #require(try await sessions.find(token, at: now))
            #expect(opened.isProved(at: now + 299_999) && !opened.isProved(at: now + 300_000))
            let later = now + 400_000
            let fresh = try #require(try await sessions.renew(token, at: later))
            #expect(try await sessions.find(token, at: later) == nil)
            let renewed = try #require(try await sessions.find(fresh, at: later))
            #expect(renewed.isProved(at: later) && renewed.csrf == opened.csrf && renewed.id == opened.id)
            #expect(try await sessions.renew(token, at: later) == nil)
        }
    }

    @Test(arguments: Engines.all) func `a locked session shows nothing until it is renewed, whatever time goes by`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let sessions = Sessions(records: records)
            let account = try await account(records)
            let token = try await sessions.open(for: account, at: now)
            let idle = now + Sessions.idleMilliseconds
            guard case .idle = try await sessions.standing(of: token, at: idle) else {
                Issue.record("not idle")
                return
            }
            try await sessions.lock(token, of: account, at: idle)
            for moment in [idle, idle + 3_600_000] {
                guard case .locked = try await sessions.standing(of: token, at: moment) else {
                    Issue.record("not locked")
                    return
                }
                #expect(try await sessions.find(token, at: moment) == nil)
            }
            let fresh = try #require(try await sessions.renew(token, at: idle + 3_600_000))
            #expect(try await sessions.find(fresh, at: idle + 3_600_000) != nil)
            #expect(try await sessions.find(fresh, at: now + Sessions.longestMilliseconds) == nil)
        }
    }

    @Test(arguments: Engines.all) func `one sees one's own sessions with their places and ends them`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let sessions = Sessions(records: records)
            let sam = try await account(records)
            let eva = try await account(records, "eva")
            let here = try await sessions.open(
                for: sam, from: .init(address: "10.0.0.1", browser: "Firefox on Linux"), at: now)
            let there = try await sessions.open(for: sam, from: .init(address: "10.0.0.2"), at: now + 1)
            let foreign = try await sessions.open(for: eva, at: now)
            let all = try await sessions.all(of: sam, at: now + 2)
            #expect(all.map(\.place.address) == ["10.0.0.2", "10.0.0.1"])
            #expect(all.last?.place.browser == "Firefox on Linux")
            let mine = try #require(try await sessions.find(here, at: now + 2))
            // An id of somebody else's session ends nothing.
            let evas = try #require(try await sessions.find(foreign, at: now + 2))
            try await sessions.end(id: evas.id, of: sam, at: now + 2)
            #expect(try await sessions.find(foreign, at: now + 2) != nil)
            try await sessions.endOthers(than: mine.id, of: sam, at: now + 2)
            #expect(try await sessions.find(there, at: now + 2) == nil)
            #expect(try await sessions.find(here, at: now + 2) != nil)
            try await sessions.end(id: mine.id, of: sam, at: now + 2)
            #expect(try await sessions.find(here, at: now + 2) == nil)
        }
    }

    @Test(arguments: Engines.all) func `the database holds no token`(engine: TestEngine) async throws {
        try await ScratchRecords.with(engine) { records in
            let token = try await Sessions(records: records).open(for: try await account(records), at: now)
            #expect(token.utf8.count == 43)
            let kept = try await records.engine.read { connection in
                try connection.first("SELECT token FROM session", []) { $0.bytes(0) } ?? []
            }
            #expect(kept == SecretText.hash(token))
        }
    }
}
