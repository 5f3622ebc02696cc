package import FHIR
package import Records

/// A person's stored risk, read back for pages: plain data, nothing worked out anew.
package struct StoredRisk: Sendable {
    package struct Model: Sendable {
        /// `charlson-original`, `hfrs`, `cms-hcc-v28`, …
        package let model: String
        package let version: String
        package let score: String
        package let ageAdjusted: String?
        package let drivers: [Driver]
        package let notCounted: [(code: String, reason: String)]
        package let notes: [String]
        package let rationale: String
    }

    package struct Driver: Sendable {
        package let code: String?
        package let category: String
        package let label: String?
        package let weight: String
        package let readAs: String?
    }

    package struct Measure: Sendable {
        /// The raw name of a ``TierMeasure``.
        package let measure: String
        package let value: String
        package let details: [String]
    }

    package let tier: Tier
    /// What the rules alone say; the same as `tier` unless a care manager decided otherwise.
    package let byPolicy: Tier
    package let reasons: [String]
    package let informs: [String]
    /// Until when a care manager's judgement holds, milliseconds since 1970.
    package let until: Int64?
    package let measures: [Measure]
    package let models: [Model]
    /// References to what was counted.
    package let basis: [String]
    /// When it was worked out, milliseconds since 1970. Working it out again to the same result does not move it.
    package let at: Int64

    /// The risk on file of a person; nil when there is none yet.
    package static func read(_ person: String, by reader: Reader) throws -> StoredRisk? {
        try reader.find("RiskAssessment", RiskRecord.id(of: person)).flatMap { StoredRisk($0) }
    }

    /// - Returns: nil when the resource is not what ``ScorePerson`` stores.
    package init?(_ resource: Resource) {
        let root = resource.root
        let predictions = root.list("prediction")
        guard root.text("method", "coding", "system") == RiskRecord.system,
            root.text("method", "coding", "code") == "tier", let first = predictions.first,
            let tier = first.text("qualitativeRisk", "coding", "code").flatMap(Tier.init(name:))
        else {
            return nil
        }
        self.tier = tier
        byPolicy = Self.all("risk-by-policy", of: first).first?["valueCode"]?.string.flatMap(Tier.init(name:)) ?? tier
        reasons = Self.all("risk-reason", of: first).compactMap { $0["valueString"]?.string }
        informs = Self.all("risk-inform", of: first).compactMap { $0["valueString"]?.string }
        until = Self.all("risk-tier-until", of: first).first?["valueInstant"]?.string.flatMap { FHIRDate($0) }?.low
        measures = Self.all("risk-measure", of: first).map { node in
            Measure(
                measure: Self.part("measure", of: node)?["valueCode"]?.string ?? "",
                value: Self.part("value", of: node)?["valueDecimal"]?.digits ?? "",
                details: node.list("extension").filter { $0.text("url") == "detail" }
                    .compactMap { $0["valueString"]?.string })
        }
        models = predictions.dropFirst().map(Self.model)
        basis = root.list("basis").compactMap { $0.text("reference") }
        at = root.text("occurrenceDateTime").flatMap { FHIRDate($0) }?.low ?? resource.updated
    }

    private static func model(_ node: JSONNode) -> Model {
        Model(
            model: node.text("outcome", "coding", "code") ?? "",
            version: node.text("outcome", "coding", "version") ?? "",
            score: all("risk-score", of: node).first?["valueDecimal"]?.digits ?? "0",
            ageAdjusted: all("risk-age-adjusted", of: node).first?["valueDecimal"]?.digits,
            drivers: all("risk-driver", of: node).map { driver in
                Driver(
                    code: part("code", of: driver)?["valueString"]?.string,
                    category: part("category", of: driver)?["valueString"]?.string ?? "",
                    label: part("label", of: driver)?["valueString"]?.string,
                    weight: part("weight", of: driver)?["valueDecimal"]?.digits ?? "0",
                    readAs: part("readAs", of: driver)?["valueString"]?.string)
            },
            notCounted: all("risk-not-counted", of: node).map { uncounted in
                (uncounted.text("valueCoding", "code") ?? "", uncounted.text("valueCoding", "display") ?? "")
            },
            notes: all("risk-note", of: node).compactMap { $0["valueString"]?.string },
            rationale: node.text("rationale") ?? "")
    }

    private static func all(_ name: String, of node: JSONNode) -> [JSONNode] {
        node.list("extension").filter { $0.text("url") == "urn:almoner:\(name)" }
    }

    private static func part(_ name: String, of node: JSONNode) -> JSONNode? {
        node.list("extension").first { $0.text("url") == name }
    }
}
