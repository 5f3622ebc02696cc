import FHIR
import HTTPTypes
import Testing

@testable import Server

/// Batch and transaction.
struct BundleTests {
    private func flag(_ subject: String) -> JSON {
        [
            "resourceType": "Flag", "status": "active", "code": ["text": "x"],
            "subject": ["reference": .string(subject)],
        ]
    }

    @Test func `references between new resources become their ids`() async throws {
        try await APIDesk.open().run { ask in
            let urn = "urn:uuid:0b3bd8a0-0000-4000-8000-000000000001"
            var patient = JSON.patient()
            // An identifier that reads like the fullUrl is a value, not a reference.
            patient["identifier"] = [["system": "urn:ietf:rfc:3986", "value": .string(urn)]]
            let answer = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction",
                    [
                        .entry("POST", "Flag", flag(urn)),
                        .entry("POST", "Patient", patient, fullURL: urn),
                        .entry("POST", "Flag", flag("Patient/old"), fullURL: "http://there/Flag/1"),
                        .entry("PUT", "Patient/kept", .patient(id: "kept"), fullURL: "http://there/Patient/old"),
                        .entry("GET", "Patient/kept"),
                    ]))
            #expect(answer.status == 200)
            #expect(answer.json?["type"]?.string == "transaction-response")
            let entries = answer.entries
            #expect(entries.count == 5)
            #expect(answer.statuses == [201, 201, 201, 201, 200])
            #expect(entries[0]["resource"] == nil)
            #expect(entries[4].text("resource", "id") == "kept")
            let location = try #require(entries[1].text("response", "location"))
            #expect(entries[1].text("response", "etag") == "W/\"1\"")
            let stored = try await ask(.get, location)
            #expect(stored.json?.text("identifier", "value") == urn)
            let id = try #require(stored.json?["id"]?.string)
            let first = try await ask(.get, try #require(entries[0].text("response", "location")))
            #expect(first.json?.text("subject", "reference") == "Patient/\(id)")
            let third = try await ask(.get, try #require(entries[2].text("response", "location")))
            #expect(third.json?.text("subject", "reference") == "Patient/kept")
        }
    }

