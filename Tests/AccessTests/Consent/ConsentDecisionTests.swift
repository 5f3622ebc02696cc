import Access
import FHIR
import Testing

struct ConsentDecisionTests {
    private static let now: Int64 = 1_795_190_400_000  // 2026-11-20T16:00Z

    private func consent(_ change: (inout JSON) -> Void = { _ in }) throws -> ConsentReading {
        var consent: JSON = [
            "resourceType": "Consent", "status": "active",
            "category": [["coding": [["system": "urn:almoner:consent", "code": "part-2"]]]],
            "provision": ["type": "permit", "period": ["start": "2026-01-01T00:00:00Z"]],
        ]
        change(&consent)
        return ConsentReading(try consent.document().root)
    }

    private func isGiven(_ consents: ConsentReading...) -> Bool {
        ConsentDecision(consents, kind: "part-2", at: Self.now).isOpen
    }

    @Test func `a consent that holds discloses`() throws {
        #expect(isGiven(try consent()))
        #expect(!isGiven())
    }

    @Test func `a consent of another kind discloses nothing here`() throws {
        #expect(!ConsentDecision([try consent()], kind: "research", at: Self.now).isOpen)
    }

    @Test func `a consent that was taken back discloses nothing`() throws {
        #expect(!isGiven(try consent { $0["status"] = "inactive" }))
        #expect(!isGiven(try consent { $0["status"] = "entered-in-error" }))
        #expect(!isGiven(try consent { $0["status"] = "proposed" }))
    }

    @Test func `what is denied wins over what is permitted`() throws {
        #expect(!isGiven(try consent(), try consent { $0["provision"] = ["type": "deny"] }))
    }

    @Test func `a consent holds from its beginning to its end`() throws {
        let later = try consent { $0["provision"] = ["type": "permit", "period": ["start": "2026-12-01"]] }
        #expect(!isGiven(later))
        #expect(ConsentDecision([later], kind: "part-2", at: Self.now).until == 1_796_083_200_000)
        let ended = try consent { $0["provision"] = ["type": "permit", "period": ["end": "2026-11-19"]] }
        #expect(!isGiven(ended))
        let today = try consent { $0["provision"] = ["type": "permit", "period": ["end": "2026-11-20"]] }
        #expect(isGiven(today))
        #expect(ConsentDecision([today], kind: "part-2", at: Self.now).until == 1_795_219_200_000)
    }

    /// Fails closed: what cannot be understood permits nothing.
    @Test func `a consent that is not understood permits nothing`() throws {
        let odd: [JSON] = [
            ["type": "permit", "provision": [["type": "deny"]]], ["type": "permit", "data": [["meaning": "instance"]]],
            ["type": "permit", "purpose": [["code": "TREAT"]]], ["type": "allow"], ["period": ["start": "2026-01-01"]],
            ["type": "permit", "period": ["end": "whenever"]],
            ["type": "permit", "modifierExtension": [["url": "urn:x"]]],
            ["type": "permit", "class": [["code": "Observation"]]],
            ["type": "permit", "securityLabel": [["code": "R"]]], ["type": "permit", "dataPeriod": ["start": "2026"]],
            ["type": "permit", "action": [["text": "collect"]]], ["type": "permit", "unheardOf": true],
        ]
        for provision in odd {
            #expect(!isGiven(try consent { $0["provision"] = provision }), "\(provision)")
        }
        #expect(!isGiven(try consent { $0["provision"] = nil }))
        #expect(!isGiven(try consent { $0["modifierExtension"] = [["url": "urn:x"]] }))
        #expect(!isGiven(try consent { $0["status"] = nil }))
    }

    @Test func `a consent that is for somebody alone, or for something alone, is none for all`() throws {
        #expect(!isGiven(try consent { $0["provision"]?["actor"] = [["reference": ["reference": "Practitioner/a"]]] }))
        #expect(
            !isGiven(try consent { $0["provision"]?["code"] = [["coding": [["system": "urn:x", "code": "lab"]]]] }))
        #expect(!isGiven(try consent { $0["provision"]?["code"] = [["text": "Only my lab results"]] }))
    }

    @Test func `a no that is not understood is a no to all`() throws {
        let odd: [JSON] = [
            ["type": "deny", "class": [["code": "Observation"]]], ["type": "deny", "provision": [["type": "permit"]]],
            ["type": "deny", "code": [["text": "My lab results"]]], ["type": "deny", "period": ["start": "whenever"]],
            ["type": "deny", "actor": [["reference": ["reference": "Practitioner/a"]]]],
        ]
        for provision in odd {
            #expect(!isGiven(try consent(), try consent { $0["provision"] = provision }), "\(provision)")
        }
        #expect(
            isGiven(try consent(), try consent { ($0["status"], $0["provision"]) = ("inactive", ["type": "deny"]) }))
    }
}
