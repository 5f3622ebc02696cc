extension SearchParser {
    /// Parameters that say how to answer, not what to find.
    static let resultParameters = [
        "_sort", "_count", "_include", "_revinclude", "_summary", "_total", "_elements", "_type",
    ]

    /// Reads a parameter that says how to answer (FHIR R4 §3.1.1.5).
    /// - Returns: whether it was one.
    func result(_ pair: SearchPair, _ scope: SearchScope, _ query: inout SearchQuery) throws(SearchRefusal) -> Bool {
        switch pair.name {
        case "_count":
            guard let count = Int(pair.value), count >= 0 else {
                throw SearchRefusal(.value, "_count is a whole number from 0.")
            }
            query.count = min(count, SearchQuery.mostOnPage)
            query.selfParameters.append(SearchPair("_count", String(query.count)))
            return true
        case "_total":
            guard let total = SearchQuery.Total(rawValue: pair.value) else {
                throw SearchRefusal(.value, "_total is none, estimate or accurate.")
            }
            query.total = total
        case "_summary":
            guard let summary = SearchQuery.Summary(rawValue: pair.value) else {
                throw SearchRefusal(.value, "_summary is true, text, data, count or false.")
            }
            query.summary = summary
        case "_elements":
            let names = pair.value.split(separator: ",").map(String.init)
            guard !names.isEmpty, names.count <= 100 else {
                throw SearchRefusal(.value, "_elements lists names of elements with commas between them.")
            }
            query.elements += names
        case "_sort": try sort(pair.value, &query)
        case "_include", "_include:iterate": try include(pair, isReverse: false, &query)
        case "_revinclude", "_revinclude:iterate": try include(pair, isReverse: true, &query)
        case "_type":
            query.selfParameters.append(pair)
            return true
        default: return false
        }
        query.selfParameters.append(pair)
        return true
    }

    private func sort(_ text: String, _ query: inout SearchQuery) throws(SearchRefusal) {
        let keys = text.split(separator: ",", omittingEmptySubsequences: false)
        guard keys.count <= 8 else { throw SearchRefusal(.tooCostly, "_sort takes at most 8 parameters.") }
        for key in keys {
            let isDescending = key.hasPrefix("-")
            let code = String(isDescending ? key.dropFirst() : key)
            for index in query.branches.indices {
                let sort = SearchSort(
                    key: try sortKey(query.branches[index].type, code), isDescending: isDescending)
                query.branches[index].sort.append(sort)
            }
        }
    }

    private func sortKey(_ type: Int, _ code: String) throws(SearchRefusal) -> SearchSort.Key {
        if code == "_id" { return .id }
        if code == "_lastUpdated" { return .updated }
        guard let parameter = definitions.searchParameter(type, code) else {
            let known = definitions.searchParameters(type).map(\.code)
            throw SearchRefusal(
                .notSupported,
                "_sort: \(name(type)) has no search parameter \(SearchRefusal.shown(code))."
                    + NearSpelling.hint(code, among: known))
        }
        switch parameter.kind {
        case .token, .date, .string, .number, .quantity: return .parameter(parameter.number, parameter.kind)
        default:
            throw SearchRefusal(.notSupported, "_sort by \(code) is not supported: it has no order of its own.")
        }
    }

    /// `Observation:patient`, `Observation:subject:Patient`, `Observation:*`, `*`.
    private func include(
        _ pair: SearchPair, isReverse: Bool, _ query: inout SearchQuery
    ) throws(SearchRefusal) {
        let parts = pair.value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var parameters: [Int: [Int]] = [:]
        if parts == ["*"] {
            for type in definitions.resourceTypes.indices {
                let all = definitions.searchParameters(type).filter { $0.kind == .reference }.map(\.number)
                if !all.isEmpty { parameters[type] = all }
            }
        } else {
            guard parts.count == 2 || parts.count == 3 else {
                throw SearchRefusal(.value, "\(pair.name) is written Type:parameter or Type:parameter:Target.")
            }
            let type = try number(parts[0])
            let references = definitions.searchParameters(type).filter { $0.kind == .reference }
            guard parts[1] != "*" || references.isEmpty else {
                parameters[type] = references.map(\.number)
                return try append(parameters, target: parts.count > 2 ? parts[2] : nil, pair, isReverse, &query)
            }
            guard let parameter = references.first(where: { $0.code == parts[1] }) else {
                throw SearchRefusal(
                    .notSupported,
                    "\(pair.name): \(parts[0]) has no reference parameter \(SearchRefusal.shown(parts[1]))."
                        + NearSpelling.hint(parts[1], among: references.map(\.code)))
            }
            parameters[type] = [parameter.number]
        }
        try append(parameters, target: parts.count > 2 ? parts[2] : nil, pair, isReverse, &query)
    }

    private func append(
        _ parameters: [Int: [Int]], target: String?, _ pair: SearchPair, _ isReverse: Bool, _ query: inout SearchQuery
    ) throws(SearchRefusal) {
        var number: Int?
        if let target { number = try self.number(target) }
        query.includes.append(
            SearchInclude(
                isReverse: isReverse, isIterated: pair.name.hasSuffix(":iterate"), parameters: parameters,
                target: number))
    }
}
