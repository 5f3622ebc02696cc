import FHIR
package import Records

/// The versions of a person's plan: each moment at which a part of it, or the medicines, changed. A version is named by its
/// moment, which is the same for everybody, whatever of the plan they may see.
package struct PlanHistory: Sendable {
    package static let reads: Set<String> = [
        "CarePlan", "Goal", "Condition", "Task", "MedicationRequest", "MedicationStatement",
    ]

    /// Milliseconds since 1970, oldest first.
    package let moments: [Int64]
    private let history: PersonHistory
    private let names: [String: String]
    private let changed: [Int64: [Resource]]

    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - reader: of the records.
    /// - Throws: ``RecordsFailure``
    package init(of person: String, by reader: Reader) throws {
        let history = try reader.history(of: person, Self.reads)
        let all = PersonRecord(id: person, resources: history.versions.compactMap(\.resource))
        self.init(history, names: try Medicine.names(of: all, by: reader))
    }

    /// - Parameters:
    ///   - history: of the types of ``reads``.
    ///   - names: of medicines that the records only refer to.
    package init(_ history: PersonHistory, names: [String: String] = [:]) {
        self.history = history
        self.names = names
        var parts: Set<String> = []
        var begun: Int64?
        for version in history.versions {
            guard let resource = version.resource else {
                continue
            }
            if resource.type == "CarePlan", PlanMark.isOurs(resource) {
                begun = min(begun ?? .max, resource.updated)
                parts.insert(resource.reference)
                parts.formUnion(PlanPicture.references(resource))
            } else if resource.type == "Task",
                resource.root.list("basedOn").contains(where: { parts.contains($0.text("reference") ?? "") })
            {
                parts.insert(resource.reference)
            }
        }
        var changed: [Int64: [Resource]] = [:]
        for version in history.versions where version.updated >= begun ?? .max {
            let isMedicine = version.reference.hasPrefix("Medication")
            guard isMedicine || parts.contains(version.reference) else {
                continue
            }
            changed[version.updated, default: []] += [version.resource].compactMap(\.self)
        }
        self.changed = changed
        moments = changed.keys.sorted()
    }

    /// The version that stood at a moment; nil before the plan was begun.
    package func version(at moment: Int64) -> Int64? { moments.last { $0 <= moment } }

    /// The plan as it stood.
    package func picture(at moment: Int64) -> PlanPicture { PlanPicture(history.record(at: moment), names: names) }

    /// One of the resources that made a version, to ask the audit who made it.
    package func cause(of moment: Int64) -> Resource? {
        let all = changed[moment] ?? []
        return all.first { $0.type != "CarePlan" } ?? all.first
    }
}
