import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// 42 CFR Part 2: present with consent, absent without, gone after revocation.
struct DisclosureTests {
    private static let now = ScratchRecords.now
    private static let day: Int64 = 86_400_000

    private func consent(until: Int64? = nil) -> JSON {
        [
            "resourceType": "Consent", "status": "active", "patient": ["reference": "Patient/p"],
            "scope": ["text": "Privacy"],
            "category": [["coding": [["system": "urn:almoner:consent", "code": "part-2"]]]],
            "policyRule": ["text": "As told"],
            "provision": .compact([
                "type": "permit",
                "period": .compact([
                    "start": .string(FHIRDate.instant(Self.now - 10)),
                    "end": until.map { .string(FHIRDate.instant($0)) },
                ]),
            ]),
        ]
    }

    private static let record: JSON = {
        var record = LabelTests.condition("F11.20")
        record["meta"] = [
            "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"]]
        ]
        return record
    }()

    private func sees(_ scratch: ScratchRecords, _ caller: Caller? = nil) async throws -> Bool {
        try await scratch.records.read(as: caller ?? scratch.caller, at: Self.now, for: "test") { reader in
            let found = try reader.find("Condition", "c") != nil
            let listed = try !reader.person("p", ["Condition"]).all("Condition").isEmpty
            #expect(found == listed)
            return found
        }
    }

    @Test(arguments: Engines.all)
    func `Part 2 records are open while the person agrees, and what comes later with them`(engine: TestEngine)
        async throws
    {
        let scratch = try await LabelTests.open(engine)
        try await scratch.put(Self.record, id: "c", at: Self.now)
        #expect(try await !sees(scratch))
        try await scratch.put(consent(), id: "yes", at: Self.now)
        #expect(try await sees(scratch))
        // A version that comes later is open too.
        try await scratch.put(Self.record, id: "c", at: Self.now)
        #expect(try await sees(scratch))
        var ended = consent()
        ended["status"] = "inactive"
        try await scratch.put(ended, id: "yes", at: Self.now)
        #expect(try await !sees(scratch))
    }

    @Test(arguments: Engines.all)
    func `a consent that is removed discloses nothing more`(engine: TestEngine) async throws {
        let scratch = try await LabelTests.open(engine)
        try await scratch.put(consent(), id: "yes", at: Self.now)
        try await scratch.put(Self.record, id: "c", at: Self.now)
        #expect(try await sees(scratch))
        _ = try await scratch.records.write(as: .system("test"), at: Self.now) { try $0.delete("Consent", "yes") }
        #expect(try await !sees(scratch))
    }

    @Test(arguments: Engines.all)
    func `a consent that has an end closes by itself when the clock comes to it`(engine: TestEngine) async throws {
        let scratch = try await LabelTests.open(engine)
        try await scratch.put(consent(until: Self.now + Self.day), id: "yes", at: Self.now)
        try await scratch.put(Self.record, id: "c", at: Self.now)
        #expect(try await scratch.records.settleDisclosure(at: Self.now + Self.day - 1) == 0)
        #expect(try await sees(scratch))
        #expect(try await scratch.records.settleDisclosure(at: Self.now + Self.day) == 1)
        #expect(try await !sees(scratch))
        #expect(try await scratch.records.settleDisclosure(at: Self.now + 2 * Self.day) == 0)
    }

    @Test(arguments: Engines.all)
    func `a consent with an exception that is not understood discloses nothing`(engine: TestEngine) async throws {
        let scratch = try await LabelTests.open(engine)
        try await scratch.put(Self.record, id: "c", at: Self.now)
        var odd = consent()
        odd["provision"]?["provision"] = [["type": "deny"]]
        try await scratch.put(odd, id: "yes", at: Self.now)
        #expect(try await !sees(scratch))
    }

    @Test(arguments: Engines.all)
    func `the programme that made the records needs no consent, and nobody outside a part of it`(
        engine: TestEngine
    ) async throws {
        let scratch = try await LabelTests.open(engine)
        try await scratch.put(Self.record, id: "c", at: Self.now)
        let therapist = Caller(
            account: "chi", name: "Chi", roles: [Role(rawValue: "behavioural-health")], practitioner: "Practitioner/chi"
        )
        #expect(try await sees(scratch, therapist))
        let worker = Caller(
            account: "chi", name: "Chi", roles: [Role(rawValue: "community-health-worker")],
            practitioner: "Practitioner/chi")
        try await scratch.put(consent(), id: "yes", at: Self.now)
        #expect(try await !sees(scratch, worker))
    }

    @Test(arguments: Engines.all)
    func `an import closes and opens in the order of the whole, not of its lines`(engine: TestEngine) async throws {
        let scratch = try await LabelTests.open(engine)
        var (record, yes) = (Self.record, consent())
        record["id"] = "c"
        yes["id"] = "yes"
        let batch = try [record, yes].map { try scratch.records.prepare($0.document()) }
        _ = try await scratch.records.store(
            batch, from: "file", as: .system("import"), at: Self.now, origin: "test")
        #expect(try await sees(scratch))
    }

    @Test(arguments: Engines.all)
    func `a broken glass opens one person for an hour, and its review needs a conclusion`(
        engine: TestEngine
    ) async throws {
        let scratch = try await LabelTests.open(engine)
        let glass = BrokenGlass(records: scratch.records)
        try await scratch.put(Self.record, id: "c", at: Self.now)
        await #expect(throws: GlassFailure.reasonMissing) {
            try await glass.open("p", because: "why", as: scratch.caller, at: Self.now)
        }
        let worker = Caller(account: "chi", name: "Chi", roles: [Role(rawValue: "community-health-worker")])
        await #expect(throws: AccountFailure.forbidden) {
            try await glass.open("p", because: "found unconscious", as: worker, at: Self.now)
        }
        let id = try await glass.open("p", because: "found unconscious", as: scratch.caller, at: Self.now)
        var opened = scratch.caller
        opened.opened = try await glass.people(of: "ruth", at: Self.now + BrokenGlass.milliseconds - 1)
        #expect(opened.opened == ["p"])
        #expect(try await sees(scratch, opened))
        #expect(try await glass.people(of: "ruth", at: Self.now + BrokenGlass.milliseconds).isEmpty)
        #expect(try await glass.waiting() == 1)

        let boss = Caller(account: "sam", name: "Sam", roles: [.supervisor])
        await #expect(throws: GlassFailure.conclusionMissing) {
            try await glass.review(id, conclusion: "ok", as: boss, at: Self.now)
        }
        await #expect(throws: AccountFailure.forbidden) {
            try await glass.review(id, conclusion: "It was needed.", as: scratch.caller, at: Self.now)
        }
        try await glass.review(id, conclusion: "It was needed.", as: boss, at: Self.now)
        #expect(try await glass.people(of: "ruth", at: Self.now).isEmpty, "a review ends it")
        #expect(try await glass.waiting() == 0)
        await #expect(throws: GlassFailure.alreadyReviewed) {
            try await glass.review(id, conclusion: "It was needed.", as: boss, at: Self.now)
        }
    }
}
