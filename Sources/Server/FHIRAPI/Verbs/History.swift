import Access
import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.11 history of one resource, of a type, of all.
enum History {
    @Sendable static func ofInstance(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        try page(ask, reader, api, type: ask.type, id: ask.id)
    }

    @Sendable static func ofType(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        try page(ask, reader, api, type: ask.type, id: nil)
    }

    @Sendable static func ofSystem(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        try page(ask, reader, api, type: nil, id: nil)
    }

    private static let known: Set<String> = ["_since", "_at", "_count", Ask.cursor, "_format", "_pretty", "_sort"]

    private static func page(
        _ ask: Ask, _ reader: Reader, _ api: FHIRAPI, type: String?, id: String?
    ) throws -> Reply {
        if !ask.prefer.isLenient, let other = ask.query.first(where: { !known.contains($0.name) }) {
            throw Refusal(.badRequest, .notSupported, "A history has no parameter “\(other.name.prefix(64))”.")
        }
        let count = try ask.count()
        guard count > 0 else {
            throw Refusal(.badRequest, .value, "A history without entries says nothing: _count is at least 1.")
        }
        var wanted = HistoryAsk(type: type, id: id, limit: count + 1)
        wanted.since = try ask.moment("_since")?.lowerBound
        wanted.at = try ask.moment("_at")
        if let mark = ask.parameter(Ask.cursor) {
            wanted.after = try place(mark, ask)
        }
        let found = try reader.history(wanted)
        var shown: [StoredText] = []
        var bytes = 0
        for version in found.prefix(count) where bytes < BundlePage.mostBytes {
            shown.append(version)
            bytes += version.body.count
        }
        var links = [(relation: "self", url: ask.url())]
        if shown.count < found.count, let last = shown.last {
            let mark = PlaceMark.text(
                [String(last.updated), last.type, last.id, String(last.version)], of: ask.question)
            links.append(("next", ask.url(after: mark)))
        }
        var bundle = BundleText("history", links: links, for: ask)
        for version in shown {
            add(version, ask, to: &bundle)
        }
        var answer = Reply()
        answer.body = bundle.text
        return answer
    }

    private static func place(_ mark: String, _ ask: Ask) throws -> HistoryAsk.Place {
        let parts = try PlaceMark.parts(mark, of: ask.question)
        guard parts.count == 4, let updated = Int64(parts[0]), let version = Int(parts[3]) else {
            throw Refusal(.badRequest, .value, "The page mark is broken.")
        }
        return HistoryAsk.Place(updated: updated, type: parts[1], id: parts[2], version: version)
    }

    private static func add(_ version: StoredText, _ ask: Ask, to bundle: inout BundleText) {
        let method = version.isDeleted ? "DELETE" : version.version == 1 ? "POST" : "PUT"
        let status = version.isDeleted ? "204 No Content" : version.version == 1 ? "201 Created" : "200 OK"
        bundle.add(
            fullURL: "\(ask.base)/\(version.reference)", resource: version.isDeleted ? nil : version.answer,
            [
                (
                    "request",
                    ["method": .string(method), "url": .string(method == "POST" ? version.type : version.reference)]
                ),
                (
                    "response",
                    [
                        "status": .string(status), "etag": "W/\"\(version.version)\"",
                        "lastModified": .string(FHIRDate.instant(version.updated)),
                    ]
                ),
            ])
    }
}

/// What one page holds at most, whatever was asked for.
enum BundlePage {
    static let mostBytes = 8 << 20
}
