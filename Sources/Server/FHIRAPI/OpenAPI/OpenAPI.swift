import Access
import FHIR
import HTTPTypes

/// The API described as OpenAPI 3.1, made from the table of interactions and the definitions: what the document
/// promises is what the code can do. Served as `/fhir/openapi.json`.
enum OpenAPI {
    static func perform(_ ask: Ask, _ api: FHIRAPI) throws -> Reply {
        var answer = Reply(.ok, document(InteractionTable.all, api.definitions, base: ask.base))
        answer.headers[.contentType] = "application/json"
        return answer
    }

    /// - Parameters:
    ///   - interactions: what can be asked for.
    ///   - definitions: the resource types and search parameters.
    ///   - base: the address of the API, without a slash at the end.
    /// - Returns: the document. Types are one path parameter rather than a path each, so that it stays small.
    static func document(_ interactions: [Interaction], _ definitions: Definitions, base: String) -> JSON {
        var paths: [JSONMember] = []
        for (number, interaction) in interactions.enumerated() {
            let path = path(of: interaction)
            let method = interaction.method.rawValue.lowercased()
            let operation = operation(interaction, id: "\(interaction.name)-\(method)-\(number)")
            if let place = paths.firstIndex(where: { $0.name == path }) {
                // Two interactions of one address and method differ by their parameters only; the first describes both.
                if paths[place].value[method] == nil { paths[place].value[method] = operation }
            } else {
                let parameters = pathParameters(of: interaction)
                let item: JSON = .compact([
                    "parameters": parameters.isEmpty ? nil : .array(parameters), method: operation,
                ])
                paths.append(JSONMember(name: path, value: item))
            }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "FHIR R4 API",
                "version": "4.0.1",
                "description": """
                Reads, writes and searches of FHIR R4 resources. Which search parameters a type has stands in its \
                CapabilityStatement: GET /metadata.
                """,
            ],
            "servers": [["url": .string(base)]],
            "security": [["bearer": []]],
            "paths": .object(paths),
            "components": OpenAPIParts.components(definitions),
        ]
    }

    private static func path(of interaction: Interaction) -> String {
        let steps = interaction.path.map { part in
            switch part {
            case .type: "{type}"
            case .id: "{id}"
            case .version: "{version}"
            case .within: "{within}"
            case .word(let word): word
            }
        }
        return "/" + steps.joined(separator: "/")
    }

    private static func pathParameters(of interaction: Interaction) -> [JSON] {
        interaction.path.compactMap { part in
            switch part {
            case .type: OpenAPIParts.parameter("type")
            case .id: OpenAPIParts.parameter("id")
            case .version: OpenAPIParts.parameter("version")
            case .within: OpenAPIParts.parameter("within")
            case .word: nil
            }
        }
    }

    private static func operation(_ interaction: Interaction, id: String) -> JSON {
        let uses = OpenAPIParts.uses(of: interaction)
        return .compact([
            "operationId": .string(id.filter { $0 != "$" }),
            "summary": .string(OpenAPIParts.summary(of: interaction.name)),
            "parameters": uses.parameters.isEmpty ? nil : .array(uses.parameters.map(OpenAPIParts.parameter)),
            "requestBody": uses.body.map { ["$ref": .string("#/components/requestBodies/\($0)")] },
            "responses": [
                "2XX": ["$ref": "#/components/responses/Done"], "default": ["$ref": "#/components/responses/Refused"],
            ],
        ])
    }
}
