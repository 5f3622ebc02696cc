import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// The audit as FHIR AuditEvents.
struct AuditEventTests {
    private static let scope = "system/*.cruds system/AuditEvent.rs"

    @Test func `looks, changes and searches are AuditEvents that are sound`() async throws {
        let desk = try await APIDesk.open(scope: Self.scope)
        try await desk.run { ask in
            try await ask.expect(201, .put, "/fhir/Patient/p", .patient("Stone", id: "p"))
            try await ask.expect(200, .get, "/fhir/Patient/p")
            try await ask.expect(200, .get, "/fhir/Patient?name=Stone&_sort=family&_count=5&_elements=name,identifier")
            let found = try await ask(.get, "/fhir/AuditEvent?patient=Patient/p&_sort=date")
            #expect(found.status == 200)
            let events = found.entries.compactMap { $0["resource"] }
            #expect(events.map { $0["action"]?.string } == ["C", "R", "E"])
            #expect(events.map { $0.list("subtype").first?["code"]?.string } == ["create", "read", "search-type"])
            for event in events {
                let issues = desk.scratch.records.examine(event, as: "AuditEvent").filter { $0.severity == .error }
                #expect(issues.isEmpty, "\(issues)")
                #expect(event.list("purposeOfEvent").first?.list("coding").first?["code"]?.string == "TREAT")
                let patient = event.list("entity").first { $0["role"]?["code"]?.string == "1" }
                #expect(patient?.text("what", "reference") == "Patient/p")
            }
            let query = try #require(events.last?.list("entity").first { $0["role"]?["code"]?.string == "24" })
            let asked = try #require(query["query"]?.string.flatMap { Data(base64Encoded: $0) })
            #expect(
                String(decoding: asked, as: UTF8.self).hasPrefix("Patient?name=Stone&_sort=family&_count=5&_elements="))
            let one = try #require(events.first?["id"]?.string)
            #expect(try await ask(.get, "/fhir/AuditEvent/\(one)").json?["action"]?.string == "C")
            try await ask.expect(404, .get, "/fhir/AuditEvent/0-999999")
        }
    }

    @Test func `each parameter narrows, and one that is not known is refused`() async throws {
        let desk = try await APIDesk.open(scope: Self.scope)
        try await desk.run { ask in
            try await ask.expect(201, .put, "/fhir/Patient/p", .patient("Stone", id: "p"))
            try await ask.expect(200, .get, "/fhir/Patient/p")
            try await ask.expect(404, .get, "/fhir/Patient/q")
            try await ask.expect(422, .put, "/fhir/Patient/r", ["resourceType": "Patient", "id": "r", "x": 1])
            func count(_ query: String) async throws -> Int {
                try await ask(.get, "/fhir/AuditEvent?\(query)").entries.count
            }
            #expect(try await count("action=C&entity=Patient/p") == 1)
            #expect(try await count("action=R&entity=Patient/p") == 1)
            #expect(try await count("subtype=read&patient=p") == 1)
            #expect(try await count("subtype=vread&patient=p") == 0)
            #expect(try await count("patient=nobody") == 0)
            #expect(try await count("outcome=8&agent:identifier=client/test") >= 1)
            #expect(try await count("outcome=0&patient=p") == 2)
            #expect(try await count("agent=Practitioner/nobody") == 0)
            #expect(try await count("date=lt2000-01-01&patient=p") == 0)
            #expect(try await count("date=ge2026-11-20&date=lt2026-11-21&patient=p") == 2)
            #expect(try await count("type=rest&patient=p") == 2)
            #expect(try await count("type=110114") == 0)
            let refused = try await ask(.get, "/fhir/AuditEvent?policy=x")
            #expect(refused.status == 400)
            #expect(refused.reasons.first?.contains("policy") == true)
            try await ask.expect(400, .get, "/fhir/AuditEvent?date=nonsense")
            let page = try await ask(.get, "/fhir/AuditEvent?_count=2&_sort=date")
            #expect(page.entries.count == 2)
            let next = try #require(page.link("next"))
            let second = try await ask(.get, next)
            #expect(second.entries.count == 2)
            #expect(second.text.contains(page.entries.first?["fullUrl"]?.string ?? "-") == false)
        }
    }

    @Test func `a scope for everything does not open the audit`() async throws {
        let desk = try await APIDesk.open()
        try await desk.run { ask in
            try await ask.expect(201, .put, "/fhir/Patient/p", .patient("Stone", id: "p"))
            #expect(try await ask(.get, "/fhir/AuditEvent").entries.isEmpty)
            try await ask.expect(404, .get, "/fhir/AuditEvent/0-1")
        }
        let narrow = try await APIDesk.open(scope: Self.scope, panel: "Practitioner/ruth")
        try await narrow.run { ask in
            let found = try await ask(.get, "/fhir/AuditEvent")
            #expect(found.entries.isEmpty)
        }
    }
}
