import FHIR

extension MatrixPopulation {
    /// A person with a record. People share codes, dates, identifiers, tags, and whom and what they refer to; the number
    /// makes a little difference, and some records refer to those of another.
    mutating func person(
        _ id: String, _ number: Int, panel: Bool, cross other: String, episode: (status: String, manager: String)?
    ) {
        put(Self.patient(id, number, other), panel: panel)
        let subject: JSON = ["reference": .string("Patient/\(id)")]
        if let episode {
            put(
                [
                    "resourceType": "EpisodeOfCare", "id": .string("e-\(id)"), "status": .string(episode.status),
                    "patient": subject, "careManager": ["reference": .string(episode.manager)],
                    "managingOrganization": ["reference": "Organization/org1"], "period": ["start": "2026-01-01"],
                ], panel: panel)
        }
        put(
            [
                "resourceType": "Encounter", "id": .string("n-\(id)"), "status": "finished",
                "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"],
                "subject": subject, "participant": [["individual": ["reference": "Practitioner/ruth"]]],
                "period": ["start": "2026-03-0\(number)T09:00:00Z", "end": "2026-03-0\(number)T10:00:00Z"],
                "location": [["location": ["reference": "Location/loc1"]]],
                "serviceProvider": ["reference": "Organization/org1"],
                "partOf": ["reference": .string("Encounter/n-\(other)")],
            ], panel: panel)
        put(Self.condition(id, id: "c-\(id)", extra: nil), panel: panel)
        put(
            Self.observation(id, id: "o-\(id)-bp", code: "85354-9", members: ["Observation/o-\(other)-wt"]),
            panel: panel)
        put(weight(id, number, other), panel: panel)
        let about: [JSON] = [
            [
                "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "medicationReference": ["reference": "Medication/m1"], "subject": subject,
                "authoredOn": "2026-04-01", "requester": ["reference": "Practitioner/ruth"],
            ],
            [
                "resourceType": "Task", "status": "requested", "intent": "order", "for": subject,
                "owner": ["reference": "Practitioner/ruth"], "focus": ["reference": .string("Condition/c-\(other)")],
                "authoredOn": "2026-04-02",
            ],
            [
                "resourceType": "RiskAssessment", "status": "final", "subject": subject,
                "condition": ["reference": .string("Condition/c-\(id)")], "occurrenceDateTime": "2026-05-01",
                "prediction": [["probabilityDecimal": .number("0.\(number)")]],
            ],
            [
                "resourceType": "QuestionnaireResponse", "status": "completed", "subject": subject,
                "questionnaire": "http://forms/a/mood|1", "authored": "2026-05-02",
            ],
            [
                "resourceType": "List", "status": "current", "mode": "working", "subject": subject,
                "entry": [
                    ["item": ["reference": .string("Condition/c-\(id)")]],
                    ["item": ["reference": .string("Condition/c-\(other)")]],
                ],
            ],
            [
                "resourceType": "RelatedPerson", "patient": subject,
                "name": [["family": "Stone", "given": [.string("Kin \(number)")]]],
            ],
            [
                "resourceType": "Goal", "lifecycleStatus": "active", "description": ["text": "Walk"],
                "subject": subject, "startDate": "2026-02-0\(number)",
                "addresses": [["reference": .string("Condition/c-\(id)")]],
            ],
        ]
        for resource in about {
            var resource = resource
            resource["id"] = .string("\(resource["resourceType"]?.string?.lowercased().prefix(2) ?? "")-\(id)")
            put(resource, panel: panel)
        }
    }

    static func patient(_ id: String, _ number: Int, _ other: String?) -> JSON {
        .compact([
            "resourceType": "Patient", "id": .string(id),
            "meta": [
                "source": "urn:feed", "profile": ["http://forms/p/person"],
                "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"]],
                "tag": [["system": "urn:tags", "code": "common"]],
            ],
            "identifier": [
                ["system": "urn:mrn", "value": .string(id)], ["system": "urn:all", "value": "same"],
                [
                    "type": [
                        "coding": [["system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"]]
                    ], "system": "urn:typed", "value": "T",
                ],
            ],
            "active": true, "name": [["family": "Stone", "given": [.string("Ann \(number % 3)")]]],
            "telecom": [["system": "phone", "value": "555-0100"]],
            "gender": number % 2 == 0 ? "female" : "male", "birthDate": .string("1950-0\(1 + number % 2)-01"),
            "address": [["city": "Ghent", "postalCode": "9000"]],
            "generalPractitioner": [["reference": "Practitioner/ruth"]],
            "managingOrganization": ["reference": "Organization/org1"],
            "link": other.map { [["other": ["reference": .string("Patient/\($0)")], "type": "seealso"]] },
        ])
    }

    static func condition(_ person: String, id: String, extra: String?) -> JSON {
        .compact([
            "resourceType": "Condition", "id": .string(id),
            "clinicalStatus": [
                "coding": [
                    ["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]
                ]
            ],
            "code": ["coding": [["system": "http://snomed.info/sct", "code": "44054006", "display": "Diabetes"]]],
            "subject": ["reference": .string("Patient/\(person)")],
            "encounter": ["reference": .string("Encounter/n-\(person)")], "onsetDateTime": "2020-06",
            "recorder": extra.map { ["reference": .string($0)] },
            "evidence": [["detail": [["reference": "Observation/o-p1-bp"], ["reference": "Observation/o-p2-bp"]]]],
        ])
    }

    static func observation(
        _ person: String, id: String, code: String, system: String = "http://loinc.org", members: [String] = []
    ) -> JSON {
        func part(_ code: String, _ value: String) -> JSON {
            [
                "code": ["coding": [["system": "http://loinc.org", "code": .string(code)]]],
                "valueQuantity": [
                    "value": .number(value), "unit": "mm[Hg]", "system": "http://unitsofmeasure.org",
                    "code": "mm[Hg]",
                ],
            ]
        }
        return .compact([
            "resourceType": "Observation", "id": .string(id), "status": "final",
            "category": [
                [
                    "coding": [
                        [
                            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                            "code": "vital-signs",
                        ]
                    ]
                ]
            ],
            "code": ["coding": [["system": .string(system), "code": .string(code)]], "text": "Pressure"],
            "subject": ["reference": .string("Patient/\(person)")],
            "encounter": ["reference": .string("Encounter/n-\(person)")],
            "effectiveDateTime": "2026-03-01T09:30:00Z", "performer": [["reference": "Practitioner/ruth"]],
            "device": ["reference": "Device/d1"],
            "hasMember": members.isEmpty ? nil : .array(members.map { ["reference": .string($0)] }),
            "component": [part("8480-6", "130"), part("8462-4", "80")],
        ])
    }

    private func weight(_ id: String, _ number: Int, _ other: String) -> JSON {
        [
            "resourceType": "Observation", "id": .string("o-\(id)-wt"), "status": "final",
            "code": ["coding": [["system": "http://loinc.org", "code": "29463-7"]]],
            "subject": ["reference": .string("Patient/\(id)")], "effectiveDateTime": "2026-03",
            "performer": [["reference": .string("Patient/\(other)")]],
            "derivedFrom": [["reference": .string("Observation/o-\(other)-bp")]],
            "valueQuantity": [
                "value": .number("7\(number % 3)"), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg",
            ],
        ]
    }
}
