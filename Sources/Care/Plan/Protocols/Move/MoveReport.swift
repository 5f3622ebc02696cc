import FHIR
package import Records

/// What came of a default so far: how many, and who, of those whom the reader sees.
package struct MoveReport: Sendable {
    package let decision: MoveDefault

    package init(_ decision: MoveDefault) {
        self.decision = decision
    }

    private func query(_ end: MoveMark.End?, _ reader: Reader, at now: Int64) throws -> SearchQuery {
        var pairs = [SearchPair("part-of", decision.resource.reference)]
        if let end { pairs.append(SearchPair("business-status", "\(MoveDefault.system)|\(end.rawValue)")) }
        return try SearchParser(definitions: reader.definitions).parse(pairs, in: .type("Task"), now: now)
    }

    /// - Returns: people by what came of it for them.
    /// - Throws: what the database reports.
    package func counts(by reader: Reader, at now: Int64) throws -> [MoveMark.End: Int] {
        var counts: [MoveMark.End: Int] = [:]
        for end in MoveMark.End.allCases { counts[end] = try reader.count(try query(end, reader, at: now)) }
        return counts
    }

    /// - Parameters:
    ///   - end: what came of it; nil for all.
    ///   - cursor: of the page before; nil for the first.
    ///   - limit: the most of a page.
    ///   - reader: counts and names only whom it sees.
    ///   - now: milliseconds since 1970.
    /// - Returns: people with what came of it, and the cursor of the next page.
    /// - Throws: `SearchRefusal` for a cursor that is none; what the database reports.
    package func page(
        _ end: MoveMark.End?, after cursor: String?, limit: Int, by reader: Reader, at now: Int64
    ) throws -> ([MoveMark], String?) {
        var query = try query(end, reader, at: now)
        query.count = limit
        let page = try reader.search(query, after: cursor)
        return (try page.matches.compactMap { MoveMark(try $0.document().root) }, page.next)
    }
}
