/// Everything from Content/risk/ that scoring a person needs, loaded and checked once.
package struct RiskRules: Sendable {
    package let models: RiskModels
    package let medicines: MedicineTable
    package let social: SocialNeedRules
    package let screens: ScreenTotals
    package let policy: TierPolicy
    private let wantedCodes: CodeFilter

    /// - Throws: which file is missing or wrong, and where.
    package init(content: (String) -> [UInt8]?) throws(RiskContentFailure) {
        models = try RiskModels(content: content)
        medicines = try MedicineTable(content: content)
        social = try SocialNeedRules(content: content)
        screens = try ScreenTotals(content: content)
        policy = try TierPolicy(content: content)
        wantedCodes = CodeFilter(social.questions.union(screens.codes))
    }

    /// Whether a stored resource can matter to a score, told from its text without parsing it. Most observations are
    /// vital signs and laboratory values, which no model here reads.
    package func concerns(_ type: String, _ body: [UInt8]) -> Bool {
        type != "Observation" || wantedCodes.isNamed(in: body)
    }
}

/// Finds whether one of some codes stands in a text as a whole quoted string.
struct CodeFilter: Sendable {
    private let codes: Set<UInt64>
    private let lengths: ClosedRange<Int>

    init(_ codes: Set<String>) {
        self.codes = Set(codes.map { CodeFilter.hash($0.utf8) })
        let all = codes.map(\.utf8.count)
        lengths = (all.min() ?? 0)...(all.max() ?? 0)
    }

    func isNamed(in text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            var start = 0
            var hash = CodeFilter.seed
            for place in bytes.indices {
                let byte = bytes[place]
                if byte == UInt8(ascii: "\"") {
                    if lengths.contains(place - start), codes.contains(hash) {
                        return true
                    }
                    start = place + 1
                    hash = CodeFilter.seed
                } else {
                    hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
                }
            }
            return false
        }
    }

    private static let seed: UInt64 = 14_695_981_039_346_656_037

    /// FNV-1a. Two texts with one hash would only make a resource be looked at in vain.
    private static func hash(_ text: some Sequence<UInt8>) -> UInt64 {
        text.reduce(seed) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
}
