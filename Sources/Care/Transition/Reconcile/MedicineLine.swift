/// What comparing the lists says of one medicine.
package enum MedicineOutcome: String, Sendable, CaseIterable {
    case interaction
    case unclear
    case omitted
    case duplicate
    case substituted
    case changed
    case stopped
    case new
    case unchanged

    package static let system = "urn:almoner:medicine-line"

    package var title: String {
        switch self {
        case .interaction: "Does not go together"
        case .unclear: "Unclear"
        case .omitted: "Left out"
        case .duplicate: "There twice"
        case .substituted: "Another of its kind"
        case .changed: "Changed"
        case .stopped: "Stopped"
        case .new: "New"
        case .unchanged: "The same"
        }
    }
}

/// One medicine across all lists, with what differs.
package struct MedicineLine: Sendable {
    /// The same as long as the sources say the same: what was decided is asked again when they change.
    package let key: String
    /// One of a source at most, in the order of the sources.
    package let entries: [MedicineEntry]
    package let outcome: MedicineOutcome
    /// What differs, each said of both sides.
    package let differences: [String]
    /// What stands over all others: the hospital's list where there is one.
    let authority: MedicineSource?

    /// The entry that holds when the line is kept: that of the list that stands over the others, else the person's own.
    package var leading: MedicineEntry? {
        entries.first { $0.source == authority } ?? entries.first { $0.source == .home } ?? entries.first
    }

    package var name: String { leading?.name ?? "" }
    package var references: [String] { entries.flatMap(\.references) }

    init(_ entries: [MedicineEntry], _ outcome: MedicineOutcome, _ differences: [String], _ authority: MedicineSource?)
    {
        let sorted = entries.sorted { ($0.source.place, $0.fingerprint) < ($1.source.place, $1.fingerprint) }
        self.entries = sorted
        self.outcome = outcome
        self.differences = differences
        self.authority = authority
        let facts = sorted.flatMap { ["\($0.source.rawValue)|\($0.fingerprint)"] + $0.references.sorted() }
        // FNV-1a, as for conflicts.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in facts.joined(separator: "\u{1F}").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        key = String(hash, radix: 16)
    }

    func entry(of source: MedicineSource) -> MedicineEntry? { entries.first { $0.source == source } }
}
