import FHIR
import HTTPTypes

/// FHIR R4 §3.1.0.9 capabilities: made from the table of interactions and from the definitions, so that it says what the
/// code can do.
enum Capabilities {
    @Sendable static func perform(_ ask: Ask, _ api: FHIRAPI) throws -> Reply {
        guard ask.parameter("mode") ?? "full" == "full" else {
            throw Refusal(.badRequest, .notSupported, "Only mode=full is given.")
        }
        return Reply(.ok, statement(ask, api))
    }

    private static func statement(_ ask: Ask, _ api: FHIRAPI) -> JSON {
        let names = Set(InteractionTable.all.map(\.name))
        let whole = ["transaction", "batch", "search-system", "history-system"].filter {
            names.contains($0) || $0 == "batch" && names.contains("transaction")
        }
        return [
            "resourceType": "CapabilityStatement", "id": "almoner", "status": "active",
            "date": .string(FHIRDate.day(api.started)), "kind": "instance",
            "software": ["name": "Almoner"],
            "implementation": ["description": "Almoner, care management on FHIR", "url": .string(ask.base)],
            "fhirVersion": "4.0.1", "format": ["application/fhir+json", "json"],
            "patchFormat": ["application/json-patch+json"],
            "rest": [
                [
                    "mode": "server",
                    "security": [
                        "extension": [
                            [
                                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                                "extension": [
                                    [
                                        "url": "token",
                                        "valueUri": .string(ask.base.dropLast("/fhir".count) + "/oauth/token"),
                                    ]
                                ],
                            ]
                        ],
                        "cors": false,
                        "service": [
                            [
                                "coding": [
                                    [
                                        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                                        "code": "SMART-on-FHIR",
                                    ]
                                ], "text": "Bearer token of an API client, by OAuth 2 client credentials",
                            ]
                        ],
                        "description": "Authorization: Bearer …, a token with scopes like system/Observation.rs.",
                    ],
                    "resource": .array(api.definitions.resourceTypes.enumerated().map { resource($1, $0, names, api) }),
                    "interaction": .array(whole.map { ["code": .string($0)] }),
                    "operation": .array(operations.filter { names.contains("$" + $0.name) }.map(operation)),
                    "compartment": ["http://hl7.org/fhir/CompartmentDefinition/patient"],
                ]
            ],
        ]
    }

    private static let ofInstances = [
        "read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type",
    ]

    /// Operations by what they apply to, under the address of their published definition.
    private static let operations: [(name: String, definition: String)] = [
        ("everything", "Patient-everything"), ("apply", "PlanDefinition-apply"), ("validate", "Resource-validate"),
        ("meta", "Resource-meta"),
        ("meta-add", "Resource-meta-add"), ("meta-delete", "Resource-meta-delete"),
    ]

    private static func operation(_ operation: (name: String, definition: String)) -> JSON {
        [
            "name": .string(operation.name),
            "definition": .string("http://hl7.org/fhir/OperationDefinition/" + operation.definition),
        ]
    }

    private static func resource(_ type: String, _ number: Int, _ names: Set<String>, _ api: FHIRAPI) -> JSON {
        let parameters = api.definitions.searchParameters(number)
        let includes = parameters.filter { $0.kind == .reference }.map { JSON.string("\(type):\($0.code)") }
        let ofOneType = ["everything": "Patient", "apply": "PlanDefinition"]
        let own = operations.filter { names.contains("$" + $0.name) && ofOneType[$0.name] ?? type == type }
        return .compact([
            "type": .string(type),
            "profile": .string("http://hl7.org/fhir/StructureDefinition/\(type)"),
            "interaction": .array(ofInstances.filter(names.contains).map { ["code": .string($0)] }),
            "versioning": "versioned", "readHistory": true, "updateCreate": true, "conditionalCreate": true,
            "conditionalRead": "full-support", "conditionalUpdate": true, "conditionalDelete": "single",
            "referencePolicy": ["literal", "local"],
            "searchInclude": .array([.string("*")] + includes),
            "searchParam": .array(
                parameters.map { parameter in
                    .compact([
                        "name": .string(parameter.code),
                        "definition": nil,
                        "type": .string(parameter.kind.rawValue),
                    ])
                }),
            "operation": own.isEmpty ? nil : .array(own.map(operation)),
        ])
    }
}
