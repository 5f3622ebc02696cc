/// What is asked for.
package enum Action: String, Sendable, CaseIterable {
    case read, search, create, update, delete
}

/// Whose records of a type a caller reaches, and which of them stay hidden for what they hold. Records turns it into a
/// condition of its SQL. A record is in reach when one of the parts opens it.
package struct Reach: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        package let whose: Whose
        /// A record that has one of these bits stays hidden.
        package let hidden: LabelMask

        package init(_ whose: Whose, hidden: LabelMask = .none) {
            self.whose = whose
            self.hidden = hidden
        }
    }

    /// Each for another `whose`, in a fixed order.
    package let parts: [Part]

    package static let nobody = Reach([])
    package static let everyone = Reach([Part(.everyone)])
    package static func panel(of manager: String) -> Reach { Reach([Part(.panel(of: manager))]) }

    /// A union: what one part hides another one may open.
    package init(_ parts: [Part]) {
        var masks: [Whose: LabelMask] = [:]
        for part in parts {
            masks[part.whose] = masks[part.whose].map { $0.intersection(part.hidden) } ?? part.hidden
        }
        // Of everyone's records a part for some people opens nothing new unless it hides less.
        let open = masks[.everyone]
        self.parts = masks.map { Part($0.key, hidden: $0.value) }
            .filter { part in part.whose == .everyone || open.map { !part.hidden.contains($0) } ?? true }
            .sorted { $0.whose < $1.whose }
    }

    /// Whether every person is in reach, be it that some of their records are hidden.
    package var isOfEveryone: Bool { parts.contains { $0.whose == .everyone } }

    /// What is hidden of everyone's records; nil when not everyone is in reach.
    package var hiddenOfEveryone: LabelMask? { parts.first { $0.whose == .everyone }?.hidden }
}
