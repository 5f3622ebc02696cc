package import Records

/// What a panel page asks for, and how it is asked so that an index answers.
package struct PanelQuery: Sendable, Equatable {
    package enum Owner: Sendable, Equatable {
        case anyone
        case nobody
        /// For example `Practitioner/ruth`.
        case one(String)
    }

    package enum Sort: String, Sendable, CaseIterable {
        case risk, name, contact, next

        var columns: [String] {
            switch self {
            case .risk: ["tier", "hfrs"]
            case .name: ["sort_name"]
            case .contact: ["last_contact"]
            case .next: ["next_due"]
            }
        }

        /// How it is read first: the highest risk, the longest silence, the nearest date.
        package var isDescendingFirst: Bool { self == .risk }
    }

    package var tier: Tier?
    /// The id of a programme; empty: in none.
    package var programme: String?
    package var owner = Owner.anyone
    /// Nobody spoke with them for so many days.
    package var quietDays: Int?
    package var gap: PanelGap?
    package var text: String?
    /// Who has died or was taken out of use, instead of the others.
    package var isGone = false
    package var sort = Sort.risk
    package var isDescending = true
    /// The person at the end of the page before, or at the beginning of the page after.
    package var after: String?
    package var before: String?
    package var limit = 50

    package init() {}

    /// The order in which it is answered: some filters come with theirs, so that no query looks through everyone.
    package var effectiveSort: Sort {
        guard owner.isOne == false, text == nil else {
            return sort
        }
        if quietDays != nil {
            return .contact
        }
        return gap != nil ? .name : sort
    }

    package var effectiveDescending: Bool { effectiveSort == sort ? isDescending : effectiveSort.isDescendingFirst }

    /// The rows to ask for, at a time in milliseconds since 1970: only of the given people when a text was looked for.
    func rows(among: [String]?, now: Int64) -> RowQuery {
        var query = RowQuery(PanelProjection.table)
        query.limit = limit
        query.conditions = conditions(among: among, now: now)
        query.order = effectiveSort.columns.map { ($0, effectiveDescending) }
        return query
    }

    /// Which filter leads the index. The others are written so that the planner cannot take theirs (`+n`, `t || ''`).
    private enum Lead { case people, owner, programme, tier, gap, none }

    private func conditions(among: [String]?, now: Int64) -> [RowQuery.Condition] {
        let lead: Lead =
            among != nil
            ? .people
            : owner.isOne
                ? .owner
                : gap != nil
                    ? .gap
                    : programme != nil ? .programme : tier != nil ? .tier : owner == .nobody ? .owner : .none
        var all: [RowQuery.Condition] = []
        if let among {
            all.append(.init("person_id", oneOf: among.map { .text($0) }))
        }
        all.append(.init(lead == .people ? "+listed" : "listed", .equal, .integer(isGone ? 0 : 1)))
        switch owner {
        case .anyone: break
        case .nobody: all.append(.init(lead == .owner ? "owner" : "owner || ''", .equal, .text("")))
        case .one(let reference): all.append(.init(lead == .owner ? "owner" : "owner || ''", .equal, .text(reference)))
        }
        if let programme {
            all.append(.init(lead == .programme ? "programme" : "programme || ''", .equal, .text(programme)))
        }
        if let tier {
            let isFree = lead == .tier || (effectiveSort == .risk && lead != .people && lead != .gap)
            all.append(.init(isFree ? "tier" : "+tier", .equal, .integer(Int64(tier.rawValue))))
        }
        if let gap {
            all.append(.init(lead == .gap ? "gap" : "gap || ''", .equal, .text(gap.rawValue)))
        }
        if let quietDays {
            let limit = now - Int64(min(max(quietDays, 0), 36_500)) * 86_400_000
            all.append(
                .init(
                    effectiveSort == .contact && lead != .people ? "last_contact" : "+last_contact", .less,
                    .integer(limit)))
        }
        return all
    }
}

extension PanelQuery.Owner {
    var isOne: Bool {
        if case .one = self { true } else { false }
    }
}
