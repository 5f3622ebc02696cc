import Access
import TestSupport
import Testing

@testable import Records

struct ClientsTests {
    private let now = ScratchRecords.now
    private let admin = Caller(account: "ada", name: "Ada", roles: [.administrator])

    private func draft(_ id: String = "lab", scopes: String = "system/*.rs", keys: String? = nil) -> ClientDraft {
        ClientDraft(id: id, name: "Laboratory", scopes: scopes, keys: keys)
    }

    @Test(arguments: Engines.all) func `a secret opens, a wrong one and an ended client do not`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let clients = Clients(records: records)
            let secret = try #require(try await clients.register(draft(), as: admin, at: now))
            let found = try await clients.authenticate("lab", .secret(secret), from: nil, at: now)
            #expect(found.id == "lab" && found.scopes.map(\.text) == ["system/*.rs"])
            for (id, proof) in [
                ("lab", ClientProof.secret("wrong")), ("nobody", .secret(secret)), ("lab", .wrong),
                ("lab", .assertion(jti: "1", until: now + 1)),
            ] {
                await #expect(throws: ClientRefusal.notKnown) {
                    try await clients.authenticate(id, proof, from: nil, at: now)
                }
            }
            let fresh = try #require(try await clients.renewSecret(of: "lab", as: admin, at: now))
            await #expect(throws: ClientRefusal.notKnown) {
                try await clients.authenticate("lab", .secret(secret), from: nil, at: now)
            }
            try await clients.end("lab", as: admin, at: now)
            await #expect(throws: ClientRefusal.notKnown) {
                try await clients.authenticate("lab", .secret(fresh), from: nil, at: now)
            }
        }
    }

    @Test(arguments: Engines.all) func `after eight failures even the right secret waits`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let clients = Clients(records: records)
            let secret = try #require(try await clients.register(draft(), as: admin, at: now))
            for _ in 0..<8 {
                _ = try? await clients.authenticate("lab", .wrong, from: nil, at: now)
            }
            await #expect(throws: ClientRefusal.lockedUntil(now + 600_000)) {
                try await clients.authenticate("lab", .secret(secret), from: nil, at: now)
            }
            _ = try await clients.authenticate("lab", .secret(secret), from: nil, at: now + 600_001)
        }
    }

    @Test func `an assertion counts once, on another process too`() async throws {
        let scratch = try await ScratchRecords.open(Engines.all.last ?? .sqlite)
        let other = Engines.all.contains(.postgres) ? try await scratch.again() : scratch.records
        let clients = Clients(records: scratch.records)
        _ = try await clients.register(draft(keys: "{}"), as: admin, at: now)
        let proof = ClientProof.assertion(jti: "once", until: now + 60_000)
        _ = try await clients.authenticate("lab", proof, from: nil, at: now)
        await #expect(throws: ClientRefusal.notKnown) {
            try await Clients(records: other).authenticate("lab", proof, from: nil, at: now + 59_000)
        }
        _ = try await clients.authenticate(
            "lab", .assertion(jti: "another", until: now + 60_000), from: nil, at: now)
        if Engines.all.contains(.postgres) {
            try other.close()
        }
    }

    @Test(arguments: Engines.all) func `a granted token ends by itself, by revocation, and with its client`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let clients = Clients(records: records)
            let tokens = Tokens(records: records)
            let other = Tokens(records: records)
            _ = try await clients.register(draft(), as: admin, at: now)
            let lab = try #require(try await clients.find("lab"))
            let scopes = try clients.scopes("system/Patient.rs")
            let short = try await tokens.grant(scopes, to: lab, at: now)
            #expect(try await tokens.caller(bearer: short, at: now + 299_999)?.account == "client/lab")
            #expect(try await tokens.caller(bearer: short, at: now + 300_000) == nil)
            let long = try await tokens.grant(scopes, to: lab, lasting: .max / 2, at: now)
            #expect(try await tokens.caller(bearer: long, at: now + Tokens.longestMilliseconds) == nil)

            let revoked = try await tokens.grant(scopes, to: lab, at: now)
            #expect(try await other.caller(bearer: revoked, at: now) != nil)
            try await tokens.revoke(revoked, of: lab, at: now)
            #expect(try await tokens.caller(bearer: revoked, at: now) == nil)
            #expect(try await other.caller(bearer: revoked, at: now + 2_001) == nil)
            #expect(try await tokens.facts(of: revoked, for: lab, at: now) == nil)

            let last = try await tokens.grant(scopes, to: lab, at: now)
            #expect(try await tokens.facts(of: last, for: lab, at: now)?.scopes == "system/Patient.rs")
            #expect(try await other.caller(bearer: last, at: now) != nil)
            try await clients.end("lab", as: admin, at: now)
            #expect(try await other.caller(bearer: last, at: now + 2_001) == nil)
            // A client that ended in between gets nothing that works.
            let late = try await tokens.grant(scopes, to: lab, at: now)
            #expect(try await tokens.caller(bearer: late, at: now) == nil)
        }
    }

    @Test(arguments: Engines.all) func `a token of another client is neither shown nor withdrawn`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let clients = Clients(records: records)
            let tokens = Tokens(records: records)
            for id in ["lab", "other"] {
                _ = try await clients.register(draft(id), as: admin, at: now)
            }
            let lab = try #require(try await clients.find("lab"))
            let other = try #require(try await clients.find("other"))
            let token = try await tokens.grant(lab.scopes, to: lab, at: now)
            #expect(try await tokens.facts(of: token, for: other, at: now) == nil)
            try await tokens.revoke(token, of: other, at: now)
            #expect(try await tokens.facts(of: token, for: lab, at: now) != nil)
        }
    }

    @Test(arguments: Engines.all) func `what does not fit is not registered`(engine: TestEngine) async throws {
        try await ScratchRecords.with(engine) { records in
            let clients = Clients(records: records)
            _ = try await clients.register(draft(), as: admin, at: now)
            await #expect(throws: ClientFailure.idTaken) { try await clients.register(draft(), as: admin, at: now) }
            await #expect(throws: ClientFailure.idUnfit) {
                try await clients.register(draft("a b"), as: admin, at: now)
            }
            await #expect(throws: ClientFailure.forbidden) {
                let ruth = Caller(account: "ruth", name: "Ruth", roles: [.careManager])
                _ = try await clients.register(draft("x1"), as: ruth, at: now)
            }
            for scopes in ["", "everything", "system/Patient.rs?colour=red", "system/Nothing.rs"] {
                await #expect(throws: ClientFailure.self) {
                    try await clients.register(draft("x2", scopes: scopes), as: admin, at: now)
                }
            }
            await #expect(throws: ClientFailure.panelUnknown) {
                var narrow = draft("x3")
                narrow.panel = "Practitioner/nobody"
                _ = try await clients.register(narrow, as: admin, at: now)
            }
        }
    }
}
