import FHIR

/// The schemas of the OpenAPI document. Resources are told by their common members only: what each type has besides is
/// for FHIR's own definitions to say, and would make the document hundreds of times as long.
enum OpenAPISchemas {
    static func all(_ definitions: Definitions) -> JSON {
        let codes = definitions.resourceTypes.indices.flatMap { type in definitions.searchParameters(type).map(\.code) }
        return [
            "ResourceType": ["enum": .array(definitions.resourceTypes.map { .string($0) })],
            "Resource": object(
                required: ["resourceType"],
                [
                    "resourceType": OpenAPIParts.schema("ResourceType"), "id": ["type": "string"],
                    "meta": ["type": "object"], "language": ["type": "string"],
                ]),
            "Criteria": [
                "type": "object",
                "propertyNames": ["enum": .array(Set(codes).sorted().map { .string($0) })],
                "additionalProperties": ["type": "string"],
            ],
            "Bundle": object(
                required: ["resourceType", "type"],
                [
                    "resourceType": ["const": "Bundle"], "type": ["enum": ["batch", "transaction"]],
                    "entry": ["type": "array", "items": OpenAPIParts.schema("Entry")],
                ]),
            "Entry": object(
                required: ["request"],
                [
                    "fullUrl": ["type": "string"], "resource": OpenAPIParts.schema("Resource"),
                    "request": object(
                        required: ["method", "url"],
                        [
                            "method": ["enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]],
                            "url": ["type": "string"], "ifMatch": ["type": "string"],
                            "ifNoneExist": ["type": "string"],
                        ]),
                ]),
            "Patch": ["type": "array", "items": OpenAPIParts.schema("PatchOperation")],
            "PatchOperation": object(
                required: ["op", "path"],
                [
                    "op": ["enum": ["add", "remove", "replace", "move", "copy", "test"]], "path": ["type": "string"],
                    "from": ["type": "string"], "value": [:],
                ]),
            "Parameters": object(
                required: ["resourceType"],
                [
                    "resourceType": ["const": "Parameters"],
                    "parameter": ["type": "array", "items": object(required: ["name"], ["name": ["type": "string"]])],
                ]),
            "OperationOutcome": object(
                required: ["resourceType", "issue"],
                [
                    "resourceType": ["const": "OperationOutcome"],
                    "issue": [
                        "type": "array",
                        "items": object(
                            required: ["severity", "code"],
                            [
                                "severity": ["enum": ["fatal", "error", "warning", "information"]],
                                "code": ["type": "string"], "diagnostics": ["type": "string"],
                                "expression": ["type": "array", "items": ["type": "string"]],
                            ]),
                    ],
                ]),
        ]
    }

    private static func object(required: JSON, _ properties: JSON) -> JSON {
        ["type": "object", "required": required, "properties": properties]
    }
}
