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
        /// Filters of scopes, one of which has to be satisfied besides (see ``Scope/filter``); empty: none. In order.
        package let filters: [String]

        package init(_ whose: Whose, hidden: LabelMask = .none, matching filters: [String] = []) {
            self.whose = whose
            self.hidden = hidden
            self.filters = Set(filters).sorted()
        }
    }

    /// Each for another `whose`, in a fixed order.
    package let parts: [Part]

    package static let nobody = Reach([])
    package static let everyone = Reach([Part(.everyone)])
    package static func panel(of manager: String) -> Reach { Reach([Part(.panel(of: manager))]) }

    /// A union: what one part hides another one may open.
    package init(_ parts: [Part]) {
        var masks: [Way: LabelMask] = [:]
        for part in parts {
            let way = Way(whose: part.whose, filters: part.filters)
            masks[way] = masks[way].map { $0.intersection(part.hidden) } ?? part.hidden
        }
        // Of everyone's records a part for some people, or for some records, opens nothing new unless it hides less.
        let everything = Way(whose: .everyone, filters: [])
        let open = masks[everything]
        self.parts = masks.filter { way, hidden in way == everything || open.map { !hidden.contains($0) } ?? true }
            .sorted { $0.key < $1.key }
            .map { Part($0.key.whose, hidden: $0.value, matching: $0.key.filters) }
    }

    private struct Way: Hashable, Comparable {
        let whose: Whose
        let filters: [String]

        static func < (left: Way, right: Way) -> Bool {
            left.whose == right.whose
                ? left.filters.lexicographicallyPrecedes(right.filters) : left.whose < right.whose
        }
    }

    /// Whether every person is in reach, be it that some of their records are hidden.
    package var isOfEveryone: Bool { parts.contains { $0.whose == .everyone && $0.filters.isEmpty } }

    /// What is hidden of everyone's records; nil when not everyone is in reach.
    package var hiddenOfEveryone: LabelMask? {
        parts.first { $0.whose == .everyone && $0.filters.isEmpty }?.hidden
    }
}
