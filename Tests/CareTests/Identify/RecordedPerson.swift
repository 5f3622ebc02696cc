import FHIR

@testable import Care

/// A person worked by hand: heart failure and diabetes with kidney disease, two hospital stays, six medicines, a food
/// need, a positive screening for depression.
enum RecordedPerson {
    static let id = "delores"
    /// 2026-11-21T12:00Z.
    static let now: Int64 = 1_795_262_400_000
    static let day: Int64 = 86_400_000

    static let rules: RiskRules? = try? RiskRules(content: { ShippedContent.bytes($0) })

    static func patient(
        _ id: String = id, family: String = "Whitfield", given: [String] = ["Delores"], birth: String = "1948-03-14",
        phone: String = "(216) 555-0100", record: String = "004 118 27"
    ) -> JSON {
        [
            "resourceType": "Patient", "active": true,
            "identifier": [
                [
                    "type": ["coding": [["system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"]]],
                    "system": "urn:example:mrn", "value": .string(record),
                ]
            ],
            "name": [["use": "official", "family": .string(family), "given": .array(given.map { .string($0) })]],
            "telecom": [["system": "phone", "use": "mobile", "value": .string(phone)]],
            "gender": "female", "birthDate": .string(birth),
        ]
    }

    static func condition(
        _ code: String, system: String = DiagnosisResolver.icd10cm, from: String, until: String? = nil
    ) -> JSON {
        .compact([
            "resourceType": "Condition",
            "clinicalStatus": [
                "coding": [
                    [
                        "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                        "code": until == nil ? "active" : "resolved",
                    ]
                ]
            ],
            "code": ["coding": [["system": .string(system), "code": .string(code)]]],
            "subject": ["reference": "Patient/delores"], "onsetDateTime": .string(from),
            "abatementDateTime": until.map { .string($0) },
        ])
    }

    static func visit(_ classCode: String, _ start: String, _ end: String) -> JSON {
        [
            "resourceType": "Encounter", "status": "finished",
            "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(classCode)],
            "subject": ["reference": "Patient/delores"],
            "period": ["start": .string(start), "end": .string(end)],
        ]
    }

    static func order(_ rxnorm: String, status: String = "active") -> JSON {
        [
            "resourceType": "MedicationRequest", "status": .string(status), "intent": "order",
            "medicationCodeableConcept": [
                "coding": [["system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": .string(rxnorm)]]
            ],
            "subject": ["reference": "Patient/delores"],
        ]
    }

    static func total(_ loinc: String, _ points: Int, at: String) -> JSON {
        [
            "resourceType": "Observation", "status": "final",
            "code": ["coding": [["system": "http://loinc.org", "code": .string(loinc)]]],
            "subject": ["reference": "Patient/delores"], "effectiveDateTime": .string(at),
            "valueQuantity": ["value": .int(points), "unit": "{score}"],
        ]
    }

    static func answer(_ question: String, _ answer: String, at: String) -> JSON {
        [
            "resourceType": "Observation", "status": "final",
            "code": ["coding": [["system": "http://loinc.org", "code": .string(question)]]],
            "subject": ["reference": "Patient/delores"], "effectiveDateTime": .string(at),
            "valueCodeableConcept": ["coding": [["system": "http://loinc.org", "code": .string(answer)]]],
        ]
    }

    /// All of her records, by id.
    static let all: [(id: String, resource: JSON)] = [
        (id, patient()),
        ("c1", condition("I50.9", from: "2020-05-01")),
        ("c2", condition("E11.22", from: "2015-01-01")),
        // SNOMED CT, read through the map: essential hypertension.
        ("c3", condition("59621000", system: DiagnosisResolver.snomed, from: "2010-01-01")),
        // Pneumonia ten years ago: over, and not chronic.
        ("c4", condition("J18.9", from: "2016-01-01", until: "2016-02-01")),
        ("e1", visit("EMER", "2026-03-01T08:00:00Z", "2026-03-01T14:00:00Z")),
        ("e2", visit("IMP", "2026-03-01T15:00:00Z", "2026-03-06T10:00:00Z")),
        ("e3", visit("IMP", "2026-08-10T10:00:00Z", "2026-08-12T10:00:00Z")),
        // Two years ago: outside of twelve months.
        ("e4", visit("IMP", "2024-08-10T10:00:00Z", "2024-08-12T10:00:00Z")),
        ("m1", order("860975")),
        ("m2", order("860975", status: "stopped")),
        ("o1", total("44261-6", 14, at: "2026-10-01T10:00:00Z")),
        ("o2", answer("88122-7", "LA28397-0", at: "2026-10-01T10:00:00Z")),
        // A vital sign, which no model reads.
        ("o3", total("8867-4", 80, at: "2026-10-01T10:00:00Z")),
    ]
}
