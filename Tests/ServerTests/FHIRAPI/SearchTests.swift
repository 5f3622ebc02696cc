import FHIR
import HTTPTypes
import Testing

@testable import Server

/// Searches as they are asked for over HTTP; what they find is tested beside the search itself.
struct SearchTests {
    @Test func `a search goes through all pages, by GET and by POST`() async throws {
        try await APIDesk.open().run { ask in
            for number in 0..<5 {
                try await ask.expect(201, .put, "/fhir/Patient/p\(number)", .patient(id: "p\(number)"))
            }
            var ids: [String] = []
            var path: String? = "/fhir/Patient?family=stone&_count=2&_sort=_id"
            while let next = path, ids.count < 20 {
                let page = try await ask(.get, next)
                #expect(page.status == 200)
                ids += page.entries.compactMap { $0.text("resource", "id") }
                path = page.link("next")
            }
            #expect(ids == ["p0", "p1", "p2", "p3", "p4"])
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            let posted = try await ask.send(
                .post, "/fhir/Patient/_search", Array("family=Stone&_total=accurate".utf8), form)
            #expect(posted.json?["total"]?.int == 5)
            #expect(posted.link("self") == "http://here/fhir/Patient?family=Stone&_total=accurate")
            let none = try await ask(.get, "/fhir/Patient?family=Nobody")
            #expect(none.status == 200)
            #expect(none.json?["entry"] == nil)
            let count = try await ask(.get, "/fhir/Patient?_summary=count")
            #expect(count.json?["total"]?.int == 5)
            #expect(count.entries.isEmpty)
            let nothing = try await ask(.get, "/fhir/Patient?_count=0")
            #expect(nothing.json?["total"]?.int == 5)
        }
    }

    @Test func `an unknown parameter is refused, or passed over and told`() async throws {
        try await APIDesk.open().run { ask in
            try await ask.expect(201, .put, "/fhir/Patient/p", .patient(id: "p"))
            try await ask.expect(400, .get, "/fhir/Patient?famly=Stone")
            let lenient = try await ask(.get, "/fhir/Patient?famly=Stone", nil, ["Prefer": "handling=lenient"])
            #expect(lenient.status == 200)
            #expect(lenient.entries.last?.text("search", "mode") == "outcome")
            #expect(lenient.link("self") == "http://here/fhir/Patient")
            try await ask.expect(400, .get, "/fhir/Patient?_cursor=abc")
            try await ask.expect(400, .get, "/fhir/Patient?birthdate=x")
        }
    }

    @Test func `compartments and all types are searched`() async throws {
        try await APIDesk.open().run { ask in
            for id in ["p", "q"] {
                try await ask.expect(201, .put, "/fhir/Patient/\(id)", .patient(id: id))
                let flag: JSON = [
                    "resourceType": "Flag", "id": .string("f-" + id), "status": "active", "code": ["text": "x"],
                    "subject": ["reference": .string("Patient/" + id)],
                ]
                try await ask.expect(201, .put, "/fhir/Flag/f-\(id)", flag)
            }
            let flags = try await ask(.get, "/fhir/Patient/p/Flag")
            #expect(flags.entries.compactMap { $0.text("resource", "id") } == ["f-p"])
            #expect(flags.link("self") == "http://here/fhir/Patient/p/Flag")
            let all = try await ask(.get, "/fhir/Patient/p/*")
            #expect(Set(all.entries.compactMap { $0.text("resource", "id") }) == ["p", "f-p"])
            let types = try await ask(.get, "/fhir?_type=Patient,Flag&_lastUpdated=ge2020")
            #expect(types.entries.count == 4)
            let included = try await ask(.get, "/fhir/Flag?patient=Patient/q&_include=Flag:patient")
            #expect(included.entries.compactMap { $0.text("search", "mode") } == ["match", "include"])
        }
    }

    @Test func `a part of each resource is marked as one`() async throws {
        try await APIDesk.open().run { ask in
            let patient: JSON = [
                "resourceType": "Patient", "id": "p", "active": true, "name": [["family": "Stone"]],
                "maritalStatus": ["text": "x"], "text": ["status": "generated", "div": "<div>x</div>"],
            ]
            try await ask.expect(201, .put, "/fhir/Patient/p", patient)
            func names(_ query: String) async throws -> Set<String> {
                let page = try await ask(.get, "/fhir/Patient?_id=p&\(query)")
                let resource = page.entries.first?["resource"]
                #expect(resource?.text("meta", "tag", "code") == "SUBSETTED")
                return Set(resource?.members.map(\.name) ?? []).subtracting(["resourceType", "id", "meta"])
            }
            let part1 = try await names("_summary=true")
            #expect(part1 == ["active", "name"])
            let part2 = try await names("_summary=data")
            #expect(part2 == ["active", "name", "maritalStatus"])
            let part3 = try await names("_summary=text")
            #expect(part3 == ["text"])
            let part4 = try await names("_elements=maritalStatus")
            #expect(part4 == ["maritalStatus"])
        }
    }

    @Test func `a type that a token does not name is not searched`() async throws {
        try await APIDesk.open(scope: "system/Patient.rs").run { ask in
            try await ask.expect(403, .get, "/fhir/Flag")
            try await ask.expect(403, .post, "/fhir/Patient", .patient())
            try await ask.expect(200, .get, "/fhir/Patient")
            let all = try await ask(.get, "/fhir")
            #expect(all.status == 200)
            #expect(all.entries.isEmpty)
        }
    }
}