    @Test func `one entry that is refused undoes all, and is named`() async throws {
        try await APIDesk.open().run { ask in
            let invalid: JSON = ["resourceType": "Patient", "id": "b", "gender": "x"]
            let answer = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction",
                    [.entry("PUT", "Patient/a", .patient(id: "a")), .entry("PUT", "Patient/b", invalid)]))
            #expect(answer.status == 422)
            #expect(answer.places == ["Bundle.entry[1].resource.gender"])
            try await ask.expect(404, .get, "/fhir/Patient/a")
            let stale = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction",
                    [
                        .entry("PUT", "Patient/a", .patient(id: "a")),
                        .entry("PUT", "Patient/c", .patient(id: "c"), ifMatch: "W/\"4\""),
                    ]))
            #expect(stale.status == 412)
            #expect(stale.places == ["Bundle.entry[1]"])
            try await ask.expect(404, .get, "/fhir/Patient/a")
            let missing = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction", [.entry("PUT", "Patient/a", .patient(id: "a")), .entry("GET", "Patient/none")]))
            #expect(missing.status == 404)
            try await ask.expect(404, .get, "/fhir/Patient/a")
        }
    }

    @Test func `the order is DELETE, POST, PUT, GET, whatever the order of the entries`() async throws {
        try await APIDesk.open().run { ask in
            _ = try await ask(.put, "/fhir/Patient/a", .patient(id: "a", identifier: "1"))
            let answer = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction",
                    [
                        .entry("GET", "Patient/b"),
                        .entry("PUT", "Patient/b", .patient(id: "b")),
                        .entry(
                            "POST", "Patient", .patient(identifier: "1"), ifNoneExist: "identifier=urn:test|1"),
                        .entry("DELETE", "Patient/a"),
                    ]))
            #expect(
                answer.statuses == [200, 201, 201, 204])
        }
    }

    @Test func `conditional entries and references find what is there`() async throws {
        try await APIDesk.open().run { ask in
            _ = try await ask(.put, "/fhir/Patient/a", .patient(id: "a", identifier: "1"))
            let urn = "urn:uuid:0b3bd8a0-0000-4000-8000-000000000001"
            let answer = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction",
                    [
                        .entry(
                            "POST", "Patient", .patient(identifier: "1"), fullURL: urn,
                            ifNoneExist: "identifier=urn:test|1"),
                        .entry("POST", "Flag", flag(urn)),
                        .entry("POST", "Flag", flag("Patient?identifier=urn:test|1")),
                        .entry("PUT", "Patient?identifier=urn:test|2", .patient(identifier: "2")),
                    ]), ["Prefer": "return=representation"])
            #expect(answer.status == 200)
            let entries = answer.entries
            #expect(entries[0].text("response", "status") == "200 OK")
            #expect(entries[1].text("resource", "subject", "reference") == "Patient/a")
            #expect(entries[2].text("resource", "subject", "reference") == "Patient/a")
            #expect(entries[3].text("response", "status") == "201 Created")
            let lost = try await ask(
                .post, "/fhir", .bundle("transaction", [.entry("POST", "Flag", flag("Patient?identifier=urn:test|9"))]))
            #expect(lost.status == 412)
            #expect(lost.places == ["Bundle.entry[0]"])
        }
    }

    @Test func `a transaction changes a resource once`() async throws {
        try await APIDesk.open().run { ask in
            let twice = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction",
                    [.entry("PUT", "Patient/a", .patient(id: "a")), .entry("DELETE", "Patient/a")]))
            #expect(twice.status == 400)
            #expect(twice.places == ["Bundle.entry[1]"])
            let urn = "urn:uuid:0b3bd8a0-0000-4000-8000-000000000001"
            let named = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction",
                    [
                        .entry("POST", "Patient", .patient(), fullURL: urn),
                        .entry("POST", "Patient", .patient(), fullURL: urn),
                    ]))
            #expect(named.status == 400)
        }
    }

    @Test func `a patch in a transaction is a Binary`() async throws {
        try await APIDesk.open().run { ask in
            _ = try await ask(.put, "/fhir/Patient/a", .patient(id: "a"))
            // [{"op":"add","path":"/active","value":true}]
            let binary: JSON = [
                "resourceType": "Binary", "contentType": "application/json-patch+json",
                "data": "W3sib3AiOiJhZGQiLCJwYXRoIjoiL2FjdGl2ZSIsInZhbHVlIjp0cnVlfV0=",
            ]
            let answer = try await ask(
                .post, "/fhir", .bundle("transaction", [.entry("PATCH", "Patient/a", binary)]))
            #expect(answer.entries.first?.text("response", "status") == "200 OK")
            let changed = try await ask(.get, "/fhir/Patient/a")
            #expect(changed.json?["active"]?.bool == true)
        }
    }

    @Test func `entries of a batch stand for themselves`() async throws {
        try await APIDesk.open().run { ask in
            let invalid: JSON = ["resourceType": "Patient", "id": "b", "gender": "x"]
            let answer = try await ask(
                .post, "/fhir",
                .bundle(
                    "batch",
                    [
                        .entry("PUT", "Patient/a", .patient(id: "a")), .entry("PUT", "Patient/b", invalid),
                        .entry("GET", "Patient/none"), .entry("GET", "Nonsense/1"), ["resource": .patient()],
                        .entry("GET", "metadata"),
                    ]))
            #expect(answer.status == 200)
            #expect(answer.json?["type"]?.string == "batch-response")
            #expect(
                answer.statuses == [201, 422, 404, 404, 400, 200])
            #expect(
                answer.entries[1].at("response", "outcome")?.text("issue", "expression")
                    == "Bundle.entry[1].resource.gender")
            try await ask.expect(200, .get, "/fhir/Patient/a")
        }
    }

    @Test func `what is no batch or transaction is refused`() async throws {
        try await APIDesk.open().run { ask in
            try await ask.expect(400, .post, "/fhir", .patient())
            try await ask.expect(422, .post, "/fhir", .bundle("collection", []))
            try await ask.expect(200, .post, "/fhir", ["resourceType": "Bundle", "type": "batch"])
            let nested = JSON.bundle("transaction", [.entry("POST", "", .bundle("batch", []))])
            try await ask.expect(400, .post, "/fhir", nested)
            let elsewhere = JSON.bundle("transaction", [.entry("GET", "http://there/Patient/1")])
            try await ask.expect(400, .post, "/fhir", elsewhere)
        }
    }

    @Test func `a caller changes only what its scopes allow`() async throws {
        let desk = try await APIDesk.open(scope: "system/Patient.cruds")
        try await desk.run { ask in
            let answer = try await ask(
                .post, "/fhir",
                .bundle(
                    "transaction",
                    [.entry("PUT", "Patient/a", .patient(id: "a")), .entry("POST", "Flag", flag("Patient/a"))]))
            #expect(answer.status == 403)
            try await ask.expect(404, .get, "/fhir/Patient/a")
        }
    }
}
