import Content
package import FHIR

extension Program {
    /// The programme as a PlanDefinition of type clinical-protocol, entry and exit as its start and stop conditions.
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
                        ["kind": "start", "expression": entry.expression],
                        ["kind": "stop", "expression": exit.expression],
                    ],
                ]
            ],
        ])
    }
}

extension Criterion {
    /// The rule as one line, such as `age at-least 18 and (phq9-latest below 5 or phq9-drop-share at-least 0.5)`.
    package var rule: String {
        switch self {
        case .all(let inner): inner.map(\.inBrackets).joined(separator: " and ")
        case .any(let inner): inner.map(\.inBrackets).joined(separator: " or ")
        case .fact(let fact, let comparison, let value, _):
            "\(fact.rawValue) \(comparison.rawValue) \(Self.plain(value))"
        }
    }

    private var inBrackets: String {
        if case .fact = self { rule } else { "(\(rule))" }
    }

    /// The rule and its words as a FHIR Expression.
    fileprivate var expression: JSON {
        let words = lines([:]).map(\.words).joined(separator: "; ")
        return ["description": .string(words), "language": "text/x-almoner-criterion", "expression": .string(rule)]
    }

    private static func plain(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}
