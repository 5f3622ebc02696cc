import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// Everything that changes accounts, sessions, clients, tokens, invitations and settings is in the audit, in the
/// transaction that changes it: an act whose row cannot be kept does not happen.
struct EveryActTests {
    /// What an act needs and leaves for the next one.
    private final class World {
        let scratch: ScratchRecords
        let accounts: Accounts
        let sessions: Sessions
        let clients: Clients
        let tokens: Tokens
        let invitations: Invitations
        let glass: BrokenGlass
        let now = ScratchRecords.now
        let admin = Caller(account: "ada", name: "Ada", roles: [.administrator]).at(address: "192.0.2.7")
        let head = Caller(
            account: "sue", name: "Sue", roles: [.supervisor], practitioner: "Practitioner/sue"
        ).at(address: "192.0.2.7")
        static let password = "walks to the church"
        var account: Account
        var session = ""
        var secret: [UInt8] = []
        var codes: [String] = []
        var client: Client?
        var token = ""
        var given: Invitations.Given?
        var opened = ""

        init(_ engine: TestEngine) async throws {
            scratch = try await ScratchRecords.open(engine)
            let records = scratch.records
            accounts = Accounts(records: records, secrets: .passing())
            sessions = Sessions(records: records)
            clients = Clients(records: records)
            tokens = Tokens(records: records)
            invitations = Invitations(records: records, accounts: accounts)
            glass = BrokenGlass(records: records)
            try await scratch.put(["resourceType": "Patient", "birthDate": "1948-03-14"], id: "dee")
            let once = try await accounts.create(
                id: "sam", name: "Sam", roles: [.careManager], mustChange: false, as: .system("test"), at: now)
            try await accounts.change(password: once, to: Self.password, of: "sam", at: now)
            account = try await accounts.signIn("sam", password: Self.password, from: "192.0.2.7", at: now)
            session = try await sessions.open(for: account, at: now)
            // As an earlier day left it.
            _ = try await sessions.open(for: account, at: now - 13 * 3_600_000)
        }

        func code(_ steps: Int64) -> String { TOTP.code(secret, step: TOTP.step(at: now) + steps) }
    }

    private struct Act {
        let name: String
        /// What the new rows say, one of them at least.
        let says: String
        let isSignedInTwice: Bool
        let run: (World) async throws -> Void

        init(
            _ name: String, _ says: String, isSignedInTwice: Bool = false,
            _ run: @escaping (World) async throws -> Void
        ) {
            self.name = name
            self.says = says
            self.isSignedInTwice = isSignedInTwice
            self.run = run
        }

        /// Somebody has to be signed in who is to be signed out; that they signed in has its row already.
        func prepare(_ world: World) async throws {
            if isSignedInTwice {
                world.session = try await world.sessions.open(for: world.account, at: world.now)
            }
        }
    }

