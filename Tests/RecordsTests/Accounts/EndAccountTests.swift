import Access
import FHIR
import Records
import TestSupport
import Testing

struct EndAccountTests {
    private let now: Int64 = 1_795_255_200_000
    private let admin = Caller(account: "admin", name: "Admin", roles: [.administrator])

    private func accounts(_ scratch: ScratchRecords) async throws -> Accounts {
        let accounts = Accounts(records: scratch.records)
        for (id, role) in [("admin", Role.administrator), ("sam", .careManager)] {
            _ = try await accounts.create(id: id, name: id, roles: [role], as: .system("test"), at: now)
        }
        return accounts
    }

    @Test(arguments: Engines.all)
    func `an ended account is signed out, cannot sign in, and its person no longer works here`(engine: TestEngine)
        async throws
    {
        let scratch = try await ScratchRecords.open(engine)
        let accounts = try await accounts(scratch)
        let password = try await accounts.reset("sam", as: admin, at: now)
        let account = try await accounts.signIn("sam", password: password, at: now)
        let sessions = Sessions(records: scratch.records)
        let token = try await sessions.open(for: account, at: now)
        #expect(try await accounts.lastSeen(as: admin) == ["sam": now])
        try await accounts.end("sam", as: admin, at: now)
        #expect(try await sessions.find(token, at: now) == nil)
        await #expect(throws: AccountFailure.wrongPassword) {
            try await accounts.signIn("sam", password: password, at: now)
        }
        let works = try await scratch.records.read(as: admin, at: now, for: "test") {
            try $0.get("Practitioner", "sam").root["active"]?.bool
        }
        #expect(works == false)
    }

    @Test(arguments: Engines.all) func `nobody ends their own account or the last administrator`(engine: TestEngine)
        async throws
    {
        let scratch = try await ScratchRecords.open(engine)
        let accounts = try await accounts(scratch)
        await #expect(throws: AccountFailure.ownAccount) { try await accounts.end("admin", as: admin, at: now) }
        await #expect(throws: AccountFailure.lastAdministrator) {
            try await accounts.end("admin", as: .system("test"), at: now)
        }
    }

    @Test(arguments: Engines.all) func `a care manager ends nobody's account`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        let accounts = try await accounts(scratch)
        await #expect(throws: AccountFailure.forbidden) {
            try await accounts.end("sam", as: scratch.caller, at: now)
        }
    }
}
