/// A level of need. The numbers are what panels sort by.
package enum Tier: Int, Sendable, Comparable, CaseIterable {
    case healthy = 1
    case rising
    case high
    case complex

    package init?(name: String) {
        guard let tier = Tier.allCases.first(where: { $0.name == name }) else { return nil }
        self = tier
    }

    package var name: String {
        switch self {
        case .healthy: "healthy"
        case .rising: "rising"
        case .high: "high"
        case .complex: "complex"
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The rules by which this site sorts people into tiers: `risk/tier_policy.csv`, local policy, not validated.
package struct TierPolicy: Sendable {
    struct Condition: Sendable {
        enum Comparison: String, CaseIterable, Sendable {
            // Longer signs first, so that ">=" is not read as ">".
            case atLeast = ">="
            case atMost = "<="
            case above = ">"
            case below = "<"
        }

        let measure: TierMeasure
        let comparison: Comparison
        let limit: Thousandths

        func holds(_ value: Thousandths) -> Bool {
            switch comparison {
            case .atLeast: value >= limit
            case .atMost: value <= limit
            case .above: value > limit
            case .below: value < limit
            }
        }

        var phrase: String {
            switch comparison {
            case .atLeast: "\(limit) or more"
            case .atMost: "\(limit) or less"
            case .above: "above \(limit)"
            case .below: "below \(limit)"
            }
        }
    }

    struct Rule: Sendable {
        let tier: Tier
        let conditions: [Condition]
    }

    let rules: [Rule]
    /// What the policy calls its own origin, to be shown with every tier.
    package let source: String
    package let version: String

    /// - Throws: what is wrong with the file; `paymentModelInTier` when a rule names a CMS-HCC score.
    package init(content: (String) -> [UInt8]?) throws(RiskContentFailure) {
        let file = "risk/tier_policy.csv"
        let table = try RiskTable(file: file, bytes: content(file))
        let (name, conditions) = (try table.column("tier"), try table.column("conditions"))
        var rules: [Rule] = []
        for row in table.rows {
            guard let tier = Tier(name: row[name]) else { throw table.failure(row, "unknown tier") }
            var all: [Condition] = []
            for word in row.words(conditions) { all.append(try TierPolicy.condition(word, row, table)) }
            guard !all.isEmpty else { throw table.failure(row, "no condition") }
            rules.append(Rule(tier: tier, conditions: all))
        }
        self.rules = rules
        source = table.header["source"] ?? ""
        version = table.version
    }

    private static func condition(
        _ word: Substring, _ row: RiskTable.Row, _ table: RiskTable
    ) throws(RiskContentFailure) -> Condition {
        for comparison in Condition.Comparison.allCases {
            let sign = comparison.rawValue
            guard let first = word.firstIndex(where: { $0 == "<" || $0 == ">" }), word[first...].hasPrefix(sign) else {
                continue
            }
            let name = word[..<first]
            if name.lowercased().contains("hcc") { throw .paymentModelInTier(file: table.file, line: row.line) }
            guard let measure = TierMeasure(rawValue: String(name)) else {
                throw table.failure(row, "unknown measure: \(name)")
            }
            guard let limit = Thousandths(decimal: word[first...].dropFirst(sign.count)) else {
                throw table.failure(row, "not a number: \(word)")
            }
            return Condition(measure: measure, comparison: comparison, limit: limit)
        }
        throw table.failure(row, "not a condition: \(word)")
    }
}
