import FHIR
import HTTPTypes
import Testing

@testable import Server

/// Interactions that name their resource by a search.
struct ConditionalTests {
    private let one = ["If-None-Exist": "identifier=urn:test|1"]

    @Test func `a conditional create happens once`() async throws {
        try await APIDesk.open().run { ask in
            let first = try await ask(.post, "/fhir/Patient", .patient(identifier: "1"), one)
            #expect(first.status == 201)
            let second = try await ask(.post, "/fhir/Patient", .patient("Other", identifier: "1"), one)
            #expect(second.status == 200)
            #expect(second.json?["id"]?.string == first.json?["id"]?.string)
            #expect(second.header("Location") == first.header("Location"))
            for way in ["Patient?identifier=urn:test%7C1", "http://here/fhir/Patient?identifier=urn:test|1"] {
                let answer = try await ask(.post, "/fhir/Patient", .patient(identifier: "1"), ["If-None-Exist": way])
                #expect(answer.status == 200)
            }
            _ = try await ask(.post, "/fhir/Patient", .patient(identifier: "1"))
            try await ask.expect(412, .post, "/fhir/Patient", .patient(identifier: "1"), one)
            let elsewhere = ["If-None-Exist": "http://there/fhir/Patient?identifier=1"]
            try await ask.expect(400, .post, "/fhir/Patient", .patient(), elsewhere)
            try await ask.expect(400, .post, "/fhir/Patient", .patient(), ["If-None-Exist": "no-such=1"])
            try await ask.expect(412, .post, "/fhir/Patient", .patient(), ["If-None-Exist": "identifier="])
        }
    }

    @Test func `of many at once, one conditional create makes the resource`() async throws {
        try await APIDesk.open().run { ask in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    group.addTask { try await ask(.post, "/fhir/Patient", .patient(identifier: "1"), one).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 1)
            #expect(statuses.filter { $0 == 200 }.count == 11)
        }
    }

    @Test func `an update by search makes, changes, or refuses when several match`() async throws {
        try await APIDesk.open().run { ask in
            let path = "/fhir/Patient?identifier=urn:test|1"
            let made = try await ask(.put, path, .patient(identifier: "1"))
            #expect(made.status == 201)
            let id = try #require(made.json?["id"]?.string)
            let changed = try await ask(.put, path, .patient("Field", identifier: "1"))
            #expect(changed.status == 200)
            #expect(changed.json?["id"]?.string == id)
            #expect(changed.header("ETag") == "W/\"2\"")
            try await ask.expect(400, .put, path, .patient(id: "other", identifier: "1"))
            try await ask.expect(200, .put, path, .patient(id: id, identifier: "1"))
            let stale = try await ask(.put, path, .patient(identifier: "1"), ["If-Match": "W/\"1\""])
            #expect(stale.status == 412)
            _ = try await ask(.post, "/fhir/Patient", .patient(identifier: "1"))
            try await ask.expect(412, .put, path, .patient(identifier: "1"))
            try await ask.expect(412, .put, "/fhir/Patient", .patient())
            let named = try await ask(.put, "/fhir/Patient?identifier=urn:test|2", .patient(id: "b", identifier: "2"))
            #expect(named.status == 201)
            #expect(named.json?["id"]?.string == "b")
            let taken = try await ask(.put, "/fhir/Patient?identifier=urn:test|3", .patient(id: "b", identifier: "3"))
            #expect(taken.status == 409)
        }
    }

    @Test func `a patch and a delete by search reach the one that matches`() async throws {
        try await APIDesk.open().run { ask in
            let path = "/fhir/Patient?identifier=urn:test|1"
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p", identifier: "1"))
            let patch: JSON = [["op": "add", "path": "/active", "value": true]]
            let kind = ["Content-Type": "application/json-patch+json"]
            try await ask.expect(200, .patch, path, patch, kind)
            try await ask.expect(404, .patch, "/fhir/Patient?identifier=urn:test|9", patch, kind)
            _ = try await ask(.put, "/fhir/Patient/q", .patient(id: "q", identifier: "1"))
            try await ask.expect(412, .patch, path, patch, kind)
            try await ask.expect(412, .delete, path)
            _ = try await ask(.delete, "/fhir/Patient/q")
            try await ask.expect(204, .delete, path)
            try await ask.expect(410, .get, "/fhir/Patient/p")
            try await ask.expect(204, .delete, path)
            try await ask.expect(412, .delete, "/fhir/Patient")
        }
    }
}
