import Access
import FHIR
import Records
import TestSupport
import Testing

/// A client whose scope has search parameters: what does not match is absent, whatever way leads there.
struct ScopeFilterTests {
    private func open(_ engine: TestEngine) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient", "name": [["family": "Okafor"]]], id: "p")
        for (id, category) in [("lab", "laboratory"), ("vital", "vital-signs"), ("none", nil)] {
            try await scratch.put(observation(category), id: id)
        }
        return scratch
    }

    private func observation(_ category: String?, id: String? = nil) -> JSON {
        .compact([
            "resourceType": "Observation", "id": id.map { .string($0) }, "status": "final",
            "code": ["coding": [["system": "urn:l", "code": "c"]]], "subject": ["reference": "Patient/p"],
            "category": category.map { [["coding": [["system": "urn:category", "code": .string($0)]]]] },
        ])
    }

    private func client(_ scopes: String, panel: String? = nil) -> Caller {
        Caller(
            account: "client/lab", name: "lab", roles: [.client],
            scopes: Set(scopes.split(separator: " ").compactMap { Scope(String($0)) }), panel: panel)
    }

    private let laboratory = "system/Observation.cruds?category=laboratory system/Patient.rs"

    private func search(_ scratch: ScratchRecords, _ caller: Caller, _ type: String, _ text: String) async throws
        -> (matches: [String], includes: [String], total: Int?)
    {
        let pairs = try SearchPairs.read(text.utf8)
        let query = try SearchParser(definitions: scratch.records.definitions).parse(pairs, in: .type(type), now: 0)
        let page = try await scratch.records.read(as: caller, at: 1, for: "test") { try $0.search(query) }
        return (page.matches.map(\.id), page.includes.map(\.id), page.total)
    }

    @Test(arguments: Engines.all) func `reads, versions and histories show only what matches`(engine: TestEngine)
        async throws
    {
        let scratch = try await open(engine)
        let caller = client(laboratory)
        try await scratch.put(observation("laboratory"), id: "lab", at: 5)
        let found = try await scratch.records.read(as: caller, at: 1, for: "test") { reader in
            (
                try ["lab", "vital", "none"].filter { try reader.text("Observation", $0) != nil },
                try ["lab", "vital"].filter { try reader.text("Observation", $0, version: 1) != nil },
                try reader.history(HistoryAsk(type: "Observation", limit: 10)).map(\.id)
            )
        }
        #expect(found.0 == ["lab"] && found.1 == ["lab"] && Set(found.2) == ["lab"])
    }

    @Test(
        arguments: Engines.all,
        [
            ("Observation", "", ["lab"]), ("Observation", "code=c", ["lab"]), ("Observation", "_id=vital", []),
            ("Observation", "category=vital-signs", []), ("Observation", "category:missing=true", []),
            ("Observation", "category:not=laboratory", []), ("Observation", "patient.name=okafor", ["lab"]),
            ("Observation", "_sort=-_lastUpdated", ["lab"]), ("Observation", "_sort=date", ["lab"]),
            ("Patient", "_has:Observation:patient:category=laboratory", ["p"]),
            ("Patient", "_has:Observation:patient:category=vital-signs", []),
            ("Patient", "_has:Observation:patient:_id=none", []),
        ] as [(String, String, [String])])
    func `no search finds what does not match`(engine: TestEngine, ask: (type: String, text: String, ids: [String]))
        async throws
    {
        let scratch = try await open(engine)
        let found = try await search(scratch, client(laboratory), ask.type, ask.text + "&_total=accurate")
        #expect(found.matches == ask.ids && found.total == ask.ids.count)
        // The same asked by somebody who sees all finds more or is about what is open to both.
        let all = try await search(scratch, .system("test"), ask.type, ask.text)
        #expect(Set(all.matches).isSuperset(of: ask.ids))
    }

    @Test(arguments: Engines.all) func `what is included has to match too`(engine: TestEngine) async throws {
        let scratch = try await open(engine)
        let found = try await search(scratch, client(laboratory), "Patient", "_revinclude=Observation:patient")
        #expect(found.matches == ["p"] && found.includes == ["lab"])
    }

    @Test(arguments: Engines.all) func `one of several scopes is enough, and a panel still holds`(engine: TestEngine)
        async throws
    {
        let scratch = try await open(engine)
        let two = "system/Observation.rs?category=laboratory system/Observation.rs?category=vital-signs"
        #expect(try await Set(search(scratch, client(two), "Observation", "").matches) == ["lab", "vital"])
        let both = "system/Observation.rs?category=laboratory&code=other"
        #expect(try await search(scratch, client(both), "Observation", "").matches == [])
        let ruths = client(laboratory, panel: "Practitioner/ruth")
        #expect(try await search(scratch, ruths, "Observation", "").matches == [])
        try await scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                "careManager": ["reference": "Practitioner/ruth"],
            ], id: "e")
        #expect(try await search(scratch, ruths, "Observation", "").matches == ["lab"])
    }

    @Test(arguments: Engines.all) func `what is written has to match before and after`(engine: TestEngine)
        async throws
    {
        let scratch = try await open(engine)
        let caller = client(laboratory)
        let made = try await scratch.records.write(as: caller, at: 1) { try $0.create(observation("laboratory")) }
        #expect(made.version == 1)
        let refused: [@Sendable (Change) throws -> Void] = [
            { _ = try $0.create(observation("vital-signs")) },
            { _ = try $0.create(observation(nil)) },
            { _ = try $0.update(observation("laboratory", id: "vital"), ifVersion: nil) },
            { _ = try $0.update(observation("vital-signs", id: "lab"), ifVersion: nil) },
            { _ = try $0.update(observation("laboratory", id: "own-id"), ifVersion: nil) },
        ]
        for change in refused {
            await #expect {
                try await scratch.records.write(as: caller, at: 1, change)
            } throws: { error in
                if case RecordsFailure.forbidden = error { true } else { false }
            }
        }
        let gone = try await scratch.records.write(as: caller, at: 1) { change in
            (try change.delete("Observation", "vital") != nil, try change.delete("Observation", "lab") != nil)
        }
        #expect(gone == (false, true))
    }

    @Test(arguments: Engines.all) func `the directory can be narrowed although it is about nobody`(engine: TestEngine)
        async throws
    {
        let scratch = try await open(engine)
        try await scratch.put(["resourceType": "Organization", "name": "Lake"], id: "lake")
        try await scratch.put(["resourceType": "Organization", "name": "Hill"], id: "hill")
        let found = try await search(scratch, client("system/Organization.rs?name=lake"), "Organization", "")
        #expect(found.matches == ["lake"])
    }

    @Test(arguments: [
        "system/Observation.rs?colour=red", "system/Observation.rs?patient.name=x", "system/Observation.rs?_count=1",
        "system/Observation.rs?_has:Provenance:target:agent=x", "system/Observation.rs?_sort=date",
        "system/Observation.rs?_include=Observation:subject", "system/Observatoin.rs",
        "system/Observation.rs?date=never",
        "system/Observation.rs?code=%zz", "system/Observation.rs?&", "system/Observation.rs?_lastUpdated=gt2020",
    ])
    func `a filter that cannot be enforced is refused`(text: String) throws {
        let scope = try #require(Scope(text))
        let definitions = try ScratchRecords.definitions()
        #expect(throws: SearchRefusal.self) { try ScopeFilter.check(scope, definitions) }
    }

    @Test(arguments: Engines.all) func `a filter that is not understood opens nothing`(engine: TestEngine)
        async throws
    {
        let scratch = try await open(engine)
        let found = try await search(scratch, client("system/Observation.rs?colour=red"), "Observation", "")
        #expect(found.matches == [])
    }
}
