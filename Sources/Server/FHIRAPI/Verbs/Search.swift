import Access
import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.1 search, of a type, of all, and in a compartment.
enum Search {
    @Sendable static func ofType(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        try page(ask, reader, api, ask.type, ask.criteria)
    }

    @Sendable static func ofSystem(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        throw Refusal(.badRequest, .notSupported, "A search of all types is not open yet.")
    }

    @Sendable static func ofCompartment(_ ask: Ask, _ reader: Reader, _ api: FHIRAPI) throws -> Reply {
        guard ask.type == "Patient" else {
            throw Refusal(.notFound, .notSupported, "Only the compartment of a Patient is searched.")
        }
        return try page(ask, reader, api, ask.within, ask.criteria + [("patient", "Patient/\(ask.id)")])
    }

    private static func page(
        _ ask: Ask, _ reader: Reader, _ api: FHIRAPI, _ type: String, _ criteria: [(name: String, value: String)]
    ) throws -> Reply {
        let count = try ask.count()
        let chosen = criteria.filter { $0.name != "_count" }
        guard let found = try reader.matches(type, chosen) else {
            throw Refusal(.badRequest, .notSupported, "A search parameter is not known for \(type).")
        }
        var bundle = BundleText("searchset", links: [("self", ask.url())], at: ask.now)
        for kept in found.prefix(count) {
            bundle.add(
                fullURL: "\(ask.base)/\(kept.reference)", resource: kept.answer, [("search", ["mode": "match"])])
        }
        var answer = Reply()
        answer.body = bundle.text
        return answer
    }
}
