import Access
import TestSupport
import Testing

@testable import Records

struct SecondFactorTests {
    private let now = ScratchRecords.now
    private let admin = Caller(account: "ada", name: "Ada", roles: [.administrator])

    /// An account with its password, whose phone has the secret.
    private func open(
        _ records: Records, _ secrets: SealedSecrets = .passing(), rules: SignInRules = SignInRules()
    ) async throws -> (accounts: Accounts, password: String, secret: [UInt8], codes: [String]) {
        let accounts = Accounts(records: records, rules: rules, secrets: secrets)
        let password = try await accounts.create(
            id: "sam", name: "Sam", roles: [.supervisor], mustChange: false, as: .system("test"), at: now)
        let account = try await accounts.signIn("sam", password: password, at: now)
        let secret = try await accounts.beginSecondFactor(of: account, at: now)
        #expect(try await accounts.beginSecondFactor(of: account, at: now) == secret)
        await #expect(throws: AccountFailure.wrongCode) {
            try await accounts.confirmSecondFactor(of: account, code: "000000x", at: now)
        }
        let codes = try await accounts.confirmSecondFactor(
            of: account, code: TOTP.code(secret, step: TOTP.step(at: now)), at: now)
        return (accounts, password, secret, codes)
    }

    @Test(arguments: Engines.all) func `a code is asked for once it is set up, and is good once`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let (accounts, password, secret, _) = try await open(records)
            for code in [nil, "", "123", "abcde-fghij"] as [String?] {
                await #expect(throws: AccountFailure.wrongPassword) {
                    try await accounts.signIn("sam", password: password, code: code, at: now)
                }
            }
            // The code that confirmed the set-up has been used.
            await #expect(throws: AccountFailure.wrongPassword) {
                try await accounts.signIn(
                    "sam", password: password, code: TOTP.code(secret, step: TOTP.step(at: now)), at: now)
            }
            let next = TOTP.code(secret, step: TOTP.step(at: now) + 1)
            let spaced = next.prefix(3) + " " + next.suffix(3)
            #expect(
                try await accounts.signIn("sam", password: password, code: String(spaced), at: now).hasSecondFactor)
            await #expect(throws: AccountFailure.wrongPassword) {
                try await accounts.signIn("sam", password: password, code: next, at: now)
            }
        }
    }

    @Test(arguments: Engines.all) func `a wrong password does not use a code up`(engine: TestEngine) async throws {
        try await ScratchRecords.with(engine) { records in
            let (accounts, password, secret, _) = try await open(records)
            let next = TOTP.code(secret, step: TOTP.step(at: now) + 1)
            await #expect(throws: AccountFailure.wrongPassword) {
                try await accounts.signIn("sam", password: "wrong", code: next, at: now)
            }
            _ = try await accounts.signIn("sam", password: password, code: next, at: now)
        }
    }

    @Test(arguments: Engines.all) func `each recovery code works once, and none from before the last renewal`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let (accounts, password, _, codes) = try await open(records)
            #expect(codes.count == 10 && Set(codes).count == 10)
            let account = try await accounts.signIn("sam", password: password, code: codes[3].uppercased(), at: now)
            #expect(try await accounts.recoveryCodesLeft(of: account) == 9)
            await #expect(throws: AccountFailure.wrongPassword) {
                try await accounts.signIn("sam", password: password, code: codes[3], at: now)
            }
            let fresh = try await accounts.renewRecoveryCodes(of: account, at: now)
            await #expect(throws: AccountFailure.wrongPassword) {
                try await accounts.signIn("sam", password: password, code: codes[4], at: now)
            }
            _ = try await accounts.signIn("sam", password: password, code: fresh[0], at: now)
        }
    }

    @Test(arguments: Engines.all)
    func `the database alone holds neither secret nor codes, and a seal opens for one account`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let secrets = SealedSecrets.passing()
            let (accounts, password, secret, codes) = try await open(records, secrets)
            let (sealed, mark) = try await records.engine.read { connection in
                (
                    try SecondFactor.find("sam", on: connection)?.sealed ?? [],
                    try connection.first("SELECT mark FROM recovery_code", []) { $0.bytes(0) } ?? []
                )
            }
            #expect(sealed.count > secret.count && !sealed.contains(secret))
            #expect(!codes.map(SecretText.hash).contains(mark))
            #expect(throws: SealedSecrets.CannotOpen.self) { try secrets.open(sealed, .secondFactor(of: "ruth")) }
            #expect(throws: SealedSecrets.CannotOpen.self) { try secrets.open(sealed, .recovery(of: "sam")) }
            // Another key fails closed: nobody comes in without the second factor.
            let other = Accounts(records: records, secrets: .passing())
            let next = TOTP.code(secret, step: TOTP.step(at: now) + 1)
            await #expect(throws: (any Error).self) {
                try await other.signIn("sam", password: password, code: next, at: now)
            }
            let none = Accounts(records: records)
            await #expect(throws: AccountFailure.noKey) {
                try await none.signIn("sam", password: password, code: next, at: now)
            }
            _ = try await accounts.signIn("sam", password: password, code: next, at: now)
        }
    }

    @Test(arguments: Engines.all)
    func `who must have one does not give it up, and an administrator takes a lost one away`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let (accounts, password, secret, _) = try await open(records, rules: SignInRules(enforced: .roles))
            let next = TOTP.code(secret, step: TOTP.step(at: now) + 1)
            let account = try await accounts.signIn("sam", password: password, code: next, at: now)
            let sessions = Sessions(records: records)
            let token = try await sessions.open(for: account, at: now)
            await #expect(throws: AccountFailure.secondFactorRequired) {
                try await accounts.removeSecondFactor(of: "sam", as: account.caller, at: now)
            }
            await #expect(throws: AccountFailure.forbidden) {
                let ruth = Caller(account: "ruth", name: "Ruth", roles: [.careManager])
                try await accounts.removeSecondFactor(of: "sam", as: ruth, at: now)
            }
            try await accounts.removeSecondFactor(of: "sam", as: admin, at: now)
            #expect(try await sessions.find(token, at: now) == nil)
            let again = try await accounts.signIn("sam", password: password, at: now)
            #expect(!again.hasSecondFactor && accounts.lacksSecondFactor(again))
        }
    }

    @Test(arguments: Engines.all) func `a proof is the password or an unused code`(engine: TestEngine) async throws {
        try await ScratchRecords.with(engine) { records in
            let (accounts, password, secret, _) = try await open(records)
            try await accounts.prove("sam", secret: password, at: now)
            let next = TOTP.code(secret, step: TOTP.step(at: now) + 1)
            try await accounts.prove("sam", secret: next, at: now)
            for wrong in [next, "wrong", ""] {
                await #expect(throws: AccountFailure.wrongPassword) {
                    try await accounts.prove("sam", secret: wrong, at: now)
                }
            }
        }
    }
}
