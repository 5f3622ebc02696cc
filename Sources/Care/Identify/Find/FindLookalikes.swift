package import FHIR
package import Records

/// Who is easily taken for a person: others with the same telephone number, others of like name.
package struct FindLookalikes: Sendable {
    package struct Other: Sendable, Equatable {
        /// `WHITFIELD, Delores`.
        package let name: String
        /// As FHIR writes it; empty when it is not recorded.
        package let birth: String
    }

    package let sharedPhone: [Other]
    package let likeName: [Other]

    /// How many of each are given at most.
    private static let most = 5
    /// How many rows of the index one question looks at, at most.
    private static let bound = 40

    /// Reads the search tables only; `patient` is a Patient, as recorded.
    package static func read(_ patient: Resource, by reader: Reader) throws -> FindLookalikes {
        var phones: [FoundRow] = []
        for phone in SearchKeys.phones(patient.root).prefix(4) {
            phones += try rows("phone", .equal, phone.digits, reader)
        }
        // Family name and the beginning of the first given name, as a search would find them.
        let parts = PersonName(patient.root).parts
        var names: [FoundRow] = []
        if let family = parts.first, let given = parts.dropFirst().first {
            names = try rows("name", .prefix, "\(family) \(given.prefix(3))", reader)
        }
        let shared = others(phones, than: patient.id)
        return FindLookalikes(
            sharedPhone: shared, likeName: others(names, than: patient.id).filter { !shared.contains($0) })
    }

    private static func rows(
        _ kind: String, _ comparison: RowQuery.Comparison, _ key: String, _ reader: Reader
    ) throws -> [FoundRow] {
        var query = RowQuery(SearchKeys.table)
        query.conditions = [.init("kind", .equal, .text(kind)), .init("key", comparison, .text(key))]
        query.order = [("key", false)]
        query.limit = bound
        return try reader.rows(query, SearchKeys.shown)
    }

    private static func others(_ rows: [FoundRow], than person: String) -> [Other] {
        var seen: Set<String> = [person]
        return rows.filter { $0.integer("listed") == 1 && seen.insert($0.person).inserted }.prefix(most).map {
            Other(name: $0.text("name") ?? "", birth: $0.text("birth") ?? "")
        }
    }
}
