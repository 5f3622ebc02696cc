package import FHIR
package import Records

/// Works out a person's risk from what is stored and keeps it as one RiskAssessment. Nothing is written when nothing
/// but the time has changed.
package struct ScorePerson: Sendable {
    /// The id of the Patient.
    package let person: String
    let rules: RiskRules

    package init(_ person: String, rules: RiskRules) {
        self.person = person
        self.rules = rules
    }

    /// - Returns: what is on file now; nil for who has died or has no birth date, whose record is left as it is.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``
    @discardableResult
    package func perform(in change: Change) throws -> Resource? {
        let rules = rules
        let record = try change.reader.forScores.person(person, RiskPicture.types) { rules.concerns($0, $1) }
        guard let picture = RiskPicture(of: record, rules: rules, asOf: change.now) else {
            return nil
        }
        let standing = RiskDraft.standing(in: record)
        guard let json = RiskDraft.json(picture, of: record, rules: rules, asOf: change.now) else {
            return standing
        }
        return try change.update(json, ifVersion: standing?.version)
    }
}

/// The resource that a picture asks for, when another is on file.
enum RiskDraft {
    static func standing(in record: PersonRecord) -> Resource? {
        let id = RiskRecord.id(of: record.id)
        return record.all("RiskAssessment").first { $0.id == id }
    }

    /// - Returns: nil when what is on file says the same, whenever it was worked out.
    static func json(_ picture: RiskPicture, of record: PersonRecord, rules: RiskRules, asOf: Int64) -> JSON? {
        let labels = labels(of: picture, in: record)
        if let standing = standing(in: record), let at = standing.root.text("occurrenceDateTime") {
            let same = RiskRecord.json(picture, person: record.id, rules: rules, labels: labels, at: at)
            if same.serialized() == standing.document.bytes {
                return nil
            }
        }
        return RiskRecord.json(picture, person: record.id, rules: rules, labels: labels, at: FHIRDate.instant(asOf))
    }

    /// A score explains itself by what it is made of, so it carries the labels of that, and those that it had.
    private static func labels(of picture: RiskPicture, in record: PersonRecord) -> [JSON] {
        let basis = Set(picture.basis)
        let sources =
            [standing(in: record)].compactMap { $0 }
            + RiskPicture.types.sorted().flatMap(record.all).filter { basis.contains($0.reference) }
        var labels: [JSON] = []
        for label in sources.flatMap({ $0.root["meta"]?.list("security") ?? [] }).map(\.value)
        where !labels.contains(where: { $0["system"] == label["system"] && $0["code"] == label["code"] }) {
            labels.append(label)
        }
        return labels
    }
}
