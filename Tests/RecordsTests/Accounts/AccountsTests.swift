import Access
import Records
import TestSupport
import Testing

struct AccountsTests {
    private static let admin = Caller.system("test")

    @Test(arguments: Engines.all) func `the first password works once and must be changed`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let accounts = Accounts(records: records)
            let password = try await accounts.create(
                id: "ruth", name: "Ruth Adeyemi, RN", roles: [.careManager], as: Self.admin, at: 1)
            let account = try await accounts.signIn("ruth", password: password, at: 2)
            #expect(account.mustChangePassword)
            try await accounts.change(password: password, to: "walks to the church", of: "ruth", at: 3)
            #expect(try await !accounts.signIn("ruth", password: "walks to the church", at: 4).mustChangePassword)
            await #expect(throws: AccountFailure.wrongPassword) {
                try await accounts.signIn("ruth", password: password, at: 5)
            }
        }
    }

    @Test(arguments: Engines.all) func `an unknown account is refused like a wrong password`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            await #expect(throws: AccountFailure.wrongPassword) {
                try await Accounts(records: records).signIn("nobody", password: "x", at: 1)
            }
        }
    }

    @Test(arguments: Engines.all) func `eight wrong passwords lock for ten minutes, then it heals`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let accounts = Accounts(records: records)
            let password = try await accounts.create(
                id: "sam", name: "Sam", roles: [.supervisor], as: Self.admin, at: 1)
            for turn in 0..<8 {
                await #expect(throws: AccountFailure.wrongPassword) {
                    try await accounts.signIn("sam", password: "wrong", at: Int64(turn))
                }
            }
            await #expect(throws: AccountFailure.self) { try await accounts.signIn("sam", password: password, at: 100) }
            #expect(try await accounts.signIn("sam", password: password, at: 11 * 60_000).id == "sam")
        }
    }

    @Test(arguments: Engines.all) func `a session ends after fifteen minutes without work`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let accounts = Accounts(records: records)
            let password = try await accounts.create(
                id: "sam", name: "Sam", roles: [.supervisor], as: Self.admin, at: 1)
            let account = try await accounts.signIn("sam", password: password, at: 2)
            let sessions = Sessions(records: records)
            let token = try await sessions.open(for: account, at: 0)
            #expect(try await sessions.find(token, at: 14 * 60_000)?.account.id == "sam")
            #expect(try await sessions.find(token, at: 28 * 60_000)?.account.id == "sam")
            #expect(try await sessions.find(token, at: 44 * 60_000) == nil)
            #expect(try await sessions.find("guess", at: 1) == nil)
        }
    }

    @Test(arguments: Engines.all) func `only an administrator makes accounts`(engine: TestEngine) async throws {
        try await ScratchRecords.with(engine) { records in
            let nurse = Caller(account: "ruth", name: "Ruth", roles: [.careManager])
            await #expect(throws: AccountFailure.forbidden) {
                try await Accounts(records: records).create(
                    id: "x1", name: "X", roles: [.careManager], as: nurse, at: 1)
            }
        }
    }
}
