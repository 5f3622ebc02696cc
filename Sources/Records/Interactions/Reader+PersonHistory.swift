import Access
import FHIR

/// All versions of some of a person's resources: the record as it stood at any moment can be made of them.
package struct PersonHistory: Sendable {
    package struct Version: Sendable {
        /// nil: from then on it was deleted.
        package let resource: Resource?
        package let reference: String
        /// Milliseconds since 1970.
        package let updated: Int64
        fileprivate let rid: Int64
        fileprivate let number: Int
    }

    /// The id of the Patient.
    package let id: String
    /// Oldest first.
    package let versions: [Version]

    fileprivate init(id: String, versions: [Version]) {
        self.id = id
        self.versions = versions.sorted { ($0.updated, $0.rid, $0.number) < ($1.updated, $1.rid, $1.number) }
    }

    /// The record as it stood at a moment, what was stored at that moment included.
    /// - Parameter moment: milliseconds since 1970.
    /// - Returns: the record, of the types that were read.
    package func record(at moment: Int64) -> PersonRecord {
        var standing: [Int64: Version] = [:]
        for version in versions {
            guard version.updated <= moment else {
                break
            }
            standing[version.rid] = version
        }
        return PersonRecord(
            id: id, resources: standing.values.sorted { $0.rid < $1.rid }.compactMap(\.resource))
    }
}

extension Reader {
    /// Every version of a person's resources of some types, those included that were deleted since. Who may not see what
    /// a resource holds now sees none of its versions.
    /// - Parameters:
    ///   - id: the id of the Patient.
    ///   - wanted: the resource types.
    /// - Returns: the versions that the caller may see.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``, and what the database reports.
    package func history(of id: String, _ wanted: Set<String>) throws -> PersonHistory {
        let patient = try get("Patient", id)
        var texts: [StoredText] = []
        for type in wanted.sorted() {
            guard let number = types.number(of: type) else {
                continue
            }
            for isPast in [false, true] {
                var values: [SQLValue] = [.integer(patient.rid), .integer(Int64(number))]
                let condition = reach.condition(.read, type: type, alias: "r") { value in
                    values.append(value)
                    return "$\(values.count)"
                }
                guard let condition else {
                    continue
                }
                let columns =
                    isPast
                    ? "r.rid, r.type, r.id, r.person, h.version, h.updated, h.deleted, h.body, r.labels"
                    : StoredText.columns("r")
                try connection.rows(
                    """
                    SELECT \(columns) FROM resource r \(isPast ? "JOIN history h ON h.rid = r.rid" : "")
                    WHERE \(type == "Patient" ? "r.rid" : "r.person") = $1 AND r.type = $2 AND r.version > 0
                    AND \(condition)
                    """, values
                ) { row in
                    if let text = StoredText(row, types: types) {
                        texts.append(text)
                    }
                }
            }
        }
        return PersonHistory(
            id: id,
            versions: try shown(texts).map { text in
                PersonHistory.Version(
                    resource: text.isDeleted
                        ? nil
                        : Resource(
                            type: text.type, id: text.id, version: text.version, updated: text.updated,
                            document: try text.document(), rid: text.rid, person: text.person, labels: text.labels),
                    reference: text.reference, updated: text.updated, rid: text.rid, number: text.version)
            })
    }
}
