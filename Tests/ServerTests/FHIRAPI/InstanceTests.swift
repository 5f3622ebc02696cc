import FHIR
import HTTPTypes
import Testing

@testable import Server

/// One resource: made, read, changed, removed.
struct InstanceTests {
    @Test func `a resource is created under an id of the server, and read back with its version`() async throws {
        try await APIDesk.open().run { ask in
            let made = try await ask(.post, "/fhir/Patient", .patient(id: "mine"))
            #expect(made.status == 201)
            let id = try #require(made.json?["id"]?.string)
            #expect(id != "mine")
            #expect(made.header("ETag") == "W/\"1\"")
            #expect(made.header("Location") == "http://here/fhir/Patient/\(id)/_history/1")
            #expect(made.header("Last-Modified") == "Fri, 20 Nov 2026 16:00:00 GMT")
            let read = try await ask(.get, "/fhir/Patient/\(id)")
            #expect(read.status == 200)
            #expect(read.json?.text("meta", "versionId") == "1")
            #expect(read.json?.text("meta", "lastUpdated") == "2026-11-20T16:00:00.000Z")
            #expect(read.header("Content-Type") == "application/fhir+json; charset=utf-8")
            let head = try await ask(.head, "/fhir/Patient/\(id)")
            #expect(head.status == 200)
            #expect(head.header("ETag") == "W/\"1\"")
        }
    }

