import Content
package import FHIR

extension Program {
    /// The programme as a PlanDefinition of type clinical-protocol, entry and exit as its start and stop conditions.
    ///
    /// Expressions are FHIRPath on the Patient. They name facts and the person's resources of a type as variables
    /// (`%riskTier`, `%Condition`), as docs/programs.md lists them.
    /// - Parameter id: the resource's id; by itself the programme's own.
    /// - Returns: a FHIR R4 PlanDefinition with canonical `urn:almoner:program:ID`.
    package func planDefinition(id: String? = nil) -> JSON {
        .compact([
            "resourceType": "PlanDefinition",
            "id": .string(id ?? self.id),
            "url": .string("urn:almoner:program:\(self.id)"),
            "version": .string(origin.version),
            "title": .string(title),
            "type": [
                "coding": [
                    [
                        "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type",
                        "code": "clinical-protocol",
                    ]
                ]
            ],
            "status": "active",
            "description": .string(summary),
            "copyright": .string(origin.licence),
            "effectivePeriod": .compact([
                "start": .string(origin.effectiveFrom), "end": origin.effectiveTo.map(JSON.string),
            ]),
            "relatedArtifact": [["type": "derived-from", "display": .string(origin.source)]],
            "action": [
                [
                    "title": .string(title),
                    "condition": [
                        ["kind": "start", "expression": entry.fhir],
                        ["kind": "stop", "expression": exit.fhir],
                    ],
                ]
            ],
        ])
    }
}

extension Criterion {
    /// The rule and its words as a FHIR Expression.
    fileprivate var fhir: JSON {
        let words = lines([:]).map(\.words).joined(separator: "; ")
        return ["description": .string(words), "language": "text/fhirpath", "expression": .string(expression)]
    }
}
