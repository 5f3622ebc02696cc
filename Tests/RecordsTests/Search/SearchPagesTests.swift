import Access
import FHIR
import Records
import TestSupport
import Testing

struct SearchPagesTests {
    private func observations(_ engine: TestEngine) async throws -> SearchProbe {
        let probe = try await SearchProbe.open(engine)
        for number in 0..<12 {
            try await probe.put(
                "Observation", "o\(number)",
                number == 5
                    ? ["status": "final", "code": ["coding": [["code": "x"]]]]
                    : [
                        "status": .string(number % 2 == 0 ? "final" : "amended"), "code": ["coding": [["code": "x"]]],
                        "effectiveDateTime": .string("2020-01-0\(1 + number / 4)"),
                        "subject": ["reference": .string("Patient/p\(number % 3)")],
                    ], at: Int64(1_000 + number))
        }
        return probe
    }

    @Test(arguments: Engines.all)
    func `pages of any size give the same matches in the same order`(engine: TestEngine) async throws {
        let probe = try await observations(engine)
        for search in [
            "Observation?code=x", "Observation", "Observation?_sort=date", "Observation?_sort=-date",
            "Observation?_sort=-date,status", "Observation?_sort=status,-_lastUpdated", "Observation?_sort=_id",
            "Observation?_sort=-_lastUpdated", "Observation?code=x&_sort=date", "Observation?status=final,amended",
            "Observation?patient=p1&_sort=-date", "?_type=Observation&_sort=-_lastUpdated", "?_type=Observation",
            "Observation?patient:missing=false&_sort=date,-_id",
        ] {
            let whole = try await probe.ids(search + (search.contains("?") ? "&" : "?") + "_count=100")
            for count in [1, 2, 5, 11] {
                let paged = try await probe.ids(search + (search.contains("?") ? "&" : "?") + "_count=\(count)")
                #expect(paged == whole, "\(search) by \(count)")
            }
            #expect(Set(whole).count == whole.count && !whole.isEmpty, "\(search)")
        }
        #expect(try await probe.ids("Observation?_sort=date").last == "o5")
        #expect(try await probe.ids("Observation?_sort=-date").last == "o5")
    }

    @Test(arguments: Engines.all)
    func `a page that was begun goes on where it was, whatever is written meanwhile`(engine: TestEngine) async throws {
        let probe = try await observations(engine)
        let first = try await probe.page("Observation?code=x&_count=4")
        #expect(first.matches.map(\.id) == ["o0", "o1", "o2", "o3"])
        try await probe.put("Observation", "o1", ["status": "final", "code": ["coding": [["code": "y"]]]])
        try await probe.put("Observation", "a-new", ["status": "final", "code": ["coding": [["code": "x"]]]])
        _ = try await probe.scratch.records.write(as: .system("test"), at: 5) { try $0.delete("Observation", "o3") }
        let second = try await probe.page("Observation?code=x&_count=4", after: first.next)
        #expect(second.matches.map(\.id) == ["o4", "o5", "o6", "o7"])
        let third = try await probe.page("Observation?code=x&_count=40", after: second.next)
        #expect(third.matches.map(\.id) == ["o8", "o9", "o10", "o11", "a-new"] && third.next == nil)
    }

    @Test(arguments: Engines.all)
    func `a mark that is garbage or of another search is refused`(engine: TestEngine) async throws {
        let probe = try await observations(engine)
        let next = try #require(try await probe.page("Observation?code=x&_count=2").next)
        for (search, mark) in [
            ("Observation?code=y&_count=2", next), ("Observation?code=x&_count=2", "x"),
            ("Observation?code=x&_count=2", String(next.dropLast())), ("Observation?code=x&_count=2", "A" + next),
            ("Observation?code=x&_count=2", String(repeating: "A", count: 100_000)),
            ("Observation?code=x&_count=2", "é"),
        ] {
            await #expect(throws: SearchRefusal.self) { try await probe.page(search, after: mark) }
        }
    }

    @Test(arguments: Engines.all)
    func `totals are counted when they are asked for`(engine: TestEngine) async throws {
        let probe = try await observations(engine)
        #expect(try await probe.page("Observation?code=x&_total=accurate&_count=1").total == 12)
        #expect(try await probe.page("Observation?status=final&patient=p1&_total=accurate").total == 2)
        #expect(try await probe.page("Observation?code=x").total == nil)
        let summary = try await probe.page("Observation?code=x&_summary=count")
        #expect(summary.total == 12 && summary.matches.isEmpty)
        #expect(try await probe.page("Observation?_count=0&status=amended,final").total == 12)
        #expect(try await probe.page("?_type=Observation,Patient&_total=accurate").total == 12)
    }

