import FHIR
import Records

/// A condition that stands open, or a barrier: a social need or a worry.
package struct Problem: Sendable {
    package let words: String
    /// As FHIR writes it.
    package let since: String?
    /// The reference of who recorded it, or of the visit.
    let origin: String?
    package var source: String?
    package let isBarrier: Bool
    package let snomed: [String]
    package let icd10: [String]

    /// The open ones of a person, each name once, the latest first.
    static func open(in record: PersonRecord) -> [Problem] {
        var seen: Set<String> = []
        return record.all("Condition").compactMap { Problem($0.root) }
            .sorted { ($0.since ?? "") > ($1.since ?? "") }.filter { seen.insert($0.words.lowercased()).inserted }
    }

    private init?(_ condition: JSONNode) {
        let status = condition["clinicalStatus"]?.codes ?? []
        let verification = condition["verificationStatus"]?.codes ?? []
        guard status.isEmpty || !Set(status).isDisjoint(with: ["active", "recurrence", "relapse"]),
            condition["abatementDateTime"] == nil,
            Set(verification).isDisjoint(with: ["refuted", "entered-in-error"]),
            let words = condition["code"]?.words
        else {
            return nil
        }
        self.words = words
        since =
            condition["onsetDateTime"]?.string ?? condition["onsetPeriod"]?["start"]?.string
            ?? condition["recordedDate"]?.string
        origin = condition["recorder"]?["reference"]?.string ?? condition["encounter"]?["reference"]?.string
        source = condition["recorder"]?["display"]?.string
        let categories = condition.list("category").flatMap(\.codes)
        isBarrier = categories.contains("sdoh") || categories.contains("health-concern")
        snomed =
            condition["code"]?.list("coding").filter { $0["system"]?.string == "http://snomed.info/sct" }
            .compactMap { $0["code"]?.string } ?? []
        icd10 =
            condition["code"]?.list("coding").filter { $0["system"]?.string == "http://hl7.org/fhir/sid/icd-10-cm" }
            .compactMap { $0["code"]?.string } ?? []
    }
}
