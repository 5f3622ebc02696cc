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
        /// What is left out of the records that this part opens.
        package let closed: ClosedElements

        package init(
            _ whose: Whose, hidden: LabelMask = .none, matching filters: [String] = [], closed: ClosedElements = .none
        ) {
            self.whose = whose
            self.hidden = hidden
            self.filters = Set(filters).sorted()
            self.closed = closed
        }

        /// Whether this part opens all that another opens, and nothing less of it.
        fileprivate func includes(_ other: Part) -> Bool {
            let isAsWide =
                whose == .everyone && filters.isEmpty
                || whose == other.whose && (filters.isEmpty || filters == other.filters)
            return isAsWide && other.hidden.contains(hidden) && closed.isWithin(other.closed)
        }
    }

    /// Each for another `whose`, other filters or other elements that are left out, in a fixed order.
    package let parts: [Part]

    package static let nobody = Reach([])
    package static let everyone = Reach([Part(.everyone)])
    package static func panel(of manager: String) -> Reach { Reach([Part(.panel(of: manager))]) }

    /// A union: what one part hides another one may open.
    package init(_ parts: [Part]) {
        var masks: [Way: LabelMask] = [:]
        for part in parts {
            let way = Way(whose: part.whose, filters: part.filters, closed: part.closed)
            masks[way] = masks[way].map { $0.intersection(part.hidden) } ?? part.hidden
        }
        let all = masks.sorted { $0.key < $1.key }
            .map { Part($0.key.whose, hidden: $0.value, matching: $0.key.filters, closed: $0.key.closed) }
        guard all.count > 1 else {
            self.parts = all
            return
        }
        // Of everyone's records a part for some people, or for some records, opens nothing new unless it hides less.
        self.parts = all.filter { part in !all.contains { $0 != part && $0.includes(part) } }
    }

    private struct Way: Hashable, Comparable {
        let whose: Whose
        let filters: [String]
        let closed: ClosedElements

        static func < (left: Way, right: Way) -> Bool {
            if left.whose != right.whose {
                return left.whose < right.whose
            }
            return left.filters == right.filters
                ? left.closed.paths.sorted().lexicographicallyPrecedes(right.closed.paths.sorted())
                : left.filters.lexicographicallyPrecedes(right.filters)
        }
    }

    /// Whether something is left out of some of the records.
    package var closesSome: Bool { parts.contains { !$0.closed.isEmpty } }

    /// Whether every person is in reach, be it that some of their records are hidden.
    package var isOfEveryone: Bool { parts.contains { $0.whose == .everyone && $0.filters.isEmpty } }
}
