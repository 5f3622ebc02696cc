import FHIR
import HTTPTypes

/// The parts of the OpenAPI document that operations share.
enum OpenAPIParts {
    /// What an operation takes: parameters by their name in ``components(_:)``, and its body.
    struct Uses {
        var parameters: [String] = []
        var body: String?
    }

    static func uses(of interaction: Interaction) -> Uses {
        let criteria = ["search", "count", "sort", "include", "revinclude", "summary", "elements", "total", "lenient"]
        return switch interaction.name {
        case "read", "vread": Uses(parameters: ["summary", "elements", "if-none-match"])
        case "create": Uses(parameters: ["prefer", "if-none-exist"], body: "Resource")
        case "update": Uses(parameters: ["prefer", "if-match"], body: "Resource")
        case "patch": Uses(parameters: ["prefer", "if-match"], body: "Patch")
        case "conditional-update": Uses(parameters: ["search", "prefer", "if-match"], body: "Resource")
        case "conditional-patch": Uses(parameters: ["search", "prefer", "if-match"], body: "Patch")
        case "delete": Uses(parameters: ["if-match"])
        case "conditional-delete": Uses(parameters: ["search"])
        case "history-instance", "history-type", "history-system": Uses(parameters: ["count", "since", "at"])
        case "search-type", "search-compartment", "search-system":
            interaction.method == .post ? Uses(parameters: ["lenient"], body: "Form") : Uses(parameters: criteria)
        case "transaction": Uses(body: "Bundle")
        case "$everything": Uses(parameters: ["since", "types", "start", "end", "count"])
        case "$validate" where interaction.method == .post: Uses(body: "Resource")
        case "$apply" where interaction.method == .post: Uses(body: "Parameters")
        case "$meta-add", "$meta-delete": Uses(body: "Parameters")
        default: Uses()
        }
    }

    /// What an interaction does, in a few words.
    static func summary(of name: String) -> String {
        switch name {
        case "read": "Read a resource"
        case "vread": "Read one version of a resource"
        case "update": "Store a resource under this id"
        case "patch": "Change a resource by a JSON Patch"
        case "delete": "Delete a resource"
        case "create": "Store a new resource"
        case "search-type": "Search a type"
        case "search-system": "Search several types"
        case "search-compartment": "Search within what belongs to one resource"
        case "conditional-update": "Store what a search finds, or a new resource"
        case "conditional-patch": "Change what a search finds by a JSON Patch"
        case "conditional-delete": "Delete what a search finds"
        case "history-instance": "The versions of a resource"
        case "history-type": "The versions of all resources of a type"
        case "history-system": "The versions of all resources"
        case "capabilities": "What this server can do"
        case "transaction": "Many of these at once: a batch or a transaction"
        case "$everything": "All that belongs to a person"
        case "$apply": "What a protocol asks for a person, as a proposed plan"
        case "$validate": "Say what is wrong with a resource without storing it"
        case "$meta": "Tags, profiles and labels of a resource"
        case "$meta-add": "Add tags, profiles and labels"
        case "$meta-delete": "Take away tags, profiles and labels"
        case "openapi": "This document"
        default: name
        }
    }

    /// A reference to a parameter of ``components(_:)``.
    static func parameter(_ name: String) -> JSON { ["$ref": .string("#/components/parameters/\(name)")] }

    static func components(_ definitions: Definitions) -> JSON {
        [
            "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
            "parameters": .object(parameters.map { JSONMember(name: $0.name, value: $0.value) }),
            "requestBodies": [
                "Resource": body("application/fhir+json", "Resource"),
                "Bundle": body("application/fhir+json", "Bundle"),
                "Parameters": body("application/fhir+json", "Parameters"),
                "Patch": body("application/json-patch+json", "Patch"),
                "Form": body("application/x-www-form-urlencoded", "Criteria"),
            ],
            "responses": [
                "Done": ["description": "Done; what was asked for, if anything"],
                "Refused": [
                    "description": "Not done, and why",
                    "content": ["application/fhir+json": ["schema": schema("OperationOutcome")]],
                ],
            ],
            "schemas": OpenAPISchemas.all(definitions),
        ]
    }

    private static func body(_ kind: String, _ name: String) -> JSON {
        ["required": true, "content": .object([JSONMember(name: kind, value: ["schema": schema(name)])])]
    }

    static func schema(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

    private static var parameters: [(name: String, value: JSON)] {
        [
            path("type", schema("ResourceType")), path("within", schema("ResourceType")),
            path("id", ["type": "string", "pattern": "^[A-Za-z0-9.-]{1,64}$"]),
            path("version", ["type": "string", "pattern": "^[1-9][0-9]{0,9}$"]),
            (
                "search",
                [
                    "name": "criteria", "in": "query", "style": "form", "explode": true, "schema": schema("Criteria"),
                    "description": "The search parameters of the type",
                ]
            ),
            query("count", "_count", ["type": "integer", "minimum": 0]), query("sort", "_sort", text),
            query("include", "_include", list), query("revinclude", "_revinclude", list),
            query("summary", "_summary", ["enum": ["true", "false", "text", "data", "count"]]),
            query("elements", "_elements", text), query("total", "_total", ["enum": ["none", "estimate", "accurate"]]),
            query("since", "_since", instant), query("at", "_at", text), query("types", "_type", text),
            query("start", "start", date), query("end", "end", date),
            header(
                "prefer", "Prefer", ["enum": ["return=minimal", "return=representation", "return=OperationOutcome"]]),
            header("lenient", "Prefer", ["enum": ["handling=strict", "handling=lenient"]]),
            header("if-match", "If-Match", text), header("if-none-match", "If-None-Match", text),
            header("if-none-exist", "If-None-Exist", text),
        ]
    }

    private static let text: JSON = ["type": "string"]
    private static let instant: JSON = ["type": "string", "format": "date-time"]
    private static let date: JSON = ["type": "string", "format": "date"]
    private static let list: JSON = ["type": "array", "items": ["type": "string"]]

    private static func path(_ name: String, _ schema: JSON) -> (name: String, value: JSON) {
        (name, ["name": .string(name), "in": "path", "required": true, "schema": schema])
    }

    private static func query(_ name: String, _ written: String, _ schema: JSON) -> (name: String, value: JSON) {
        (name, ["name": .string(written), "in": "query", "schema": schema])
    }

    private static func header(_ name: String, _ written: String, _ schema: JSON) -> (name: String, value: JSON) {
        (name, ["name": .string(written), "in": "header", "schema": schema])
    }
}
