package import FHIR
package import Records

/// A care manager's own judgement of a tier as it is kept: a RiskAssessment with the method `tier-override`.
package struct StoredOverride: Sendable {
    package let id: String
    package let version: Int
    package let tier: Tier
    package let reason: String
    package let by: String
    /// Milliseconds since 1970: from when, and the first moment at which it no longer holds.
    package let from: Int64
    package let expires: Int64

    package var reference: String { "RiskAssessment/\(id)" }

    /// nil when the resource is something else, or was taken back.
    package init?(_ resource: Resource) {
        let root = resource.root
        guard root.text("method", "coding", "system") == RiskRecord.system,
            root.text("method", "coding", "code") == Self.method, root.text("status") == "final",
            let tier = root.text("prediction", "qualitativeRisk", "coding", "code").flatMap(Tier.init(name:)),
            let from = root.text("occurrencePeriod", "start").flatMap({ FHIRDate($0) })?.low,
            let expires = root.text("occurrencePeriod", "end").flatMap({ FHIRDate($0) })?.low
        else {
            return nil
        }
        id = resource.id
        version = resource.version
        self.tier = tier
        reason = root.text("note", "text") ?? ""
        by = root.text("performer", "display") ?? "a care manager"
        self.from = from
        self.expires = expires
    }

    static let method = "tier-override"

    /// The one that counts: of those that have begun, the latest.
    static func latest(_ all: [StoredOverride], at now: Int64) -> StoredOverride? {
        all.filter { $0.from <= now }.max { ($0.from, $0.id) < ($1.from, $1.id) }
    }

    var override: TierOverride { TierOverride(tier: tier, reason: reason, by: by, expires: expires) }
}
