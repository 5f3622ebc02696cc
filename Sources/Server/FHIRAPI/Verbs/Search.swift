import Access
import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.1 search, of a type, of all, and in a compartment.
enum Search {
    @Sendable static func ofType(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        try page(ask, reader, api, .type(ask.type))
    }

    @Sendable static func ofSystem(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        try page(ask, reader, api, .system)
    }

    @Sendable static func ofCompartment(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        if !ask.within.isEmpty {
            try api.permit(.search, ask.within, ask)
        }
        let within = ask.within.isEmpty ? nil : ask.within
        return try page(ask, reader, api, .compartment(ask.type, id: ask.id, type: within))
    }

    private static func page(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI, _ scope: SearchScope) throws -> Reply {
        let query = try SearchParser(definitions: api.definitions).parse(
            ask.chosen, in: scope, base: ask.base, now: ask.now, lenient: ask.prefer.isLenient)
        let page = try reader.search(query, after: ask.parameter(Ask.cursor))
        let subset = Subset(query)
        var bundle = BundleText("searchset", links: links(ask, query, next: page.next), total: page.total, for: ask)
        for match in page.matches {
            bundle.add(
                fullURL: "\(ask.base)/\(match.reference)", resource: try text(match, subset, api), matched)
        }
        for included in page.includes {
            bundle.add(
                fullURL: "\(ask.base)/\(included.reference)", resource: try text(included, subset, api), self.included)
        }
        if !page.issues.isEmpty {
            bundle.add(
                fullURL: nil, resource: OperationOutcome.json(page.issues).serialized(),
                [("search", ["mode": "outcome"])])
        }
        var reply = Reply()
        reply.body = bundle.text
        return reply
    }

    private static let matched: [(name: String, value: JSON)] = [("search", ["mode": "match"])]
    private static let included: [(name: String, value: JSON)] = [("search", ["mode": "include"])]

    private static func text(_ found: StoredText, _ subset: Subset?, _ api: FHIRAPI) throws -> [UInt8] {
        try subset?.text(of: found, api.definitions) ?? found.answer
    }

    /// The address of the search as it was understood, of its first page, and of the next.
    private static func links(
        _ ask: Ask, _ query: SearchQuery, next: String?
    ) -> [(relation: String, url: String)] {
        let used = query.selfLink
        let start = ask.address + (used.isEmpty ? "" : "?" + used)
        func at(_ cursor: String) -> String {
            start + (used.isEmpty ? "?" : "&") + Ask.cursor + "=" + cursor.formEncoded
        }
        let cursor = ask.parameter(Ask.cursor)
        var links = [(relation: "self", url: cursor.map(at) ?? start)]
        if cursor != nil {
            links.append(("first", start))
        }
        if let next {
            links.append(("next", at(next)))
        }
        return links
    }
}

extension Ask {
    /// What is searched for, without the place in it.
    var chosen: [SearchPair] {
        query.filter { $0.name != Self.cursor }.map { SearchPair($0.name, $0.value) }
    }
}
