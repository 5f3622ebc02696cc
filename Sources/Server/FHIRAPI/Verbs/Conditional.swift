import FHIR
import HTTPTypes
import Records

/// Interactions that name their resource by a search. FHIR R4 §3.1.0.8.1, §3.1.0.4.3
enum Conditional {
    /// Reads `identifier=7`, `Patient?identifier=7` or `https://here/fhir/Patient?identifier=7`.
    /// - Throws: 400 for another type or server, 412 when nothing is asked for.
    static func criteria(
        _ type: String, _ text: String, base: String
    ) throws -> [(name: String, value: String)] {
        var rest = text[...]
        if let mark = text.firstIndex(of: "?") {
            let address = text[..<mark]
            guard address.isEmpty || address == type || address == "\(base)/\(type)" || address == "/\(type)" else {
                throw Refusal(.badRequest, .value, "A condition is a search of the same type on this server.")
            }
            rest = text[text.index(after: mark)...]
        }
        let criteria = try APIAddress.parameters(rest).filter { !Ask.ofTheAnswer.contains($0.name) }
        guard criteria.contains(where: { !$0.value.isEmpty }) else {
            throw Refusal(.preconditionFailed, .required, "The condition does not choose: it has no search parameters.")
        }
        return criteria
    }

    /// The one that matches.
    /// - Returns: nil when none does.
    /// - Throws: 412 when several do, 400 for parameters that are not known.
    static func match(
        _ type: String, _ criteria: [(name: String, value: String)], _ reader: Reader, _ ask: Ask, what: String
    ) throws -> StoredText? {
        let query = try SearchParser(definitions: reader.definitions).parse(
            criteria.map { SearchPair($0.name, $0.value) }, in: .type(type), base: ask.base, now: ask.now)
        guard query.branches.contains(where: { !$0.terms.isEmpty }) else {
            throw Refusal(.preconditionFailed, .required, "\(what): the search does not choose.")
        }
        let found = try reader.matches(query, limit: 2)
        guard found.count <= 1 else {
            throw Refusal(
                .preconditionFailed, .multipleMatches, "\(what): more than one \(type) matches, so none is chosen.")
        }
        return try found.first.flatMap { try reader.text($0.type, $0.id) }
    }

    /// What a condition found and the answer shows, though nothing is changed: that is a look.
    static func show(_ found: StoredText, _ change: Change, _ ask: Ask) throws -> StoredText {
        try change.look(for: "api conditional create \(ask.type)") { try $0.text(found.type, found.id) } ?? found
    }
}
