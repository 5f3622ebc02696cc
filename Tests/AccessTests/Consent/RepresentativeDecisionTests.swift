import Access
import Content
import FHIR
import Testing

struct RepresentativeDecisionTests {
    private static let now: Int64 = 1_795_190_400_000  // 2026-11-20T16:00Z

    private func consent(_ change: (inout JSON) -> Void = { _ in }) throws -> JSONNode {
        var consent: JSON = [
            "resourceType": "Consent", "status": "active",
            "category": [["coding": [["system": "urn:almoner:consent", "code": "representative"]]]],
            "provision": [
                "type": "permit", "period": ["start": "2026-01-01T00:00:00Z"],
                "actor": [["role": ["text": "Parent"], "reference": ["reference": "RelatedPerson/maria"]]],
            ],
        ]
        change(&consent)
        return try consent.document().root
    }

    private func open(
        _ consents: [JSONNode], born birth: String = "2011-05-05", who: String = "RelatedPerson/maria",
        at now: Int64 = RepresentativeDecisionTests.now
    ) throws -> Set<String> {
        let patient: JSON = ["resourceType": "Patient", "birthDate": .string(birth)]
        return RepresentativeDecision(
            consents, for: who, of: try patient.document().root, ages: try MinorRules(content: Content(folder: nil)),
            at: now
        ).open
    }

    private static let byBirth: [(birth: String, open: Set<String>)] = [
        ("2026-11-20", ["who", "child"]), ("2014-11-22", ["who", "child"]), ("2014-11-21", ["who", "adolescent"]),
        ("2011-05-05", ["who", "adolescent"]), ("2008-11-22", ["who", "adolescent"]), ("2008-11-21", []),
        ("1990-01-01", []), ("2015", []), ("2015-06", []),
    ]

    @Test(arguments: byBirth) func `how much is open follows from the age`(birth: String, open: Set<String>) throws {
        // It is 21 November already where on earth the day begins first.
        #expect(try self.open([consent()], born: birth) == open)
    }

    @Test func `nothing is open without a consent, for somebody else, or by a consent of another kind`() throws {
        #expect(try open([]) == [])
        #expect(try open([consent()], who: "RelatedPerson/bob") == [])
        for kind in ["proxy", "caregiver", "program"] {
            let other = try consent {
                $0["category"] = [["coding": [["system": "urn:almoner:consent", "code": .string(kind)]]]]
            }
            #expect(try open([other]) == [])
        }
    }

    @Test func `what has ended, is over, has not begun, or is not understood opens nothing`() throws {
        #expect(try open([consent { $0["status"] = "inactive" }]) == [])
        #expect(try open([consent { $0["provision"]?["period"] = ["end": "2026-11-19"] }]) == [])
        #expect(try open([consent { $0["provision"]?["period"] = ["start": "2026-12-01"] }]) == [])
        #expect(try open([consent { $0["provision"]?["provision"] = [["type": "deny"]] }]) == [])
        #expect(try open([consent { $0["provision"]?["actor"] = nil }]) == [])
        // One that was ended leaves another as it is, and one that says no closes all.
        #expect(try open([consent { $0["status"] = "inactive" }, consent()]) == ["who", "adolescent"])
        #expect(try open([consent(), consent { $0["provision"]?["type"] = "deny" }]) == [])
    }

    @Test func `a consent of staff lets nobody see what a grown person shares`() throws {
        let patient: JSON = ["resourceType": "Patient", "birthDate": "1990-01-01"]
        let ages = try MinorRules(content: Content(folder: nil))
        let root = try patient.document().root
        #expect(
            ProxyDecision([try consent()], for: "RelatedPerson/maria", of: root, ages: ages, at: Self.now).open == [])
    }
}
