/// Among what to search.
package enum SearchScope: Sendable, Hashable {
    case type(String)
    /// All types, or those that `_type` names.
    case system
    /// What is in the compartment of a resource, for example of `Patient/17`; `type` nil for all types.
    case compartment(String, id: String, type: String?)
}

/// Reads searches (FHIR R4 §3.1.1). It knows no database: what it gives is a checked ``SearchQuery``.
package struct SearchParser: Sendable {
    let definitions: Definitions

    /// The most references that one parameter follows.
    static let deepest = 8
    /// The most values of one parameter, and of all together.
    static let mostValues = 500
    static let mostValuesInAll = 2_000
    static let mostTerms = 64
    static let mostIncludes = 32

    package init(definitions: Definitions) { self.definitions = definitions }

    /// - Parameters:
    ///   - pairs: the parameters, decoded.
    ///   - scope: among what to search.
    ///   - base: this server's own address without a slash at its end; nil when unknown.
    ///   - now: milliseconds since 1970, for `ap`.
    ///   - lenient: whether unknown parameters are passed over (`Prefer: handling=lenient`) instead of refused.
    /// - Returns: the search as it will be run.
    /// - Throws: ``SearchRefusal`` that names each parameter that cannot be used, and why.
    package func parse(
        _ pairs: [SearchPair], in scope: SearchScope, base: String? = nil, now: Int64, lenient: Bool = false
    ) throws(SearchRefusal) -> SearchQuery {
        let types = try types(scope, pairs)
        var query = SearchQuery(branches: types.map { SearchBranch(type: $0, terms: [], sort: []) })
        query.base = base
        query.place = "\(scope)"
        if case .compartment(let owner, let id, _) = scope { try enter(owner, id, &query) }
        var issues: [Issue] = []
        var values = 0
        for pair in pairs {
            do throws(SearchRefusal) {
                values += pair.value.utf8.count { $0 == UInt8(ascii: ",") } + 1
                guard values <= Self.mostValuesInAll else {
                    throw SearchRefusal(.tooCostly, "A search may have \(Self.mostValuesInAll) values in all.")
                }
                guard !pair.value.utf8.contains(0), !pair.name.utf8.contains(0) else {
                    throw SearchRefusal(.invalid, "The search holds a NUL character.")
                }
                if try result(pair, scope, &query) || Self.passedBy.contains(pair.name) { continue }
                try filter(pair, now: now, &query)
                query.selfParameters.append(pair)
            } catch {
                let refusal = error
                let canPass = lenient && refusal.issues.allSatisfy { $0.code == .notSupported }
                if canPass {
                    query.ignored += refusal.issues.map {
                        Issue(.warning, $0.code, $0.diagnostics + " It was passed over.")
                    }
                } else {
                    issues += refusal.issues
                }
                if issues.count >= 20 || issues.contains(where: { $0.code == .tooCostly }) { break }
            }
        }
        guard issues.isEmpty else { throw SearchRefusal(issues) }
        guard query.branches.allSatisfy({ $0.terms.count <= Self.mostTerms }) else {
            throw SearchRefusal(.tooCostly, "A search may have \(Self.mostTerms) conditions.")
        }
        guard query.includes.count <= Self.mostIncludes else {
            throw SearchRefusal(.tooCostly, "A search may have \(Self.mostIncludes) includes.")
        }
        return query
    }

    /// How the answer is written down, which is not the search's to say.
    /// `_totalMethod` is what fhirpy adds when it counts; it chooses nothing, so nothing is widened without it.
    private static let passedBy: Set<String> = ["_format", "_pretty", "_type", "_totalMethod"]

    // MARK: Types

    private func types(_ scope: SearchScope, _ pairs: [SearchPair]) throws(SearchRefusal) -> [Int] {
        let asked = pairs.filter { $0.name == "_type" }
        switch scope {
        case .type(let name), .compartment(_, _, let name?):
            guard asked.isEmpty else {
                throw SearchRefusal(.invalid, "_type is for a search of several types; this one is of \(name).")
            }
            return [try number(name)]
        case .system, .compartment:
            guard let wanted = asked.first else { return Array(definitions.resourceTypes.indices) }
            guard asked.count == 1 else { throw SearchRefusal(.invalid, "_type is given more than once.") }
            var numbers: [Int] = []
            for name in wanted.value.split(separator: ",", omittingEmptySubsequences: false) {
                let number = try number(String(name))
                if !numbers.contains(number) { numbers.append(number) }
            }
            return numbers
        }
    }

    func number(_ type: String) throws(SearchRefusal) -> Int {
        guard let number = definitions.number(ofType: type) else {
            throw SearchRefusal(
                .invalid,
                "FHIR R4 has no resource type \(SearchRefusal.shown(type))."
                    + NearSpelling.hint(type, among: definitions.resourceTypes))
        }
        return number
    }

    func name(_ type: Int) -> String { definitions.name(ofType: type) ?? "" }

    /// FHIR R4 §2.37: what belongs to a patient, a practitioner, … by any of the references that the compartment lists.
    private func enter(_ owner: String, _ id: String, _ query: inout SearchQuery) throws(SearchRefusal) {
        guard definitions.hasCompartment(owner) else {
            throw SearchRefusal(.notSupported, "FHIR R4 has no compartment of \(SearchRefusal.shown(owner)).")
        }
        query.branches = query.branches.compactMap { branch in
            var branch = branch
            let codes = definitions.compartment(of: owner, branch.type)
            let parameters = codes.compactMap { definitions.searchParameter(branch.type, $0) }
                .filter { $0.kind == .reference }
            var ways: [SearchTerm] = []
            if name(branch.type) == owner { ways.append(.ids([id])) }
            if !parameters.isEmpty {
                ways.append(.reference(parameters.map(\.number), any: [.place(type: owner, id: id)]))
            }
            guard !ways.isEmpty else { return nil }
            branch.terms.append(ways.count == 1 ? ways[0] : .any(ways))
            return branch
        }
    }

    // MARK: Filters

    private func filter(_ pair: SearchPair, now: Int64, _ query: inout SearchQuery) throws(SearchRefusal) {
        for index in query.branches.indices {
            let reading = ReadFilter(parser: self, base: query.base, now: now)
            let term = try reading.term(
                query.branches[index].type, Substring(pair.name), value: pair.value, depth: 0)
            if let term { query.branches[index].terms.append(term) }
        }
    }
}
