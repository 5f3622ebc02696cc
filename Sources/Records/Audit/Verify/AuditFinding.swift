/// What is wrong with a lane of the audit: the first place where it is not what was sealed.
package struct AuditFinding: Sendable, Equatable {
    package enum Reason: String, Sendable {
        case changed, missing, inserted, outOfOrder
        case sealMissing, sealChanged, unknownKey
        case tailCut, headDiffers, headMissing, headBroken
        case queryChanged, queryMissing
    }

    package let lane: Int64
    /// The number of the row; nil when it is not about one.
    package let row: Int64?
    /// When that row was made, or where it is gone, when its seal was; milliseconds since 1970.
    package let at: Int64?
    package let reason: Reason
    package var detail = ""

    /// In words for whoever looks after the installation.
    package var words: String {
        switch reason {
        case .changed: "the row was changed"
        case .missing: "the row is missing"
        case .inserted: "the row was put in later"
        case .outOfOrder: "the row stands in the place of another"
        case .sealMissing: "a seal is missing: \(detail)"
        case .sealChanged: "rows and their seal were changed: \(detail)"
        case .unknownKey: "not signed by a key that is known here: \(detail)"
        case .tailCut: "the end was cut off: \(detail)"
        case .headDiffers: "what the head outside of the database says is not what stands here: \(detail)"
        case .headMissing: "no head is kept outside of the database, so that a cut end would not show"
        case .headBroken: "a head outside of the database cannot be read: \(detail)"
        case .queryChanged: "the text of a search was changed: \(detail)"
        case .queryMissing: "the text of a search is missing: \(detail)"
        }
    }
}

/// How a lane was found.
package struct AuditLaneReport: Sendable {
    package let lane: Int64
    /// Rows that are covered by seals and were found as they were.
    package var verified: Int64 = 0
    /// Rows that are older than the chain.
    package var unchained: Int64 = 0
    /// The newest rows, which wait for their seal.
    package var unsealed: Int64 = 0
    package var seals: Int64 = 0
    /// The first thing that is wrong; nil when all is well.
    package var broken: AuditFinding?
}
