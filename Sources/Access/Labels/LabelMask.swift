/// Sensitivity labels as bits, as they are stored beside each record and compared in SQL.
///
/// The low half says which labels a record carries. The high half says which of them no consent of the person discloses
/// now: whoever may read a label only with consent hides the bit of the high half.
package struct LabelMask: Sendable, Hashable {
    package var bits: Int64

    package init(bits: Int64) { self.bits = bits }

    package static let none = LabelMask(bits: 0)
    /// Every label, disclosed or not.
    package static let all = LabelMask(bits: half | half << shift)

    private static let shift: Int64 = 31
    private static let half: Int64 = 1 << 31 - 1

    /// The most labels that there can be.
    package static let most = 31

    package static func label(_ bit: Int) -> LabelMask { LabelMask(bits: 1 << Int64(bit) & half) }

    /// The labels themselves, whatever was agreed to.
    package var carried: LabelMask { LabelMask(bits: bits & Self.half) }

    /// The bits that say that no consent discloses these labels.
    package var undisclosed: LabelMask { LabelMask(bits: (bits & Self.half) << Self.shift) }

    /// These labels, and that they are undisclosed: whoever hides a label hides it whatever was agreed to.
    package var withUndisclosed: LabelMask { union(undisclosed) }

    package var isEmpty: Bool { bits == 0 }

    package func union(_ other: LabelMask) -> LabelMask { LabelMask(bits: bits | other.bits) }
    package func intersection(_ other: LabelMask) -> LabelMask { LabelMask(bits: bits & other.bits) }
    package func subtracting(_ other: LabelMask) -> LabelMask { LabelMask(bits: bits & ~other.bits) }
    package func contains(_ other: LabelMask) -> Bool { bits & other.bits == other.bits }
}
