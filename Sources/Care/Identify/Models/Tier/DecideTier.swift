/// What is known of a person when the tier is decided. A measure that is not known stays out and raises nothing.
package struct TierFacts: Sendable, Equatable {
    package var values: [TierMeasure: Thousandths]
    /// The raw V28 score: shown beside the tier, never part of it.
    package var cmsHCCV28: Thousandths?

    package init(_ values: [TierMeasure: Thousandths] = [:], cmsHCCV28: Thousandths? = nil) {
        self.values = values
        self.cmsHCCV28 = cmsHCCV28
    }

    /// From the parts of the Identify stage.
    package init(
        age: Int, scores: RiskScores, utilization: Utilization, chronicConditions: Int, ingredients: Int,
        socialNeeds: Int, abnormalScreens: Int, lace: Int?
    ) {
        values = [
            .hfrs: scores.hfrs, .charlson: scores.charlsonOriginal, .elixhauser: scores.elixhauserVanWalraven,
            .admissions: Thousandths(whole: utilization.admissions),
            .edVisits: Thousandths(whole: utilization.edVisits), .chronic: Thousandths(whole: chronicConditions),
            .ingredients: Thousandths(whole: ingredients), .socialNeeds: Thousandths(whole: socialNeeds),
            .abnormalScreens: Thousandths(whole: abnormalScreens), .age: Thousandths(whole: age),
        ]
        values[.lace] = lace.map { Thousandths(whole: $0) }
        cmsHCCV28 = scores.cmsHCCV28
    }
}

/// A care manager's own judgement of a tier, for a while.
package struct TierOverride: Sendable, Equatable {
    package let tier: Tier
    package let reason: String
    /// Who decided, as shown to others.
    package let by: String
    /// The first moment at which it no longer holds, in milliseconds since 1970-01-01T00:00Z.
    package let expires: Int64

    package init(tier: Tier, reason: String, by: String, expires: Int64) {
        self.tier = tier
        self.reason = reason
        self.by = by
        self.expires = expires
    }
}

/// A tier with its reasons.
package struct TierDecision: Sendable, Equatable {
    package let tier: Tier
    /// What the policy alone says; differs from `tier` while an override holds.
    package let byPolicy: Tier
    /// Why, in plain words, the most telling first.
    package let reasons: [String]
    /// What is worth knowing and did not change the tier.
    package let informs: [String]
    package let isOverridden: Bool
}

extension TierPolicy {
    /// Decides a person's tier.
    ///
    /// - Parameters:
    ///   - facts: what is known of the person.
    ///   - override: a care manager's judgement; wins until it expires, upwards and downwards.
    ///   - now: milliseconds since 1970-01-01T00:00Z.
    /// - Returns: the tier with its reasons.
    package func decide(_ facts: TierFacts, override: TierOverride? = nil, now: Int64) -> TierDecision {
        let met = rules.filter { rule in
            rule.conditions.allSatisfy { condition in
                facts.values[condition.measure].map { condition.holds($0) } ?? false
            }
        }
        let byPolicy = met.map(\.tier).max() ?? .healthy
        var reasons = met.filter { $0.tier == byPolicy }.map { sentence($0, facts) }
        if reasons.isEmpty { reasons = ["No rule for a higher tier applies"] }
        var informs: [String] = []
        if let payment = facts.cmsHCCV28 {
            informs.append("CMS-HCC V28 raw score \(payment): a payment model, it does not change the tier")
        }
        guard let override else {
            return TierDecision(
                tier: byPolicy, byPolicy: byPolicy, reasons: reasons, informs: informs, isOverridden: false)
        }
        guard now < override.expires else {
            informs.append("An earlier decision by \(override.by) (\(override.tier.name)) has expired")
            return TierDecision(
                tier: byPolicy, byPolicy: byPolicy, reasons: reasons, informs: informs, isOverridden: false)
        }
        informs += reasons.map { "By the rules \(byPolicy.name): \($0)" }
        return TierDecision(
            tier: override.tier, byPolicy: byPolicy, reasons: ["Set by \(override.by): \(override.reason)"],
            informs: informs, isOverridden: true)
    }

    private func sentence(_ rule: Rule, _ facts: TierFacts) -> String {
        let parts = rule.conditions.map { condition in
            let value = facts.values[condition.measure] ?? .zero
            return "\(condition.measure.phrase(value)) (\(condition.phrase))"
        }
        let text = parts.joined(separator: " and ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
