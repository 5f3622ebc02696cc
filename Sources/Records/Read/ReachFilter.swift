import Access
import FHIR

/// Turns whom a caller reaches into a condition of SQL, so that what is hidden is absent from every answer.
struct ReachFilter {
    let caller: Caller
    let policy: Policy
    let types: TypeTable
    let definitions: Definitions
    let words: WordTable
    let connection: any Connection

    /// A condition on a row of `resource`.
    /// - Parameters:
    ///   - action: what the caller is about to do.
    ///   - type: the resource type of the rows.
    ///   - alias: what the statement calls its `resource`.
    ///   - parameters: of searches, by which the rows are asked for: a part that leaves out what they read is not there.
    ///   - whateverItHolds: whether labels do not count: somebody may record what he may not read.
    ///   - bind: takes a value and gives its place in the statement (`$3`), called in the order of the text.
    /// - Returns: nil when the caller reaches nobody; `TRUE` when everyone and everything.
    func condition(
        _ action: Action, type: String, alias: String, touching parameters: Set<Int> = [],
        whateverItHolds: Bool = false,
        bind: (SQLValue) -> String
    ) -> String? {
        condition(
            of: parts(action, type, touching: parameters), type: type, alias: alias, whateverItHolds: whateverItHolds,
            bind: bind)
    }

    /// The same of some parts of the reach.
    func condition(
        of parts: [Reach.Part], type: String, alias: String, whateverItHolds: Bool = false, bind: (SQLValue) -> String
    ) -> String? {
        let open = parts.compactMap { part -> String? in
            var conditions: [String] = []
            if !part.hidden.isEmpty, !whateverItHolds {
                conditions.append("(\(alias).labels & \(part.hidden.bits)) = 0")
            }
            if part.whose != .everyone {
                guard let people = rows(part.whose, type: type, alias: alias, bind: bind) else {
                    return nil
                }
                conditions.append(people)
            }
            if !part.filters.isEmpty {
                guard let matching = matching(part.filters, type: type, alias: alias, bind: bind) else {
                    return nil
                }
                conditions.append(matching)
            }
            return conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
        }
        return Self.any(open)
    }

    /// A condition on whom a row is about, before it is stored: what it holds does not count. Somebody may record what he
    /// may not read.
    func condition(_ action: Action, type: String, person alias: String, bind: (SQLValue) -> String) -> String? {
        Self.any(
            policy.reach(of: caller, for: action, on: type).parts.compactMap { part in
                part.whose == .everyone ? "TRUE" : people(part.whose, alias: alias, bind: bind)
            })
    }

    /// A condition on a row of a projection, which has a `person`, the `labels` of that person's records, and which of
    /// them it was made without.
    /// - Returns: nil when the caller sees nobody in lists.
    func listCondition(_ query: RowQuery, bind: (SQLValue) -> String) -> String? {
        let alias = query.table
        let reach = policy.reachOfLists(caller)
        var open: [(people: String?, hidden: LabelMask)] = []
        for part in reach.parts {
            if part.whose == .everyone {
                open.append((nil, part.hidden))
            } else if let people = people(part.whose, alias: alias, bind: bind) {
                open.append((people, part.hidden))
            }
        }
        guard let first = open.first else {
            return nil
        }
        guard open.count > 1 else {
            let rows = "\(alias).hidden = (\(alias).labels & \(first.hidden.bits))"
            return first.people.map { "\($0) AND \(rows)" } ?? rows
        }
        // Of a person whom two parts open, that is hidden which both of them hide: one row, not two.
        let masks = open.map { part in
            part.people.map { "CASE WHEN \($0) THEN \(part.hidden.bits) ELSE -1 END" } ?? "\(part.hidden.bits)"
        }.joined(separator: " & ")
        // No mask has this bit; a row of somebody whom no part opens keeps it, and then equals nothing.
        return "\(alias).hidden = ((\(alias).labels | \(Int64(1) << 62)) & (\(masks)))"
    }

    /// Whether an answer may follow the order of arrival. It may not where anything is hidden, of whatever type: a place
    /// also arrives when a hidden resource first points to it.
    var followsArrival: Bool { policy.reachesAll(caller, for: .search) }

    /// Whether the caller reaches every resource of the type: only then may ids be chosen.
    func isWhole(_ action: Action, _ type: String) -> Bool {
        policy.reach(of: caller, for: action, on: type) == .everyone
    }

    /// Whether every person is in reach, though some of their records may be hidden.
    func isOfEveryone(_ action: Action, _ type: String) -> Bool {
        policy.reach(of: caller, for: action, on: type).isOfEveryone
    }

    /// Whether only some people's records are in reach: they give the candidates of a search.
    func isOfSome(_ action: Action, _ type: String, touching parameters: Set<Int> = []) -> Bool {
        let parts = parts(action, type, touching: parameters)
        return !parts.isEmpty && !parts.contains { $0.whose == .everyone || $0.whose == .noPerson }
    }

    private static func any(_ open: [String]) -> String? {
        guard let first = open.first else {
            return nil
        }
        return open.count == 1 ? first : "(" + open.map { "(\($0))" }.joined(separator: " OR ") + ")"
    }

