import Access
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

@Suite struct ScorePersonTests {
    let now = RecordedPerson.now

    private func stored() async throws -> (ScratchRecords, RiskRules) {
        let rules = try #require(RecordedPerson.rules)
        let scratch = try await ScratchRecords.open()
        for (id, resource) in RecordedPerson.all {
            try await scratch.put(resource, id: id)
        }
        return (scratch, rules)
    }

    @discardableResult
    private func score(_ scratch: ScratchRecords, _ rules: RiskRules, at now: Int64) async throws -> Resource? {
        try await scratch.records.write(as: .system("test"), at: now) { change in
            try ScorePerson(RecordedPerson.id, rules: rules).perform(in: change)
        }
    }

    @Test func `a person worked by hand gets her scores with their reasons`() async throws {
        let (scratch, rules) = try await stored()
        let resource = try #require(try await score(scratch, rules, at: now))
        #expect(resource.id == "risk-delores")
        let risk = try #require(StoredRisk(resource))
        func model(_ name: String) throws -> StoredRisk.Model { try #require(risk.models.first { $0.model == name }) }
        func measure(_ name: String) -> String? { risk.measures.first { $0.measure == name }?.value }

        // Charlson, 1987: heart failure 1, diabetes with complications 2.
        let charlson = try model("charlson-original")
        #expect(charlson.score == "3")
        #expect(charlson.drivers.map(\.code) == ["E11.22", "I50.9"])
        #expect(charlson.drivers.map(\.weight) == ["2", "1"])
        // 78 years: 3 points more.
        #expect(charlson.ageAdjusted == "6")
        // Pneumonia of 2016 is neither chronic nor of the last 24 months: no model sees it.
        #expect(!risk.models.contains { $0.drivers.contains { $0.code == "J18.9" } })
        #expect(charlson.notCounted.map(\.code) == ["59621000"])
        #expect(
            risk.models.map(\.model) == [
                "charlson-original", "charlson-quan2011", "elixhauser-vanwalraven", "hfrs", "cms-hcc-v24",
                "cms-hcc-v28",
            ])
        #expect(!risk.models.contains { $0.version.isEmpty })
        let v28 = try model("cms-hcc-v28")
        #expect(v28.drivers.contains { $0.category == "HCC37" && $0.code == "E11.22" })

        #expect(measure("admissions") == "2")
        // The emergency visit became a stay.
        #expect(measure("ed_visits") == "0")
        #expect(measure("abnormal_screens") == "1")
        #expect(measure("social_needs") == "1")
        #expect(risk.measures.first { $0.measure == "abnormal_screens" }?.details == ["PHQ-9 14"])
        // Stay of five days 4, acute 3, comorbidity 5 (heart failure 2, diabetes with complications 2), emergency 0.
        #expect(measure("lace") == "12")
        #expect(risk.tier == .complex)
        #expect(risk.reasons == ["LACE 12 (10 or more) and 2 hospital stays in 12 months (2 or more)"])
        #expect(risk.informs.contains { $0.contains("V28") })
        #expect(risk.basis.contains("Encounter/e2") && risk.basis.contains("Observation/o2"))
        #expect(!risk.basis.contains("Encounter/e4") && !risk.basis.contains("Observation/o3"))
    }

    @Test func `scoring again writes nothing when only the time has passed`() async throws {
        let (scratch, rules) = try await stored()
        let first = try #require(try await score(scratch, rules, at: now))
        let again = try #require(try await score(scratch, rules, at: now + 3_600_000))
        #expect(again.version == first.version)
        #expect(StoredRisk(again)?.at == now)
        try await scratch.put(RecordedPerson.condition("N18.4", from: "2026-01-01"), id: "c9")
        let changed = try #require(try await score(scratch, rules, at: now + 7_200_000))
        #expect(changed.version == first.version + 1)
    }

    @Test func `who has died keeps what was known`() async throws {
        let (scratch, rules) = try await stored()
        try await score(scratch, rules, at: now)
        var patient = RecordedPerson.patient()
        patient["deceasedDateTime"] = "2026-11-20"
        try await scratch.put(patient, id: RecordedPerson.id)
        #expect(try await score(scratch, rules, at: now + 1) == nil)
    }

    @Test func `scoring everyone gives what scoring each gives, once`() async throws {
        let (scratch, rules) = try await stored()
        try await scratch.put(RecordedPerson.patient(family: "Young", birth: "2000-01-01"), id: "young")
        let population = ScorePopulation(records: scratch.records, rules: rules)
        #expect(try await population.run(at: now) == .init(people: 2, scored: 2, written: 2))
        #expect(try await population.run(at: now + 1) == .init(people: 2, scored: 2, written: 0))
        let one = try #require(try await score(scratch, rules, at: now + 2))
        #expect(one.version == 1)
    }

    @Test func `a payment score alone never raises the tier`() throws {
        let rules = try #require(RecordedPerson.rules)
        let decision = rules.policy.decide(
            TierFacts([.age: Thousandths(whole: 70)], cmsHCCV28: Thousandths(9_000)), now: 0)
        #expect(decision.tier == .healthy)
    }

    @Test func `what is filtered out before parsing is only what no model reads`() throws {
        let rules = try #require(RecordedPerson.rules)
        #expect(rules.concerns("Observation", RecordedPerson.total("44261-6", 3, at: "2026").serialized()))
        #expect(!rules.concerns("Observation", RecordedPerson.total("8867-4", 80, at: "2026").serialized()))
        #expect(rules.concerns("Condition", []))
    }

    @Test func `the id of the risk of a person with a long id stays within 64 characters`() {
        let long = String(repeating: "a", count: 64)
        #expect(RiskRecord.id(of: long).utf8.count == 64)
        #expect(RiskRecord.id(of: long) != RiskRecord.id(of: String(long.dropLast()) + "b"))
        #expect(RiskRecord.id(of: "7") == "risk-7")
    }
}