    /// Every act, in an order in which each can be done.
    private static var acts: [Act] {
        [
            Act("an account is made", "made the account new with the roles pharmacist, provider") {
                _ = try await $0.accounts.create(
                    id: "new", name: "New", roles: [Role(rawValue: "provider"), Role(rawValue: "pharmacist")],
                    as: $0.admin, at: $0.now)
            },
            Act("somebody signs in", "signed in") {
                _ = try await $0.accounts.signIn("sam", password: World.password, from: "192.0.2.7", at: $0.now)
            },
            Act("a sign-in is refused", "sign-in refused") { world in
                await #expect(throws: (any Error).self) {
                    try await world.accounts.signIn("sam", password: "wrong", from: "192.0.2.7", at: world.now)
                }
            },
            Act("an old session is over", "signed out after the longest time") {
                _ = try await $0.sessions.open(for: $0.account, at: $0.now)
            },
            Act("another session takes the place of one", "signed out sam by signing in anew") {
                $0.session = try await $0.sessions.open(for: $0.account, replacing: $0.session, at: $0.now)
            },
            Act("a session locks", "session locked") {
                try await $0.sessions.lock($0.session, of: $0.account, at: $0.now)
            },
            Act("somebody proves to be there", "proved to be there") {
                try await $0.accounts.prove("sam", secret: World.password, from: "192.0.2.7", at: $0.now)
            },
            Act("a proof is refused", "proof refused") { world in
                await #expect(throws: (any Error).self) {
                    try await world.accounts.prove("sam", secret: "wrong", from: "192.0.2.7", at: world.now)
                }
            },
            Act("one's own session is ended", "ended one of the own sessions") { world in
                let id = try await world.sessions.all(of: world.account, at: world.now).last?.id
                try await world.sessions.end(id: id ?? "", of: world.account, at: world.now)
            },
            Act("one's other sessions are ended", "ended all other own sessions", isSignedInTwice: true) { world in
                try await world.sessions.endOthers(than: "none", of: world.account, at: world.now)
            },
            Act("somebody signs out", "signed out", isSignedInTwice: true) { world in
                try await world.sessions.end(world.session, of: world.account, because: "signed out", at: world.now)
            },
            Act("a second factor is begun", "began to set up a second factor") {
                $0.secret = try await $0.accounts.beginSecondFactor(of: $0.account, at: $0.now)
            },
            Act("a second factor is not confirmed", "second factor not confirmed") { world in
                await #expect(throws: (any Error).self) {
                    try await world.accounts.confirmSecondFactor(of: world.account, code: "x", at: world.now)
                }
            },
            Act("a second factor is confirmed", "set up a second factor") {
                $0.codes = try await $0.accounts.confirmSecondFactor(of: $0.account, code: $0.code(0), at: $0.now)
            },
            Act("recovery codes are made anew", "new recovery codes") {
                $0.codes = try await $0.accounts.renewRecoveryCodes(of: $0.account, at: $0.now)
            },
            Act("a recovery code is used", "used a recovery code") {
                _ = try await $0.accounts.signIn(
                    "sam", password: World.password, code: $0.codes.first, from: "192.0.2.7", at: $0.now)
            },
            Act("a second factor is taken away", "removed the second factor of sam", isSignedInTwice: true) {
                try await $0.accounts.removeSecondFactor(of: "sam", as: $0.admin, at: $0.now)
            },
            Act("one's own password is changed", "changed own password") {
                try await $0.accounts.change(
                    password: World.password, to: "walks to the market", of: "sam", from: "192.0.2.7", at: $0.now)
            },
            Act("a password is given anew", "new password for sam") {
                _ = try await $0.accounts.reset("sam", as: $0.admin, at: $0.now)
            },
            Act("an account is unlocked", "unlocked sam") {
                try await $0.accounts.unlock("sam", as: $0.admin, at: $0.now)
            },
            Act("an account is ended", "ended the account new") {
                try await $0.accounts.end("new", as: $0.admin, at: $0.now)
            },
            Act("a client is registered", "registered the client lab") { world in
                _ = try await world.clients.register(
                    ClientDraft(id: "lab", name: "Lab", scopes: "system/Patient.rs"), as: world.admin, at: world.now)
                world.client = try await world.clients.find("lab")?.at("192.0.2.7")
            },
            Act("a client gets another secret", "new secret of the client lab") {
                _ = try await $0.clients.renewSecret(of: "lab", as: $0.admin, at: $0.now)
            },
            Act("a client is refused", "client refused") { world in
                await #expect(throws: (any Error).self) {
                    try await world.clients.authenticate("lab", .wrong, from: "192.0.2.7", at: world.now)
                }
            },
            Act("a client gets a token", "token for itself") { world in
                guard let client = world.client else {
                    throw AccountFailure.forbidden
                }
                world.token = try await world.tokens.grant(client.scopes, to: client, at: world.now)
            },
            Act("a client gives its token back", "own token") { world in
                guard let client = world.client else {
                    throw AccountFailure.forbidden
                }
                try await world.tokens.revoke(world.token, of: client, at: world.now)
            },
            Act("a client is ended", "ended the client lab") {
                try await $0.clients.end("lab", as: $0.admin, at: $0.now)
            },
            Act("a token is made by hand", "token for tool") {
                _ = try await $0.tokens.create(
                    client: "tool", scopes: "system/Patient.rs", panel: nil, as: $0.admin, at: $0.now)
            },
            Act("tokens are withdrawn", "tokens of tool") {
                try await $0.tokens.end(client: "tool", as: $0.admin, at: $0.now)
            },
            Act("somebody is invited", "invitation to the portal") {
                $0.given = try await $0.invitations.invite("Patient/dee", of: "dee", as: $0.head, at: $0.now)
            },
            Act("an invitation is refused", "invitation refused") { world in
                await #expect(throws: (any Error).self) {
                    try await world.invitations.accept(
                        Self.answer(world, code: "nonsense"), from: "192.0.2.7", at: world.now)
                }
            },
            Act("an invitation is accepted", "account in the portal") { world in
                _ = try await world.invitations.accept(
                    Self.answer(world, code: world.given?.code ?? ""), from: "192.0.2.7", at: world.now)
            },
            Act("an account of the portal is ended", "ended an account of the portal") {
                try await PortalAccounts(records: $0.scratch.records).end("delores", of: "dee", as: $0.head, at: $0.now)
            },
            Act("an invitation is taken back", "took back an invitation") { world in
                _ = try await world.invitations.invite("Patient/dee", of: "dee", as: world.head, at: world.now)
                let open = try await world.invitations.open(of: "dee", as: world.head, at: world.now)
                try await world.invitations.end(open.first?.id ?? "", of: "dee", as: world.head, at: world.now)
            },
            Act("the glass is broken", "broke the glass") {
                $0.opened = try await $0.glass.open(
                    "dee", because: "a reason that is long", as: $0.account.caller, at: $0.now)
            },
            Act("a broken glass is reviewed", "reviewed a broken glass") {
                try await $0.glass.review($0.opened, conclusion: "it was right to do so", as: $0.head, at: $0.now)
            },
            Act("a setting is otherwise", "in force: --token-minutes") {
                try await $0.scratch.records.noteInForce(["--token-minutes": "9"], as: $0.admin, at: $0.now)
            },
        ]
    }

    private static func answer(_ world: World, code: String) -> Invitations.Answer {
        Invitations.Answer(
            token: world.given?.token ?? "", birth: [CalendarDay("1948-03-14")].compactMap(\.self), code: code,
            account: "delores", password: "walks by the river")
    }

    @Test(arguments: Engines.all) func `each act has its row, with the address it came from`(engine: TestEngine)
        async throws
    {
        let world = try await World(engine)
        for act in Self.acts {
            try await act.prepare(world)
            let before = try await Self.rows(world).count
            try await act.run(world)
            let new = try await Self.rows(world).dropFirst(before)
            #expect(new.contains { $0.detail.hasPrefix(act.says) }, "\(act.name): \(new.map(\.detail))")
            for row in new where row.detail != "signed out after the longest time" {
                #expect(row.address == "192.0.2.7", "\(act.name): \(row.detail)")
            }
        }
    }

    @Test(arguments: Engines.all) func `an act whose row cannot be kept does not happen`(engine: TestEngine)
        async throws
    {
        let world = try await World(engine)
        for act in Self.acts {
            try await act.prepare(world)
            let before = try await Self.state(world)
            try await Self.refuse(world, true)
            // A refusal is one either way.
            try? await act.run(world)
            try await Self.refuse(world, false)
            #expect(try await Self.state(world) == before, "\(act.name)")
            try await act.run(world)
            #expect(try await Self.rows(world).last?.detail.isEmpty == false)
        }
    }

    private struct Row {
        let detail: String
        let address: String
    }

    private static func rows(_ world: World) async throws -> [Row] {
        try await world.scratch.records.sealAudit()
        return try await world.scratch.records.engine.read { connection in
            var rows: [Row] = []
            try connection.rows("SELECT detail, address FROM audit ORDER BY lane, seq") {
                rows.append(Row(detail: $0.text(0) ?? "", address: $0.text(1) ?? ""))
            }
            return rows
        }
    }

    /// Makes the database refuse every row of the audit, or takes that back.
    private static func refuse(_ world: World, _ isOn: Bool) async throws {
        try await world.scratch.records.engine.write { connection in
            switch (connection.kind, isOn) {
            case (.sqlite, true):
                try connection.run(
                    script: "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
            case (.sqlite, false): try connection.run(script: "DROP TRIGGER full")
            case (.postgres, true):
                try connection.run(script: "ALTER TABLE audit ADD CONSTRAINT nothing CHECK (false) NOT VALID")
            case (.postgres, false): try connection.run(script: "ALTER TABLE audit DROP CONSTRAINT nothing")
            }
        }
    }

    /// All that acts change, as text.
    private static func state(_ world: World) async throws -> [String] {
        let tables: [(String, Int)] = [
            ("account", 7), ("session", 10), ("second_factor", 4), ("recovery_code", 2), ("client", 11), ("token", 8),
            ("invitation", 10), ("glass", 9), ("setting", 2), ("sign_in_limit", 4), ("used_assertion", 3),
        ]
        return try await world.scratch.records.engine.read { connection in
            var state: [String] = []
            for (table, width) in tables {
                try connection.rows("SELECT * FROM \(table)") { row in
                    state.append("\(table) \((0..<width).map { row.value($0) })")
                }
            }
            return state.sorted()
        }
    }
}
