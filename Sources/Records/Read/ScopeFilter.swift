package import Access
package import FHIR

/// The search parameters of a scope such as `system/Observation.rs?category=laboratory`, SMART App Launch 2.0 §3.0.2.5.
/// They say which resources there are at all for a client, so only what a resource itself says can stand in them: no
/// chains, no `_has`, nothing about how to answer.
package enum ScopeFilter {
    private static let ownParameters: Set<String> = ["_id", "_tag", "_security", "_profile", "_source"]

    /// - Throws: `SearchRefusal` that names what cannot be used, and why.
    package static func check(_ scope: Scope, _ definitions: Definitions) throws(SearchRefusal) {
        if let type = scope.type, definitions.number(ofType: type) == nil {
            throw SearchRefusal(.invalid, "FHIR R4 has no resource type “\(type.prefix(64))”.")
        }
        if let type = scope.type, let filter = scope.filter {
            _ = try terms(filter, type: type, definitions)
        }
    }

    static func terms(
        _ filter: String, type: String, _ definitions: Definitions
    ) throws(SearchRefusal) -> [SearchTerm] {
        let pairs = try SearchPairs.read(filter.utf8)
        for pair in pairs {
            let name = pair.name.prefix { $0 != ":" }
            guard !pair.name.contains("."), !name.hasPrefix("_") || ownParameters.contains(String(name)) else {
                throw SearchRefusal(
                    .notSupported, "A scope cannot be narrowed by “\(pair.name.prefix(64))”.")
            }
        }
        let query = try SearchParser(definitions: definitions).parse(pairs, in: .type(type), now: 0)
        guard let terms = query.branches.first?.terms, !terms.isEmpty else {
            throw SearchRefusal(.invalid, "The filter of a scope is empty.")
        }
        return terms
    }
}

extension ReachFilter {
    /// What satisfies one of the filters. A filter that is not understood, or not any more, opens nothing.
    func matching(_ filters: [String], type: String, alias: String, bind: (SQLValue) -> String) -> String? {
        let row = Clause.Candidate(rid: "\(alias).rid", row: alias)
        let ways = filters.compactMap { clauses(of: $0, type: type) }.filter { !$0.contains(where: \.isNever) }
            .map { "(\(SQLText.joined($0.map { $0.probe(row) }, by: " AND ")))" as SQLText }
        guard !ways.isEmpty else {
            return nil
        }
        return "(\(SQLText.joined(ways, by: " OR ").written(bind)))"
    }

    /// The same as clauses of a search, which can give the candidates; none where something is in reach without them.
    func filterClauses(_ action: Action, type: String) throws -> [Clause] {
        let parts = policy.reach(of: caller, for: action, on: type).parts
        guard parts.count == 1, let filters = parts.first?.filters, !filters.isEmpty else {
            return []
        }
        let ways = filters.compactMap { clauses(of: $0, type: type) }
        if ways.count == 1, let only = ways.first {
            return only
        }
        return [.any(try ways.map { try resolver.all($0) })]
    }

    private var resolver: ResolveTerm {
        ResolveTerm(
            connection: connection, types: types, definitions: definitions, words: words, reach: self, base: nil)
    }

    /// All that a filter asks for.
    private func clauses(of filter: String, type: String) -> [Clause]? {
        guard let number = types.number(of: type),
            let terms = try? ScopeFilter.terms(filter, type: type, definitions)
        else {
            return nil
        }
        return try? terms.map { try resolver.clause($0, of: number) }
    }
}
