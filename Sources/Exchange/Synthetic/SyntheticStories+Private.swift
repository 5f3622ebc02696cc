package import FHIR

extension SyntheticPopulation {
    /// The stories of Content/synthetic/stories-private.csv: people whose records are kept in confidence, each with a word
    /// that stands nowhere else.
    /// - Throws: `SyntheticContent.Failure.malformed` naming the row that cannot be told.
    package static func privateStories(
        asOf: CalendarDay, content: SyntheticContent
    ) throws(SyntheticContent.Failure) -> [SyntheticStory] {
        var names: [Substring] = []
        for row in content.privateRows where !names.contains(row["story"]) { names.append(row["story"]) }
        var stories: [SyntheticStory] = []
        for name in names {
            let rows = content.privateRows.filter { $0["story"] == name }
            var teller = try StoryTeller(rows, asOf: Day(asOf), content: content)
            var kept: [SyntheticResource] = []
            for row in rows {
                if row["kind"] == "private" {
                    kept.append(try privateRecord(row, number: kept.count + 1, asOf: asOf))
                } else {
                    try teller.tell(row)
                }
            }
            stories.append(
                SyntheticStory(
                    id: String(name), purpose: String(rows.first { $0["kind"] == "about" }?["a"] ?? ""),
                    resources: teller.scribe.sheets.separate + kept))
        }
        return stories
    }

    private static func privateRecord(
        _ row: SyntheticTable.Row, number: Int, asOf: CalendarDay
    ) throws(SyntheticContent.Failure) -> SyntheticResource {
        let day = JSON.string(asOf.adding(days: try row.whole("from")).text)
        let parts = row["b"].split(separator: ":", maxSplits: 1)
        let systems: [Substring: String] = [
            "icd": "http://hl7.org/fhir/sid/icd-10-cm", "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
            "loinc": "http://loinc.org",
        ]
        guard parts.count == 2, let system = parts.first.flatMap({ systems[$0] }), let code = parts.last else {
            throw .malformed(row.place, column: "b")
        }
        let concept: JSON = [
            "coding": [["system": .string(system), "code": .string(String(code))]], "text": .string(String(row["a"])),
        ]
        let person: JSON = ["reference": .string("Patient/\(row["story"])")]
        let label: JSON? =
            row["c"].isEmpty
            ? nil
            : [
                "security": [
                    [
                        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(String(row["c"])),
                    ]
                ]
            ]
        let id = JSON.string("\(row["story"])-private\(number)")
        let clinical: JSON = "http://terminology.hl7.org/CodeSystem/condition-clinical"
        let (kind, record): (SyntheticKind, JSON)
        switch row["key"] {
        case "condition":
            kind = .condition
            record = .compact([
                "resourceType": "Condition", "id": id, "meta": label,
                "clinicalStatus": ["coding": [["system": clinical, "code": "active"]]], "code": concept,
                "subject": person, "onsetDateTime": day, "recordedDate": day,
            ])
        case "medicine":
            kind = .medicationRequest
            record = .compact([
                "resourceType": "MedicationRequest", "id": id, "meta": label, "status": "active", "intent": "order",
                "medicationCodeableConcept": concept, "subject": person, "authoredOn": day,
            ])
        case "result":
            kind = .observation
            record = .compact([
                "resourceType": "Observation", "id": id, "meta": label, "status": "final", "code": concept,
                "subject": person, "effectiveDateTime": day, "valueString": "Not detected",
            ])
        default: throw .malformed(row.place, column: "key")
        }
        return SyntheticResource(kind: kind, bytes: record.serialized())
    }
}
