import Access
import Records
import TestSupport
import Testing

struct TokensTests {
    @Test(arguments: Engines.all) func `a token opens what its scopes say until it is withdrawn`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.with(engine) { records in
            let tokens = Tokens(records: records)
            let token = try await tokens.create(
                client: "lab", scopes: "system/Observation.rs", panel: "Practitioner/ruth", as: .system("test"), at: 1)
            let caller = try await tokens.caller(bearer: token, at: 2)
            #expect(caller?.account == "client/lab" && caller?.panel == "Practitioner/ruth")
            #expect(caller?.scopes == Set(["system/Observation.rs"].compactMap { Scope($0) }))
            #expect(try await tokens.caller(bearer: token + "x", at: 2) == nil)
            try await tokens.end(client: "lab", as: .system("test"), at: 3)
            #expect(try await tokens.caller(bearer: token, at: 4) == nil)
        }
    }

    @Test(arguments: Engines.all) func `another process lets go of a withdrawn token within two seconds`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.with(engine) { records in
            let tokens = Tokens(records: records)
            let other = Tokens(records: records)
            let token = try await tokens.create(
                client: "lab", scopes: "system/*.rs", panel: nil, as: .system("test"), at: 1)
            #expect(try await other.caller(bearer: token, at: 10) != nil)
            try await tokens.end(client: "lab", as: .system("test"), at: 11)
            #expect(try await other.caller(bearer: token, at: 2_100) == nil)
        }
    }

    @Test(arguments: ["", "everything", "system/Patient.rs everything"])
    func `what is no scope makes no token`(scopes: String) async throws {
        try await ScratchRecords.with { records in
            await #expect(throws: AccountFailure.self) {
                try await Tokens(records: records).create(
                    client: "lab", scopes: scopes, panel: nil, as: .system("test"), at: 1)
            }
        }
    }

    @Test(arguments: Engines.all) func `only who manages accounts gives tokens`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        let ruth = scratch.caller
        await #expect(throws: AccountFailure.forbidden) {
            try await Tokens(records: scratch.records).create(
                client: "lab", scopes: "system/*.rs", panel: nil, as: ruth, at: 1)
        }
    }
}