    @Test(arguments: Engines.all)
    func `includes follow references once each, in cycles too`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        try await probe.put("Organization", "top", ["name": "Top"])
        try await probe.put("Organization", "sub", ["name": "Sub", "partOf": ["reference": "Organization/top"]])
        try await probe.put("Organization", "top", ["name": "Top", "partOf": ["reference": "Organization/sub"]])
        try await probe.put("Patient", "p", ["managingOrganization": ["reference": "Organization/sub"]])
        try await probe.put(
            "Encounter", "e",
            ["status": "finished", "class": ["code": "AMB"], "subject": ["reference": "Patient/p"]])
        try await probe.put("Questionnaire", "q", ["status": "active", "url": "urn:q", "version": "2"])
        try await probe.put("QuestionnaireResponse", "r", ["status": "completed", "questionnaire": "urn:q|2"])
        func included(_ search: String) async throws -> [String] {
            try await probe.page(search).includes.map(\.reference)
        }
        #expect(try await included("Encounter?_include=Encounter:subject") == ["Patient/p"])
        #expect(try await included("Encounter?_include=Encounter:subject:Group") == [])
        #expect(try await included("Encounter?_include=Encounter:*") == ["Patient/p"])
        #expect(try await included("Encounter?_include=*") == ["Patient/p"])
        #expect(
            try await included("Encounter?_include=Encounter:subject&_include=Patient:organization") == ["Patient/p"])
        #expect(
            try await included(
                "Encounter?_include=Encounter:subject&_include:iterate=Patient:organization"
                    + "&_include:iterate=Organization:partof")
                == ["Patient/p", "Organization/sub", "Organization/top"])
        #expect(try await included("Patient?_revinclude=Encounter:patient") == ["Encounter/e"])
        #expect(try await included("Patient?_revinclude=*") == ["Encounter/e"])
        #expect(
            try await included("Organization?_id=top&_revinclude:iterate=Organization:partof") == ["Organization/sub"])
        #expect(
            try await included("QuestionnaireResponse?_include=QuestionnaireResponse:questionnaire")
                == ["Questionnaire/q"])
    }

    @Test(arguments: Engines.all)
    func `compartments hold what points to their owner`(engine: TestEngine) async throws {
        let probe = try await observations(engine)
        try await probe.put("Patient", "p1", ["gender": "male"])
        #expect(try await probe.ids("Patient/p1/Observation?status=final") == ["o4", "o10"])
        #expect(try await probe.ids("Patient/p1/*").sorted() == ["o1", "o10", "o4", "o7", "p1"])
        #expect(try await probe.ids("Patient/p1/Practitioner") == [])
        #expect(throws: SearchRefusal.self) { try probe.query("Organization/o/Patient") }
    }

    /// What is hidden changes neither matches nor their order, totals, chains, includes or marks.
    @Test(arguments: Engines.all)
    func `a narrow caller gets the same bytes with and without what is hidden from him`(engine: TestEngine) async throws
    {
        let without = try await panel(engine, hidden: false)
        let with = try await panel(engine, hidden: true)
        for search in [
            "Observation", "Observation?code=x", "Observation?code=x&_sort=-date&_count=2", "Observation?_sort=date",
            "Observation?patient.gender=female", "Observation?code=x&_total=accurate", "Patient?gender=female",
            "Patient?_has:Observation:patient:code=only-hidden", "Patient?_has:Observation:patient:code=x",
            "Patient?_revinclude=Observation:patient", "Observation?_include=Observation:patient&_count=3",
            "Observation?patient=hidden", "Observation?_id=h0",
            "?_type=Observation,Patient&_sort=-_lastUpdated&_count=2",
            "Observation?subject.name=secret", "Observation?code:not=y&_summary=count", "Patient/hidden/Observation",
            "Observation?_lastUpdated=gt1970&_count=1",
        ] {
            var marks: [String?] = [nil, nil]
            for round in 0..<3 {
                let pages = [
                    try await without.page(search, after: marks[0]), try await with.page(search, after: marks[1]),
                ]
                #expect(pages[0].matches.map(\.reference) == pages[1].matches.map(\.reference), "\(search) \(round)")
                #expect(pages[0].matches.map(\.body) == pages[1].matches.map(\.body))
                #expect(pages[0].includes.map(\.reference) == pages[1].includes.map(\.reference), "\(search)")
                #expect(pages[0].total == pages[1].total && pages[0].next == pages[1].next, "\(search) \(round)")
                marks = pages.map(\.next)
                if marks[0] == nil { break }
            }
        }
        #expect(try await with.ids("Observation").count == 4)
    }

    private func panel(_ engine: TestEngine, hidden: Bool) async throws -> SearchProbe {
        var probe = try await SearchProbe.open(engine)
        try await probe.put("Practitioner", "ruth", ["active": true])
        for number in 0..<6 where hidden || number % 3 != 0 {
            let person = number % 3 == 0 ? "hidden\(number == 0 ? "" : "3")" : "seen\(number)"
            try await probe.put(
                "Patient", person, ["gender": "female", "name": [["family": number % 3 == 0 ? "Secret" : "Open"]]],
                at: 10)
            if number % 3 != 0 {
                try await probe.put(
                    "EpisodeOfCare", "e\(number)",
                    [
                        "status": "active", "patient": ["reference": .string("Patient/" + person)],
                        "careManager": ["reference": "Practitioner/ruth"],
                    ], at: 20)
            }
            try await probe.put(
                "Observation", number % 3 == 0 ? "h\(number)" : "o\(9 - number)",
                [
                    "status": "final",
                    "code": ["coding": [["code": "x"], ["code": number % 3 == 0 ? "only-hidden" : "z"]]],
                    "subject": ["reference": .string("Patient/" + person)],
                    "effectiveDateTime": .string("2020-01-0\(1 + number / 2)"),
                ], at: 30)
        }
        let scope = try #require(Scope("system/*.rs"))
        probe.caller = Caller(
            account: "client", name: "Client", roles: [.client], scopes: [scope], panel: "Practitioner/ruth")
        return probe
    }
}
