import Care
import Testing

struct DecideTierTests {
    private func tier(_ values: [TierMeasure: Int], v28: Int? = nil) throws -> TierDecision {
        let policy = try TierPolicy(content: RiskContent.file)
        let facts = TierFacts(
            values.mapValues { Thousandths(whole: $0) }, cmsHCCV28: v28.map { Thousandths(whole: $0) })
        return policy.decide(facts, now: 0)
    }

    @Test func `a person whom no rule raises is healthy, and the reason says so`() throws {
        let decision = try tier([:])
        #expect(decision.tier == .healthy)
        #expect(decision.reasons == ["No rule for a higher tier applies"])
    }

    @Test(arguments: [
        ([TierMeasure.chronic: 2], Tier.rising), ([.abnormalScreens: 1], .rising), ([.socialNeeds: 1], .rising),
        ([.ingredients: 5], .rising), ([.edVisits: 3], .high), ([.hfrs: 15], .rising), ([.hfrs: 16], .high),
        ([.lace: 10], .high), ([.lace: 10, .admissions: 2], .complex), ([.hfrs: 16, .admissions: 1], .complex),
        ([.chronic: 1], .healthy),
    ])
    func `the shipped policy raises by its rules`(_ values: [TierMeasure: Int], _ expected: Tier) throws {
        #expect(try tier(values).tier == expected)
    }

    @Test func `reasons are sentences with the value and the limit`() throws {
        let decision = try tier([.lace: 14, .admissions: 2])
        #expect(decision.reasons == ["LACE 14 (10 or more) and 2 hospital stays in 12 months (2 or more)"])
        #expect(try tier([.edVisits: 3]).reasons == ["3 emergency visits in 12 months (3 or more)"])
    }

    @Test func `a payment score informs and never raises the tier`() throws {
        let decision = try tier([:], v28: 99)
        #expect(decision.tier == .healthy)
        #expect(decision.informs == ["CMS-HCC V28 raw score 99: a payment model, it does not change the tier"])
    }

    @Test(arguments: ["cms-hcc-v28>=2", "cms-hcc-v24>1", "HCC>1"])
    func `a policy that lets a payment model raise a tier is refused`(_ condition: String) {
        let text = Self.header + "high,hfrs>15\nhigh,\(condition)\n"
        #expect(throws: RiskContentFailure.paymentModelInTier(file: "risk/tier_policy.csv", line: 7)) {
            _ = try TierPolicy(content: RiskContent.replacing("risk/tier_policy.csv", with: text))
        }
    }

    @Test(arguments: ["hfrs", "hfrs>", "hfrs>much", "mood>3", "", ">3", "hfrs=>3"])
    func `a rule that cannot be read is refused`(_ condition: String) {
        let text = Self.header + "high,\(condition)\n"
        #expect(throws: RiskContentFailure.self) {
            _ = try TierPolicy(content: RiskContent.replacing("risk/tier_policy.csv", with: text))
        }
    }

    @Test func `a care manager's decision wins, upwards and downwards, until it expires`() throws {
        let policy = try TierPolicy(content: RiskContent.file)
        let facts = TierFacts([.edVisits: Thousandths(whole: 3)])
        let override = TierOverride(tier: .rising, reason: "visits were dental", by: "R. Diaz, RN", expires: 1000)
        let before = policy.decide(facts, override: override, now: 999)
        #expect(before.tier == .rising)
        #expect(before.byPolicy == .high)
        #expect(before.isOverridden)
        #expect(before.reasons == ["Set by R. Diaz, RN: visits were dental"])
        let after = policy.decide(facts, override: override, now: 1000)
        #expect(after.tier == .high)
        #expect(!after.isOverridden)
        #expect(after.informs == ["An earlier decision by R. Diaz, RN (rising) has expired"])
    }

    @Test func `the policy says that it is local and not validated`() throws {
        #expect(try TierPolicy(content: RiskContent.file).source.hasPrefix("local policy, not validated"))
    }

    private static let header = """
        # source: local policy, not validated
        # version: 1
        # effective: 2026-01-01..
        # licence: own
        tier,conditions

        """
}
