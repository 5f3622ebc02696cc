import Access
import TestSupport
import Testing

@testable import Records

struct SignInTests {
    private let now = ScratchRecords.now

    @Test(arguments: Engines.all) func `known, unknown, ended and locked names cost the same number of hashes`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let hashes = Noted(0)
            let accounts = Accounts(records: records) { password, hash in
                hashes.change { $0 += 1 }
                return await Password.verify(password, against: hash)
            }
            for id in ["sam", "eva", "admin"] {
                _ = try await accounts.create(
                    id: id, name: id, roles: [.administrator], as: .system("test"), at: now)
            }
            try await accounts.end("eva", as: .system("test"), at: now)
            var counts: [Int] = []
            for name in ["sam", "eva", "nobody", "x' OR '1'='1", String(repeating: "n", count: 5_000)] {
                let before = hashes.now
                await #expect(throws: AccountFailure.wrongPassword) {
                    try await accounts.signIn(name, password: "wrong", code: "123456", from: "10.0.0.1", at: now)
                }
                counts.append(hashes.now - before)
            }
            #expect(counts == [1, 1, 1, 1, 1])
            for name in ["sam", "nobody"] {
                for _ in 0..<7 {
                    _ = try? await accounts.signIn(name, password: "wrong", at: now)
                }
                let before = hashes.now
                await #expect(throws: AccountFailure.lockedUntil(now + 600_000)) {
                    try await accounts.signIn(name, password: "wrong", at: now)
                }
                #expect(hashes.now == before)
            }
        }
    }

    @Test(arguments: Engines.all) func `an administrator unlocks, and the right password counts again`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let accounts = Accounts(records: records)
            let admin = Caller(account: "ada", name: "Ada", roles: [.administrator])
            let password = try await accounts.create(
                id: "sam", name: "Sam", roles: [.supervisor], as: admin, at: now)
            for _ in 0..<8 {
                _ = try? await accounts.signIn("sam", password: "wrong", at: now)
            }
            await #expect(throws: AccountFailure.lockedUntil(now + 600_000)) {
                try await accounts.signIn("sam", password: password, at: now)
            }
            #expect(try await accounts.locked(as: admin, at: now) == ["sam": now + 600_000])
            await #expect(throws: AccountFailure.forbidden) {
                let ruth = Caller(account: "ruth", name: "Ruth", roles: [.careManager])
                try await accounts.unlock("sam", as: ruth, at: now)
            }
            try await accounts.unlock("sam", as: admin, at: now)
            #expect(try await accounts.signIn("sam", password: password, at: now).id == "sam")
        }
    }

    @Test(arguments: Engines.all) func `an address that tries many names is locked, and another one is not`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            // The hashing is left out: what is counted are failures.
            let accounts = Accounts(records: records) { _, _ in false }
            for turn in 0..<60 {
                await #expect(throws: AccountFailure.wrongPassword) {
                    try await accounts.signIn("name\(turn)", password: "x", from: "2001:db8::\(turn)", at: now)
                }
            }
            await #expect(throws: AccountFailure.lockedUntil(now + 600_000)) {
                try await accounts.signIn("other", password: "x", from: "2001:db8:0:0:ffff::1", at: now)
            }
            await #expect(throws: AccountFailure.wrongPassword) {
                try await accounts.signIn("other", password: "x", from: "2001:db8:0:1::1", at: now)
            }
            await #expect(throws: AccountFailure.wrongPassword) {
                try await accounts.signIn("other", password: "x", from: "2001:db8::1", at: now + 600_001)
            }
        }
    }

    @Test(arguments: Engines.all) func `a new password is long enough, no easy one, and signs out everywhere else`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let rules = SignInRules(passwords: PasswordRule(common: ["password"]))
            let accounts = Accounts(records: records, rules: rules)
            let sessions = Sessions(records: records)
            let first = try await accounts.create(
                id: "sam", name: "Samuel Ortiz", roles: [.careManager], as: .system("test"), at: now)
            let account = try await accounts.signIn("sam", password: first, at: now)
            let here = try await sessions.open(for: account, at: now)
            let there = try await sessions.open(for: account, at: now)
            for (new, failure) in [
                ("fourteen chars", AccountFailure.passwordTooShort), ("Password-2026!!!", .passwordEasy),
                ("samuel-ortiz-samuel", .passwordEasy), (first, .passwordTooShort),
            ] {
                await #expect(throws: failure) {
                    try await accounts.change(password: first, to: new, of: "sam", at: now)
                }
            }
            try await accounts.change(
                password: first, to: "walks to the church", of: "sam", keeping: here, at: now)
            #expect(try await sessions.find(here, at: now) != nil)
            #expect(try await sessions.find(there, at: now) == nil)
        }
    }

    @Test(arguments: Engines.all) func `what happens at the door is in the audit`(engine: TestEngine) async throws {
        try await ScratchRecords.with(engine) { records in
            let accounts = Accounts(records: records)
            let password = try await accounts.create(
                id: "sam", name: "Sam", roles: [.supervisor], as: .system("test"), at: now)
            let account = try await accounts.signIn("sam", password: password, at: now)
            let sessions = Sessions(records: records)
            let token = try await sessions.open(for: account, at: now)
            try await accounts.prove("sam", secret: password, at: now)
            try await sessions.lock(token, of: account, at: now)
            try await sessions.end(token, of: account, because: "signed out", at: now)
            for _ in 0..<8 {
                _ = try? await accounts.signIn("sam", password: "wrong", at: now)
            }
            let rows = try await records.engine.read { connection in
                var found: [String] = []
                try connection.rows("SELECT account, outcome, detail FROM audit WHERE action = 'S' ORDER BY lane, seq")
                {
                    found.append([$0.text(0), $0.text(1), $0.text(2)].map { $0 ?? "" }.joined(separator: " "))
                }
                return found
            }
            #expect(
                rows == [
                    "sam 0 signed in", "sam 0 proved to be there", "sam 0 session locked", "sam 0 signed out",
                ] + Array(repeating: "sam 8 sign-in refused", count: 8) + ["sam 8 locked account/sam"])
        }
    }
}
