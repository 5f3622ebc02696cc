import Access
import Content
import FHIR
import Testing

struct ProxyDecisionTests {
    private static let now: Int64 = 1_795_190_400_000  // 2026-11-20T16:00Z

    private func consent(_ change: (inout JSON) -> Void = { _ in }) throws -> JSONNode {
        var consent: JSON = [
            "resourceType": "Consent", "status": "active",
            "category": [["coding": [["system": "urn:almoner:consent", "code": "proxy"]]]],
            "provision": [
                "type": "permit", "period": ["start": "2026-01-01T00:00:00Z", "end": "2026-12-31"],
                "actor": [["role": ["text": "Caregiver"], "reference": ["reference": "RelatedPerson/anna"]]],
                "code": [["coding": [["system": "urn:almoner:share", "code": "plan"]]]],
            ],
        ]
        change(&consent)
        return try consent.document().root
    }

    private func patient(_ birth: JSON? = "1948-03-14", died: Bool = false) throws -> JSONNode {
        try JSON.compact([
            "resourceType": "Patient", "birthDate": birth, "deceasedBoolean": died ? true : nil,
        ]).document().root
    }

    private func open(_ consents: [JSONNode], of patient: JSONNode? = nil, at now: Int64 = ProxyDecisionTests.now)
        throws -> Set<String>
    {
        ProxyDecision(
            consents, for: "RelatedPerson/anna", of: try patient ?? self.patient(), ages: MinorRules(), at: now
        ).open
    }

    private func sharing(_ codes: [String], system: JSON = "urn:almoner:share") throws -> JSONNode {
        try consent { consent in
            consent["provision"]?["code"] = .array(
                codes.map { ["coding": [["system": system, "code": .string($0)]]] })
        }
    }

    @Test func `what the person names is open, and whose it is`() throws {
        #expect(try open([consent()]) == ["who", "plan"])
        #expect(try open([consent(), sharing(["medicines"])]) == ["who", "plan", "medicines"])
        #expect(try open([]) == [])
    }

    @Test func `private things are open only beside what is named`() throws {
        #expect(try open([sharing(["plan", "sensitive"])]) == ["who", "plan", "plan-sensitive"])
        #expect(try open([sharing(["sensitive"])]) == [])
    }

    @Test func `a code that is made up to look like more opens nothing more`() throws {
        #expect(try open([sharing(["plan-sensitive"])]) == [])
        #expect(try open([sharing(["plan"], system: "urn:other")]) == [])
    }

    @Test func `what is taken back, over, or not begun opens nothing`() throws {
        #expect(try open([consent { $0["status"] = "inactive" }]) == [])
        #expect(try open([consent()], at: Self.now + 60 * 86_400_000) == [])
        #expect(try open([consent()], at: 1_700_000_000_000) == [])
    }

    @Test func `a consent for somebody else, for two, or with an exception opens nothing`() throws {
        #expect(
            ProxyDecision(
                [try consent()], for: "RelatedPerson/bob", of: try patient(), ages: MinorRules(), at: Self.now
            ).open == [])
        let two = try consent { consent in
            consent["provision"]?["actor"] = .array(
                ["anna", "bob"].map { ["reference": ["reference": .string("RelatedPerson/\($0)")]] })
        }
        #expect(try open([two]) == [])
        #expect(try open([consent { $0["provision"]?["provision"] = [["type": "deny"]] }]) == [])
        #expect(
            try open([
                consent { $0["category"] = [["coding": [["system": "urn:almoner:consent", "code": "caregiver"]]]] }
            ]) == [])
    }

    @Test func `a denial closes all`() throws {
        #expect(try open([consent(), consent { $0["provision"]?["type"] = "deny" }]) == [])
    }

    @Test func `nobody is let in by a child, by the dead, or by who was born on an unknown day`() throws {
        #expect(try open([consent()], of: patient("2010-01-01")) == [])
        #expect(try open([consent()], of: patient("2008-11-20")) == ["who", "plan"])
        #expect(try open([consent()], of: patient("2008-11-21")) == [])
        #expect(try open([consent()], of: patient(nil)) == [])
        #expect(try open([consent()], of: patient("1948")) == [])
        #expect(try open([consent()], of: patient(died: true)) == [])
    }

    @Test func `the ages are content, and a wrong one is told`() throws {
        #expect(try MinorRules(content: Content(folder: nil)).majority == 18)
    }
}
