import FHIR
import Records

/// A hospital has made one entry of two (A40): so have we, where nothing stands against it. It can be undone as any
/// other merge.
struct JoinByMessage {
    static let waits = "Two entries are to be joined, and something stands against it. See the pair under Duplicates."
    static let answered = "Somebody has said that these two are different people."
    private static let reason = "The hospital joined its two entries (A40)."

    /// The id of the Patient who stays.
    let kept: String
    /// The id of the Patient who goes.
    let goes: String
    let rules: MatchRules

    /// - Returns: why it has to wait for a person; nil when the two are one now.
    /// - Throws: what the database reports.
    func perform(in change: Change) throws -> String? {
        let pair = try DuplicatePair.lay(kept, goes, isUrgent: true, in: change)
        switch pair.state {
        case .same: return nil
        case .different, .undone: return Self.answered
        case .waiting, .later: break
        }
        do {
            try MergePeople(pair: pair.id, version: pair.version, keep: kept, reason: Self.reason).perform(in: change)
            return nil
        } catch is NotNow {
            // It looks before it moves anything.
            return Self.waits
        }
    }
}
