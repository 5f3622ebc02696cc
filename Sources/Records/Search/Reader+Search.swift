import Access
package import FHIR

extension Reader {
    /// The most bytes of resources that a page holds, its last one apart.
    private static let mostBytes = 8 << 20

    /// One page of a search. What the caller does not reach is absent from matches, chains, includes and totals.
    /// - Parameters:
    ///   - query: what ``SearchParser`` made of the request.
    ///   - cursor: the mark of the page before; nil for the first.
    /// - Returns: the page; an empty one when the caller reaches nobody.
    /// - Throws: `SearchRefusal` for a cursor that is not of this search, or what the database reports.
    package func search(_ query: SearchQuery, after cursor: String? = nil) throws -> SearchPage {
        var page = SearchPage()
        page.issues = query.ignored
        if query.isCountOnly {
            page.total = try count(query)
            return page
        }
        let mark = query.mark
        let from = try cursor.map { try SearchCursor($0, for: mark) }
        let plans = try plans(query)
        if query.total != .none {
            page.total = try plans.reduce(0) { try $0 + $1.count() }
        }
        let found = try matches(plans, from, limit: query.count + 1)
        var bytes = 0
        let texts = TextsByKey(reader: self)
        var last: SearchPlan.Found?
        for chunk in found.prefix(query.count).chunks(of: 50) {
            guard bytes < Self.mostBytes else {
                break
            }
            let read = try texts.read(chunk.map(\.rid))
            for match in chunk where bytes < Self.mostBytes {
                if let text = read[match.rid] {
                    page.matches.append(text)
                    bytes += text.body.count
                }
                last = match
            }
        }
        if let last, last.rid != found.last?.rid {
            page.next = SearchCursor(keys: last.keys, type: last.type, id: last.id).text(for: mark)
        }
        if !query.includes.isEmpty {
            try SearchIncludes(reader: self, query: query).add(to: &page)
        }
        for text in page.matches + page.includes {
            looked.note(text)
        }
        return page
    }

    /// How many resources match.
    package func count(_ query: SearchQuery) throws -> Int {
        try plans(query).reduce(0) { try $0 + $1.count() }
    }

    /// The first matches, for interactions that are conditional: two are enough to know that there is not one.
    /// - Returns: type and id of each.
    package func matches(_ query: SearchQuery, limit: Int) throws -> [(type: String, id: String)] {
        try matches(plans(query), nil, limit: limit).map { (types.names[$0.type], $0.id) }
    }

    private func plans(_ query: SearchQuery) throws -> [SearchPlan] {
        let resolve = ResolveTerm(
            connection: connection, types: types, definitions: definitions, words: words, reach: reach, base: query.base
        )
        try refuseClosed(query)
        return try query.branches.compactMap { branch in
            let name = types.names[branch.type]
            let parameters = branch.parameters
            let condition = SQLText.placing {
                reach.condition(.search, type: name, alias: "@", touching: parameters, bind: $0)
            }
            guard let condition else {
                return nil
            }
            let clauses =
                try branch.terms.flatMap(Self.apart).map { try resolve.clause($0, of: branch.type) }
                + reach.filterClauses(.search, type: name)
            guard !clauses.contains(where: \.isNever) else {
                return nil
            }
            return try SearchPlan(
                connection: connection, type: branch.type, clauses: clauses,
                sort: branch.sort.map { SortColumn($0, definitions: definitions) },
                reach: reach.isWhole(.search, name) ? nil : condition,
                isPanel: reach.isOfSome(.search, name, touching: parameters),
                followsArrival: reach.followsArrival)
        }
    }

    /// What all has to hold is asked one by one.
    private static func apart(_ term: SearchTerm) -> [SearchTerm] {
        guard case .all(let terms) = term, !terms.isEmpty else {
            return [term]
        }
        return terms.flatMap(apart)
    }

    /// Types follow each other, or are merged by the sort keys.
    private func matches(
        _ plans: [SearchPlan], _ from: SearchCursor?, limit: Int
    ) throws -> [SearchPlan.Found] {
        let isSorted = plans.first.map { !$0.sort.isEmpty } ?? false
        let place = from.map { mark in plans.firstIndex { $0.type >= mark.type } ?? plans.count } ?? 0
        var found: [(plan: Int, match: SearchPlan.Found)] = []
        for (index, plan) in plans.enumerated() {
            if !isSorted, found.count >= limit || index < place {
                continue
            }
            var start = SearchPlan.Start.beginning
            if let from {
                if plan.type == from.type {
                    start = .after(keys: from.keys, tie: try tie(plan, from))
                } else if isSorted {
                    start = .at(keys: from.keys, including: index >= place)
                }
            }
            let wanted = isSorted ? limit : limit - found.count
            found += try plan.run(from: start, limit: wanted).map { (index, $0) }
        }
        if isSorted, plans.count > 1, let sort = plans.first?.sort {
            // Sorting is stable in effect: what has the same keys keeps the order of types and of its own.
            let order = found.indices.sorted { left, right in
                let compared = SearchOrder.compare(found[left].match.keys, found[right].match.keys, sort)
                return compared == 0 ? left < right : compared < 0
            }
            found = order.map { found[$0] }
        }
        return found.prefix(limit).map(\.match)
    }

    private func tie(_ plan: SearchPlan, _ cursor: SearchCursor) throws -> SQLValue {
        guard plan.tie == "rid" else {
            return .text(cursor.id)
        }
        let rid = try connection.first(
            "SELECT rid FROM resource WHERE type = $1 AND id = $2",
            [.integer(Int64(cursor.type)), .text(cursor.id)], { $0.integer(0) })
        guard let rid, cursor.keys.count == plan.sort.count else {
            throw SearchRefusal(.expired, "The place where this page began is gone. Start the search again.")
        }
        return .integer(rid)
    }
}

/// How sort keys stand to each other, as the databases have it.
enum SearchOrder {
    static func compare(_ left: [SQLValue], _ right: [SQLValue], _ sort: [SortColumn]) -> Int {
        for (index, key) in sort.enumerated() where index < left.count && index < right.count {
            let compared = compare(left[index], right[index])
            guard compared != 0 else {
                continue
            }
            // What has no value comes last in either direction.
            if left[index] == .null || right[index] == .null {
                return compared
            }
            return key.isDescending ? -compared : compared
        }
        return 0
    }

    private static func compare(_ left: SQLValue, _ right: SQLValue) -> Int {
        switch (left, right) {
        case (.null, .null): 0
        case (.null, _): 1
        case (_, .null): -1
        case (.integer(let left), .integer(let right)): left < right ? -1 : left > right ? 1 : 0
        case (.real(let left), .real(let right)): left < right ? -1 : left > right ? 1 : 0
        case (.text(let left), .text(let right)):
            left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : left == right ? 0 : 1
        default: 0
        }
    }
}

extension SearchQuery {
    /// A number that stands for the search, so that a cursor is good for no other.
    var mark: UInt64 {
        // How many a page holds may change on the way.
        var text = SearchPairs.written(selfParameters.filter { $0.name != "_count" })
        for branch in branches {
            text += " \(branch.type) \(branch.terms.count)"
        }
        text += " " + place
        return SearchCursor.hash(text.utf8)
    }
}

extension Collection {
    /// Pieces of at most so many elements.
    func chunks(of size: Int) -> [SubSequence] {
        var chunks: [SubSequence] = []
        var rest = self[...]
        while !rest.isEmpty {
            chunks.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return chunks
    }
}