    // MARK: Whose

    /// That a row of a type is one of these: whom it is about, or who wrote it.
    private func rows(_ whose: Whose, type: String, alias: String, bind: (SQLValue) -> String) -> String? {
        guard case .author(let author) = whose else {
            return people(whose, alias: alias, bind: bind)
        }
        guard let written = number(type, "author") else {
            return nil
        }
        let parameter = bind(.integer(Int64(written)))
        return place(author, bind).map { author in
            """
            \(alias).person <> 0 AND \(alias).rid IN (SELECT link.rid FROM index_reference link
            WHERE link.parameter = \(parameter) AND link.target = (\(author)))
            """
        }
    }

    /// That the person of a row is one of these. A row that is about no person stands for nobody: but for the test for 0 an
    /// episode that names nobody would open all that is about no person.
    func people(_ whose: Whose, alias: String, bind: (SQLValue) -> String) -> String? {
        if whose == .noPerson {
            return "\(alias).person = 0"
        }
        let set: String? =
            switch whose {
            // Before it is stored nothing has an author that could be looked up, and lists are made of people.
            case .everyone, .noPerson, .author: nil
            case .panel(let manager): panel(of: manager, bind)
            case .team(let member): team(of: member, bind)
            case .site(let worker): site(of: worker, bind)
            case .program(let id): program(id, bind)
            case .person(let id): place("Patient/\(id)", bind)
            }
        return set.map { "\(alias).person <> 0 AND \(alias).person IN (\($0))" }
    }

    private func number(_ type: String, _ parameter: String) -> Int? {
        types.number(of: type).flatMap { definitions.searchParameter($0, parameter)?.number }
    }

    /// The number of a place by its reference.
    private func place(_ reference: String, _ bind: (SQLValue) -> String) -> String? {
        guard let slash = reference.firstIndex(of: "/") else {
            return nil
        }
        let type = types.number(of: String(reference[..<slash])) ?? -1
        return """
            SELECT rid FROM resource WHERE type = \(bind(.integer(Int64(type))))
            AND id = \(bind(.text(String(reference[reference.index(after: slash)...]))))
            """
    }

    /// The people who have an active EpisodeOfCare with this care manager. The set is small and is found once a statement,
    /// from the index rows of the episodes. Plain codes have no system; with it the whole key is looked up, without it all
    /// active episodes of the site would be gone through.
    private func panel(of manager: String, _ bind: (SQLValue) -> String) -> String? {
        linked("EpisodeOfCare", "care-manager", to: manager, bind)
    }

    /// The people whose active CareTeam somebody takes part in.
    private func team(of member: String, _ bind: (SQLValue) -> String) -> String? {
        linked("CareTeam", "participant", to: member, bind)
    }

    /// Whom active resources of a type are about that refer to somebody.
    private func linked(
        _ type: String, _ parameter: String, to reference: String, _ bind: (SQLValue) -> String
    ) -> String? {
        guard let link = number(type, parameter), let status = number(type, "status") else {
            return nil
        }
        let from = bind(.integer(Int64(link)))
        guard let target = place(reference, bind) else {
            return nil
        }
        return """
            SELECT linked.person FROM index_reference link JOIN resource linked ON linked.rid = link.rid
            WHERE link.parameter = \(from) AND link.target = (\(target))
            AND linked.deleted = 0 AND EXISTS (
                SELECT 1 FROM index_token state WHERE state.parameter = \(bind(.integer(Int64(status))))
                AND state.code = 'active' AND state.system = 0 AND state.rid = link.rid)
            """
    }

    /// The people of the organizations in which somebody has a role.
    private func site(of worker: String, _ bind: (SQLValue) -> String) -> String? {
        guard let home = number("Patient", "organization"), let house = number("PractitionerRole", "organization"),
            let who = number("PractitionerRole", "practitioner")
        else {
            return nil
        }
        let places = (bind(.integer(Int64(home))), bind(.integer(Int64(house))), bind(.integer(Int64(who))))
        guard let target = place(worker, bind) else {
            return nil
        }
        return """
            SELECT home.rid FROM index_reference home WHERE home.parameter = \(places.0) AND home.target IN (
                SELECT house.target FROM index_reference house WHERE house.parameter = \(places.1) AND house.rid IN (
                    SELECT worker.rid FROM index_reference worker WHERE worker.parameter = \(places.2)
                    AND worker.target = (\(target))))
            """
    }

    /// The people who have an active EpisodeOfCare of this type.
    private func program(_ id: String, _ bind: (SQLValue) -> String) -> String? {
        guard let kind = number("EpisodeOfCare", "type"), let status = number("EpisodeOfCare", "status") else {
            return nil
        }
        return """
            SELECT episode.person FROM index_token program JOIN resource episode ON episode.rid = program.rid
            WHERE program.parameter = \(bind(.integer(Int64(kind)))) AND program.code = \(bind(.text(id)))
            AND episode.deleted = 0 AND EXISTS (
                SELECT 1 FROM index_token state WHERE state.parameter = \(bind(.integer(Int64(status))))
                AND state.code = 'active' AND state.system = 0 AND state.rid = program.rid)
            """
    }
}