    @Test func `an update keeps the versions, and If-Match refuses another one`() async throws {
        try await APIDesk.open().run { ask in
            let made = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            #expect(made.status == 201)
            #expect(made.header("Location") == "http://here/fhir/Patient/p/_history/1")
            let changed = try await ask(.put, "/fhir/Patient/p", .patient("Field", id: "p"), ["If-Match": "W/\"1\""])
            #expect(changed.status == 200)
            #expect(changed.header("ETag") == "W/\"2\"")
            let stale = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"), ["If-Match": "W/\"1\""])
            #expect(stale.status == 412)
            let first = try await ask(.get, "/fhir/Patient/p/_history/1")
            #expect(first.json?.text("name", "family") == "Stone")
            try await ask.expect(404, .get, "/fhir/Patient/p/_history/9")
            try await ask.expect(404, .get, "/fhir/Patient/p/_history/x")
            try await ask.expect(400, .put, "/fhir/Patient/p", .patient(id: "q"))
            try await ask.expect(400, .put, "/fhir/Patient/p", .patient())
            try await ask.expect(400, .put, "/fhir/Patient/a_b", .patient(id: "a_b"))
            try await ask.expect(412, .put, "/fhir/Patient/new", .patient(id: "new"), ["If-Match": "W/\"1\""])
        }
    }

    @Test func `what was deleted is gone, its versions stay, and it can come back`() async throws {
        try await APIDesk.open().run { ask in
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            try await ask.expect(412, .delete, "/fhir/Patient/p", nil, ["If-Match": "W/\"7\""])
            try await ask.expect(204, .delete, "/fhir/Patient/p")
            try await ask.expect(204, .delete, "/fhir/Patient/p")
            try await ask.expect(204, .delete, "/fhir/Patient/never")
            let gone = try await ask(.get, "/fhir/Patient/p")
            #expect(gone.status == 410)
            #expect(gone.header("ETag") == "W/\"2\"")
            try await ask.expect(200, .get, "/fhir/Patient/p/_history/1")
            try await ask.expect(410, .get, "/fhir/Patient/p/_history/2")
            let back = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            #expect(back.status == 201)
            #expect(back.header("ETag") == "W/\"3\"")
        }
    }

    @Test func `a client that has the version is told so`() async throws {
        try await APIDesk.open().run { ask in
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            let known = try await ask(.get, "/fhir/Patient/p", nil, ["If-None-Match": "W/\"1\""])
            #expect(known.status == 304)
            #expect(known.bytes.isEmpty)
            try await ask.expect(200, .get, "/fhir/Patient/p", nil, ["If-None-Match": "W/\"2\""])
            let later = "Fri, 20 Nov 2026 16:00:00 GMT"
            try await ask.expect(304, .get, "/fhir/Patient/p", nil, ["If-Modified-Since": later])
            let earlier = "Fri, 20 Nov 2026 15:59:59 GMT"
            try await ask.expect(200, .get, "/fhir/Patient/p", nil, ["If-Modified-Since": earlier])
        }
    }

    @Test func `a patch changes what it names, and nothing when a test fails`() async throws {
        try await APIDesk.open().run { ask in
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            let kind = ["Content-Type": "application/json-patch+json"]
            let good: JSON = [
                ["op": "test", "path": "/name/0/family", "value": "Stone"],
                ["op": "replace", "path": "/name/0/family", "value": "Field"],
            ]
            let patched = try await ask(.patch, "/fhir/Patient/p", good, kind)
            #expect(patched.status == 200)
            #expect(patched.json?.text("name", "family") == "Field")
            #expect(patched.header("ETag") == "W/\"2\"")
            try await ask.expect(422, .patch, "/fhir/Patient/p", good, kind)
            try await ask.expect(415, .patch, "/fhir/Patient/p", good)
            try await ask.expect(400, .patch, "/fhir/Patient/p", ["op": "add"], kind)
            let unsound: JSON = [["op": "add", "path": "/gender", "value": "x"]]
            let refused = try await ask(.patch, "/fhir/Patient/p", unsound, kind)
            #expect(refused.status == 422)
            #expect(refused.places == ["Patient.gender"])
            let other: JSON = [["op": "replace", "path": "/id", "value": "q"]]
            try await ask.expect(422, .patch, "/fhir/Patient/p", other, kind)
            try await ask.expect(404, .patch, "/fhir/Patient/never", good, kind)
            try await ask.expect(412, .patch, "/fhir/Patient/p", good, kind.merging(["If-Match": "W/\"1\""]) { $1 })
        }
    }

    @Test func `Prefer says what an answer holds`() async throws {
        try await APIDesk.open().run { ask in
            let minimal = try await ask(.post, "/fhir/Patient", .patient(), ["Prefer": "return=minimal"])
            #expect(minimal.status == 201)
            #expect(minimal.bytes.isEmpty)
            #expect(minimal.header("Location") != nil)
            let outcome = try await ask(.post, "/fhir/Patient", .patient(), ["Prefer": "return=OperationOutcome"])
            #expect(outcome.json?["resourceType"]?.string == "OperationOutcome")
        }
    }

    @Test func `what breaks the definitions is refused with its place`() async throws {
        try await APIDesk.open().run { ask in
            let bad: JSON = [
                "resourceType": "Patient", "gender": "x", "contact": [["gender": "y", "name": ["text": "x"]]],
            ]
            let refused = try await ask(.post, "/fhir/Patient", bad)
            #expect(refused.status == 422)
            #expect(refused.places == ["Patient.gender", "Patient.contact[0].gender"])
            try await ask.expect(400, .post, "/fhir/Observation", .patient())
            try await ask.expect(400, .post, "/fhir/Patient", [:])
            try await ask.expectSend(400, .post, "/fhir/Patient", Array("{".utf8))
            try await ask.expectSend(400, .post, "/fhir/Patient", Array("[]".utf8))
        }
    }

    @Test func `an installation may warn instead of refusing`() async throws {
        let desk = try await APIDesk.open {
            $0.validation = .warn
            $0.references = .refuse
        }
        try await desk.run { ask in
            let bad: JSON = ["resourceType": "Patient", "gender": "x"]
            let warned = try await ask(.post, "/fhir/Patient", bad, ["Prefer": "return=OperationOutcome"])
            #expect(warned.status == 201)
            #expect(warned.json?.text("issue", "severity") == "warning")
            let lost: JSON = [
                "resourceType": "Flag", "status": "active", "code": ["text": "x"],
                "subject": ["reference": "Patient/nobody"],
            ]
            try await ask.expect(422, .post, "/fhir/Flag", lost)
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            var found = lost
            found["subject"] = ["reference": "Patient/p"]
            try await ask.expect(201, .post, "/fhir/Flag", found)
            try await ask.expect(409, .delete, "/fhir/Patient/p")
        }
    }

    @Test func `marks are shown, added and taken away`() async throws {
        try await APIDesk.open().run { ask in
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            let marks: JSON = [
                "resourceType": "Parameters",
                "parameter": [["name": "meta", "valueMeta": ["tag": [["system": "urn:t", "code": "a"]]]]],
            ]
            let added = try await ask(.post, "/fhir/Patient/p/$meta-add", marks)
            #expect(added.status == 200)
            #expect(added.json?.text("parameter", "valueMeta", "tag", "code") == "a")
            #expect(added.json?.text("parameter", "valueMeta", "versionId") == "2")
            let again = try await ask(.post, "/fhir/Patient/p/$meta-add", marks)
            #expect(again.json?.text("parameter", "valueMeta", "versionId") == "2")
            let shown = try await ask(.get, "/fhir/Patient/p/$meta")
            #expect(shown.json?.text("parameter", "valueMeta", "tag", "code") == "a")
            for place in ["/fhir/Patient/$meta", "/fhir/$meta"] {
                let all = try await ask(.get, place)
                #expect(all.json?.text("parameter", "valueMeta", "tag", "code") == "a")
                #expect(all.json?.text("parameter", "valueMeta", "tag", "system") == "urn:t")
            }
            let others = try await ask(.get, "/fhir/Observation/$meta")
            #expect(others.status == 200 && others.json?.text("parameter", "valueMeta", "tag", "code") == nil)
            let removed = try await ask(.post, "/fhir/Patient/p/$meta-delete", marks)
            #expect(removed.json?.text("parameter", "valueMeta", "tag", "code") == nil)
            let none = try await ask(.get, "/fhir/$meta")
            #expect(none.json?.text("parameter", "valueMeta", "tag", "code") == nil)
            let kept = try await ask(.get, "/fhir/Patient/p")
            #expect(kept.json?.text("name", "family") == "Stone")
            try await ask.expect(400, .post, "/fhir/Patient/p/$meta-add", .patient())
        }
    }

    @Test func `a resource is validated without being stored`() async throws {
        try await APIDesk.open().run { ask in
            let good = try await ask(.post, "/fhir/Patient/$validate", .patient())
            #expect(good.status == 200)
            #expect(good.json?.text("issue", "severity") == "information")
            let inside: JSON = [
                "resourceType": "Parameters",
                "parameter": [
                    ["name": "mode", "valueCode": "create"],
                    ["name": "resource", "resource": ["resourceType": "Patient", "gender": "x"]],
                ],
            ]
            let bad = try await ask(.post, "/fhir/Patient/$validate", inside)
            #expect(bad.status == 200)
            #expect(bad.places == ["Patient.gender"])
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            try await ask.expect(200, .get, "/fhir/Patient/p/$validate")
            let other = try await ask(.post, "/fhir/Patient/p/$validate?mode=update", .patient(id: "q"))
            #expect(other.json?.text("issue", "severity") == "error")
            try await ask.expect(400, .post, "/fhir/Patient/$validate?mode=what", .patient())
            let delete = try await ask(.post, "/fhir/Patient/p/$validate?mode=delete")
            #expect(delete.json?.text("issue", "severity") == "information")
            let profile = try await ask(.post, "/fhir/Patient/$validate?profile=http://x/y", .patient())
            #expect(profile.codes.last == "not-supported")
        }
    }
}
