import FHIR
import HTTPTypes
import Records
import Testing

@testable import Server

/// FHIR R4 PlanDefinition/$apply.
struct ApplyTests {
    private static let definition: JSON = [
        "resourceType": "PlanDefinition", "id": "walk", "url": "urn:test:walk", "version": "1", "title": "Walking",
        "status": "active", "goal": [["id": "walk", "description": ["text": "I want to walk."]]],
        "action": [
            ["id": "talk", "title": "Talk about it", "goalId": ["walk"]],
            [
                "id": "never", "title": "Never",
                "condition": [
                    ["kind": "applicability", "expression": ["language": "text/fhirpath", "expression": "false"]]
                ],
            ],
        ],
    ]

    @Test func `a protocol on record is applied as a proposed plan, and nothing is stored`() async throws {
        let desk = try await APIDesk.open()
        try await desk.run { ask in
            try await ask.expect(201, .put, "/fhir/Patient/p", .patient(id: "p"))
            try await ask.expect(201, .put, "/fhir/PlanDefinition/walk", Self.definition)
            let answer = try await ask(.get, "/fhir/PlanDefinition/walk/$apply?subject=Patient/p")
            #expect(answer.status == 200)
            let contained = answer.json?.list("contained") ?? []
            #expect(contained.compactMap { $0.text("resourceType") } == ["Goal", "Task", "RequestGroup"])
            #expect(contained.last?.list("action").compactMap { $0.text("id") } == ["talk"])
            let again = try await ask(.get, "/fhir/PlanDefinition/walk/$apply?subject=Patient/p")
            #expect(again.text == answer.text)
            let issues = try await ask.send(.post, "/fhir/CarePlan/$validate", answer.bytes)
            #expect(issues.places.isEmpty)
            let tasks = try await ask(.get, "/fhir/Task?patient=p")
            #expect(tasks.entries.isEmpty)
        }
    }

    @Test func `a protocol that is sent along is applied; what cannot be is refused with its place`() async throws {
        let desk = try await APIDesk.open()
        try await desk.run { ask in
            try await ask.expect(201, .put, "/fhir/Patient/p", .patient(id: "p"))
            func parameters(_ definition: JSON) -> JSON {
                [
                    "resourceType": "Parameters",
                    "parameter": [
                        ["name": "planDefinition", "resource": definition],
                        ["name": "subject", "valueString": "Patient/p"],
                    ],
                ]
            }
            try await ask.expect(200, .post, "/fhir/PlanDefinition/$apply", parameters(Self.definition))
            var library = Self.definition
            library["library"] = ["urn:test:library"]
            let refused = try await ask(.post, "/fhir/PlanDefinition/$apply", parameters(library))
            #expect(refused.status == 422 && refused.places == ["PlanDefinition.library"])
            try await ask.expect(400, .get, "/fhir/PlanDefinition/none/$apply?subject=Group/g&nonsense=1")
            try await ask.expect(404, .get, "/fhir/PlanDefinition/none/$apply?subject=Patient/p")
        }
    }
}
