package import FHIR

extension Reader {
    /// What a conditional interaction means: the resources that match, up to a few.
    /// - Parameters:
    ///   - type: the resource type.
    ///   - criteria: search parameters as they stand in an address, decoded.
    /// - Returns: at most two; nil when a parameter is not understood.
    package func matches(_ type: String, _ criteria: [(name: String, value: String)]) throws -> [StoredText]? {
        var terms: [Query.Term] = []
        guard let number = types.number(of: type) else {
            return nil
        }
        var wantedID: String?
        for (name, value) in criteria {
            if name == "_id" {
                wantedID = value
                continue
            }
            switch definitions.searchParameter(number, name)?.kind {
            case .token:
                if let bar = value.firstIndex(of: "|") {
                    terms.append(
                        .token(name, system: String(value[..<bar]), code: String(value[value.index(after: bar)...])))
                } else {
                    terms.append(.token(name, system: nil, code: value))
                }
            case .string: terms.append(.string(name, prefix: SearchText.normalized(value)))
            case .reference: terms.append(.reference(name, value.contains("/") ? value : "Patient/" + value))
            default: return nil
            }
        }
        if let wantedID, terms.isEmpty {
            return try text(type, wantedID).flatMap { $0.isDeleted ? nil : $0 }.map { [$0] } ?? []
        }
        return try search(Query(type, terms, limit: 200)).compactMap { try text($0.type, $0.id) }
            .filter { wantedID == nil || $0.id == wantedID }
    }
}
