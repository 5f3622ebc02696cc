import FHIR
import HTTPTypes
import Testing

@testable import Server

/// History of one resource, of a type, of all; and a person's whole record.
struct HistoryTests {
    private func follow(_ first: String, _ ask: APIDesk.Asker) async throws -> [String] {
        var seen: [String] = []
        var path: String? = first
        while let next = path, seen.count < 100 {
            let page = try await ask(.get, next)
            #expect(page.status == 200)
            seen += page.entries.map { entry in
                let name = entry["fullUrl"]?.string?.split(separator: "/").suffix(2).joined(separator: "/") ?? ""
                return name + " " + (entry.text("response", "etag") ?? "")
            }
            path = page.link("next")
        }
        return seen
    }

    @Test func `the versions come newest first, in pages`() async throws {
        let desk = try await APIDesk.open()
        try await desk.run { ask in
            for family in ["A", "B", "C"] {
                _ = try await ask(.put, "/fhir/Patient/p", .patient(family, id: "p"))
                desk.wait(60_000)
            }
            _ = try await ask(.delete, "/fhir/Patient/p")
            let all = try await ask(.get, "/fhir/Patient/p/_history")
            #expect(all.json?["type"]?.string == "history")
            #expect(all.entries.compactMap { $0.text("request", "method") } == ["DELETE", "PUT", "PUT", "POST"])
            #expect(all.entries.compactMap { $0.text("resource", "name", "family") } == ["C", "B", "A"])
            let pages = try await follow("/fhir/Patient/p/_history?_count=1", ask)
            #expect(pages == [4, 3, 2, 1].map { "Patient/p W/\"\($0)\"" })
            let since = try await ask(.get, "/fhir/Patient/p/_history?_since=2026-11-20T16:01:00Z")
            #expect(since.entries.count == 3)
            let at = try await ask(.get, "/fhir/Patient/p/_history?_at=2026-11-20T16:01:30Z")
            #expect(at.entries.compactMap { $0.text("resource", "name", "family") } == ["B"])
            try await ask.expect(400, .get, "/fhir/Patient/p/_history?_since=x")
            try await ask.expect(400, .get, "/fhir/Patient/p/_history?_count=0")
            try await ask.expect(400, .get, "/fhir/Patient/p/_history?_cursor=abc")
            try await ask.expect(400, .get, "/fhir/Patient/p/_history?nonsense=1")
            try await ask.expect(404, .get, "/fhir/Patient/none/_history")
        }
    }

    @Test func `a history of a type and of all has every version once, also of one moment`() async throws {
        let desk = try await APIDesk.open()
        try await desk.run { ask in
            for id in ["a", "b", "c"] {
                _ = try await ask(.put, "/fhir/Patient/\(id)", .patient(id: id))
                _ = try await ask(.put, "/fhir/Patient/\(id)", .patient("Field", id: id))
            }
            desk.wait(1_000)
            _ = try await ask(.put, "/fhir/Organization/o", ["resourceType": "Organization", "id": "o", "name": "O"])
            let ofType = try await follow("/fhir/Patient/_history?_count=2", ask)
            #expect(ofType.count == 6)
            #expect(Set(ofType).count == 6)
            let ofAll = try await follow("/fhir/_history?_count=2", ask)
            #expect(ofAll.first == "Organization/o W/\"1\"")
            #expect(Set(ofAll).count == ofAll.count)
            // The care manager was on file before.
            #expect(ofAll.count == 8)
        }
    }

    @Test func `a person's whole record comes in pages, with whom it refers to`() async throws {
        let desk = try await APIDesk.open()
        try await desk.run { ask in
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            _ = try await ask(.put, "/fhir/Patient/q", .patient(id: "q"))
            for (id, person, day) in [("1", "p", "2020-01-01"), ("2", "p", "2021-01-01"), ("3", "q", "2021-01-01")] {
                let encounter: JSON = [
                    "resourceType": "Encounter", "id": .string(id), "status": "finished",
                    "class": ["code": "AMB"], "subject": ["reference": .string("Patient/\(person)")],
                    "period": ["start": .string(day), "end": .string(day)],
                    "participant": [["individual": ["reference": "Practitioner/ruth"]]],
                ]
                try await ask.expect(201, .put, "/fhir/Encounter/\(id)", encounter)
            }
            let all = try await ask(.get, "/fhir/Patient/p/$everything")
            let names = all.entries.compactMap {
                $0["resource"].map { "\($0.text("resourceType") ?? "")/\($0.text("id") ?? "")" }
            }
            #expect(names == ["Patient/p", "Encounter/1", "Encounter/2", "Practitioner/ruth"])
            #expect(all.entries.last?.text("search", "mode") == "include")
            let page = try await ask(.get, "/fhir/Patient/p/$everything?_count=2")
            let rest = try await ask(.get, try #require(page.link("next")))
            #expect(rest.entries.first?.text("resource", "id") == "2")
            #expect(rest.link("next") == nil)
            let late = try await ask(.get, "/fhir/Patient/p/$everything?start=2020-06-01&_type=Encounter")
            #expect(late.entries.compactMap { $0.text("resource", "id") } == ["2"])
            let posted = try await ask(
                .post, "/fhir/Patient/p/$everything",
                ["resourceType": "Parameters", "parameter": [["name": "_type", "valueCode": "Patient"]]])
            #expect(posted.entries.count == 1)
            try await ask.expect(404, .get, "/fhir/Patient/none/$everything")
            try await ask.expect(400, .get, "/fhir/Patient/p/$everything?nonsense=1")
        }
    }
}
