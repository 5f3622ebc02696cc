import Access
import Records
import TestSupport
import Testing

@testable import Care

@Suite struct OverrideTierTests {
    let now = RecordedPerson.now
    let day = RecordedPerson.day

    private func stored() async throws -> (ScratchRecords, RiskRules) {
        let rules = try #require(RecordedPerson.rules)
        let scratch = try await ScratchRecords.open()
        try await scratch.put(RecordedPerson.patient(), id: RecordedPerson.id)
        return (scratch, rules)
    }

    private func verb(
        _ scratch: ScratchRecords, _ rules: RiskRules, tier: String = "high", reason: String = "Lost her husband",
        until: Int64?
    ) -> OverrideTier {
        OverrideTier(
            person: RecordedPerson.id, tier: tier, reason: reason, until: until, by: scratch.caller, rules: rules)
    }

    private func risk(_ scratch: ScratchRecords, _ rules: RiskRules, at moment: Int64) async throws -> StoredRisk {
        let resource = try await scratch.records.write(as: .system("test"), at: moment) { change in
            try ScorePerson(RecordedPerson.id, rules: rules).perform(in: change)
        }
        return try #require(resource.flatMap { StoredRisk($0) })
    }

    @Test func `a judgement wins until it expires`() async throws {
        let (scratch, rules) = try await stored()
        let override = verb(scratch, rules, until: now + 30 * day)
        try await scratch.records.write(as: scratch.caller, at: now) { _ = try override.perform(in: $0) }
        let held = try await risk(scratch, rules, at: now + 29 * day)
        #expect(held.tier == .high && held.byPolicy == .healthy)
        #expect(held.reasons == ["Set by Ruth Adeyemi, RN: Lost her husband"])
        #expect(held.until == now + 30 * day)
        let after = try await risk(scratch, rules, at: now + 30 * day)
        #expect(after.tier == .healthy && after.until == nil)
    }

    @Test func `a judgement can be ended, and a later one replaces an earlier one`() async throws {
        let (scratch, rules) = try await stored()
        let first = verb(scratch, rules, until: now + 30 * day)
        let second = verb(scratch, rules, tier: "complex", until: now + 10 * day)
        try await scratch.records.write(as: scratch.caller, at: now) { _ = try first.perform(in: $0) }
        try await scratch.records.write(as: scratch.caller, at: now + day) { _ = try second.perform(in: $0) }
        #expect(try await risk(scratch, rules, at: now + 2 * day).tier == .complex)
        try await scratch.records.write(as: scratch.caller, at: now + 3 * day) { change in
            _ = try EndTierOverride(person: RecordedPerson.id, rules: rules).perform(in: change)
        }
        #expect(try await risk(scratch, rules, at: now + 4 * day).tier == .healthy)
        await #expect(throws: NotNow.self) {
            try await scratch.records.write(as: scratch.caller, at: now + 5 * day) { change in
                _ = try EndTierOverride(person: RecordedPerson.id, rules: rules).perform(in: change)
            }
        }
    }

    @Test func `what is missing is named field by field`() async throws {
        let (scratch, rules) = try await stored()
        let override = verb(scratch, rules, tier: "severe", reason: "", until: now)
        do {
            try await scratch.records.write(as: scratch.caller, at: now) { _ = try override.perform(in: $0) }
            Issue.record("an empty form was taken")
        } catch let problems as FormProblems {
            #expect(problems.all.map(\.field) == ["tier", "reason", "until"])
        }
    }
}
