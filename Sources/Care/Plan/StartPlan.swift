import Access
import FHIR
package import Records

/// Begins the plan of a person. Every verb that adds to a plan begins it when there is none.
package struct StartPlan: Sendable {
    /// The id of the Patient.
    package let person: String

    package init(person: String) {
        self.person = person
    }

    /// - Returns: the plan; the one in force when there is one.
    /// - Throws: ``NotNow`` when the person has died; ``RecordsFailure``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let record = try change.reader.person(person, ["CarePlan", "Observation"])
        if let plan = PlanMark.current(record) {
            return plan
        }
        guard !record.hasDied else {
            throw NotNow("This person has died. A plan cannot be begun.")
        }
        let matters = WhatMatters(record)
        return try change.create(
            .compact([
                "resourceType": "CarePlan",
                "identifier": [["system": .string(PlanMark.system), "value": .string(person)]],
                "status": "active",
                "intent": "plan",
                "category": [
                    [
                        "coding": [
                            [
                                "system": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category",
                                "code": "assess-plan",
                            ]
                        ]
                    ],
                    ["coding": [["system": "http://snomed.info/sct", "code": "734163000", "display": "Care plan"]]],
                ],
                "title": "Care plan",
                "subject": ["reference": .string("Patient/\(person)")],
                "period": ["start": .string(FHIRDate.day(change.now))],
                "created": .string(FHIRDate.instant(change.now)),
                "author": change.caller.practitioner.map { ["reference": .string($0)] },
                "supportingInfo": matters.map { [["reference": .string($0.reference)]] },
            ]))
    }
}

extension PersonRecord {
    var hasDied: Bool {
        patient?.root["deceasedBoolean"]?.bool == true || patient?.root.text("deceasedDateTime") != nil
    }
}
