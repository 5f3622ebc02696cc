/// One line of the audit: who did what to whose record, and what for. Less than 250 bytes in the table, never clinical
/// content; what was searched for is kept because a search says something of whom it found.
struct AuditRow: Sendable, Equatable {
    /// Its place in the audit, given when the row is kept: rows of a lane are numbered in the order in which they are.
    var lane: Int64 = 0
    var sequence: Int64 = 0
    /// Milliseconds since 1970.
    let at: Int64
    let account: String
    let action: String
    let person: Int64
    let rid: Int64
    let version: Int64
    let outcome: String
    let detail: String
    /// A code of v3-ActReason; empty in rows that were made before purposes were noted.
    let purpose: String
    /// The parameters of a search as they stand in an address; empty for none.
    let query: String
    /// The network address that it was done from; empty where nobody knows, and in rows that were made before addresses
    /// were noted.
    let address: String

    /// The same row in its place.
    func placed(lane: Int64, sequence: Int64) -> AuditRow {
        var row = self
        row.lane = lane
        row.sequence = sequence
        return row
    }
}
