import Access
import FHIR
import HTTPTypes
import Records

/// FHIR R4 Patient/$everything: the person's whole record in pages, with who and where each page refers to.
/// http://hl7.org/fhir/R4/patient-operation-everything.html
enum Everything {
    private static let known: Set<String> = [
        "_since", "_type", "start", "end", "_count", Ask.cursor, "_format", "_pretty",
    ]
    private static let usualPage = 500

    @Sendable static func perform(_ asked: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        var ask = asked
        try hear(ask.body, &ask)
        if !ask.prefer.isLenient, let other = ask.query.first(where: { !known.contains($0.name) }) {
            throw Refusal(.badRequest, .notSupported, "$everything has no parameter “\(other.name.prefix(64))”.")
        }
        let count = ask.parameter("_count") == nil ? usualPage : try ask.count()
        guard count > 0 else {
            throw Refusal(.badRequest, .value, "_count is at least 1.")
        }
        var wanted = EverythingAsk(person: ask.id, limit: count + 1)
        wanted.since = try ask.moment("_since")?.lowerBound
        wanted.during = try during(ask)
        if let types = ask.parameter("_type") {
            wanted.types = Set(types.split(separator: ",").map { String($0).trimmed })
            if let other = wanted.types?.first(where: { api.definitions.number(ofType: $0) == nil }) {
                throw Refusal(.badRequest, .value, "_type: FHIR R4 has no resource type “\(other.prefix(64))”.")
            }
        }
        if let mark = ask.parameter(Ask.cursor) {
            let parts = try PlaceMark.parts(mark, of: ask.question)
            guard parts.count == 2 else {
                throw Refusal(.badRequest, .value, "The page mark is broken.")
            }
            wanted.after = (parts[0], parts[1])
        }
        return try page(ask, wanted, count, reader)
    }

    private static func page(_ ask: Ask, _ wanted: EverythingAsk, _ count: Int, _ reader: Reader) throws -> Reply {
        let found = try reader.everything(wanted)
        var shown: [StoredText] = []
        var bytes = 0
        for resource in found.prefix(count) where bytes < BundlePage.mostBytes {
            shown.append(resource)
            bytes += resource.body.count
        }
        var links = [(relation: "self", url: ask.url())]
        if shown.count < found.count, let last = shown.last {
            links.append(("next", ask.url(after: PlaceMark.text([last.type, last.id], of: ask.question))))
        }
        var bundle = BundleText("searchset", links: links, for: ask)
        for resource in shown {
            bundle.add(
                fullURL: "\(ask.base)/\(resource.reference)", resource: resource.answer, [("search", ["mode": "match"])]
            )
        }
        for reference in Self.around(shown) where wanted.types?.contains(reference.type) ?? true {
            if let resource = try reader.text(reference.type, reference.id), !resource.isDeleted,
                resource.updated >= wanted.since ?? .min
            {
                bundle.add(
                    fullURL: "\(ask.base)/\(resource.reference)", resource: resource.answer,
                    [("search", ["mode": "include"])])
            }
        }
        var reply = Reply()
        reply.body = bundle.text
        return reply
    }

    /// Who and where the records refer to: what is in nobody's record.
    static func around(_ shown: [StoredText]) -> [(type: String, id: String)] {
        let mark = Array("\"reference\":\"".utf8)
        var found: [String: (type: String, id: String)] = [:]
        for resource in shown {
            var rest = resource.body[...]
            while let start = rest.firstRange(of: mark) {
                rest = rest[start.upperBound...]
                guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else {
                    break
                }
                let text = String(decoding: rest[..<end], as: UTF8.self)
                if case .resource(let type, let id) = ReferenceTarget(text), surroundings.contains(type) {
                    found["\(type)/\(id)"] = (type, id)
                }
                rest = rest[end...]
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    private static let surroundings: Set<String> = [
        "Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService", "Medication", "Substance",
        "Questionnaire", "Endpoint",
    ]

    /// Days that start or end it: both are of it.
    private static func during(_ ask: Ask) throws -> Range<Int64>? {
        let start = try ask.moment("start")
        let end = try ask.moment("end")
        guard start != nil || end != nil else {
            return nil
        }
        let low = start?.lowerBound ?? FHIRDate.earliest
        let high = end?.upperBound ?? FHIRDate.latest
        guard low < high else {
            throw Refusal(.badRequest, .value, "start is behind end.")
        }
        return low..<high
    }

    /// By POST, what is asked for stands in Parameters.
    private static func hear(_ body: JSONNode?, _ ask: inout Ask) throws {
        guard let body else {
            return
        }
        guard body["resourceType"]?.string == "Parameters" else {
            throw Refusal(.badRequest, .invalid, "An operation is asked for with Parameters.")
        }
        for parameter in body.list("parameter") {
            guard let name = parameter["name"]?.string,
                let value = parameter.members.first(where: { $0.name.hasPrefix("value") })?.value
            else {
                continue
            }
            ask.query.append((name, value.string ?? value.digits ?? ""))
        }
    }
}
