import Access
import FHIR
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Records
import TestSupport
import Testing

@testable import Server

/// What people are called, what is searched for, and what opens doors stands in no log, no metric and no page of an error.
struct NothingLeaksTests {
    private static let planted = [
        "Quillfeather", "zq-patient-7", "1931-05-06", "MRN-77123", "555-0177", "needle-in-a-search", "wrong-pass-word",
        "alm_plantedtoken", "planted-note-text", "plantedcookie",
    ]

    @Test func `a whole journey leaves none of it behind`() async throws {
        let desk = try await StaffDesk.open()
        let nurse = try await desk.signIn("nora", [.careManager])
        let token = try await desk.services.tokens.create(
            client: "test", scopes: "system/*.cruds", panel: nil, as: .system("test"), at: desk.services.now())
        let bearer = ["Authorization": "Bearer \(token)", "Content-Type": "application/fhir+json"]
        let patient = """
            {"resourceType":"Patient","id":"zq-patient-7","name":[{"family":"Quillfeather"}],"birthDate":"1931-05-06",\
            "identifier":[{"value":"MRN-77123"}],"telecom":[{"system":"phone","value":"555-0177"}]}
            """
        let broken = patient.replacing("1931-05-06", with: "Quillfeather 1931-05-06")
        let got = Collected()
        try await desk.run(.live) { ask in
            _ = try await ask(
                "/sign-in", method: .post, form: Form([("name", "Quillfeather"), ("password", "wrong-pass-word")]))
            _ = try await ask("/fhir/Patient/zq-patient-7", method: .put, headers: bearer, body: patient)
            for path in [
                "/people/zq-patient-7", "/search?q=needle-in-a-search", "/panel?q=Quillfeather",
                "/tasks?owner=MRN-77123",
            ] {
                _ = try await ask(path, nurse)
            }
            got.add(try await ask("/people/zq-patient-7/nowhere/Quillfeather", nurse))
            got.add(try await ask("/tasks/planted-note-text", nurse))
            got.add(try await ask("/people/555-0177", nurse))
            got.add(
                try await ask(
                    "/people/zq-patient-7", "\(SessionCookie(isSecure: false).name)=plantedcookie", method: .delete))
            got.add(
                try await ask(
                    "/fhir/Patient?name=needle-in-a-search", headers: ["Authorization": "Bearer alm_plantedtoken"]))
            // What the API says of a request may name what was in it, so only its logs are looked at.
            for (path, method, body) in [
                ("/fhir/Patient/zq-patient-7", HTTPRequest.Method.put, Optional(broken)),
                ("/fhir/Patient", .post, patient + "}"), ("/fhir/Patient?Quillfeather=needle-in-a-search", .get, nil),
                ("/fhir/Patient/zq-patient-7/_history/99", .get, nil), ("/fhir/%ff%00Quillfeather", .get, nil),
                ("/fhir/Patient/zq-patient-7", .delete, nil),
            ] {
                _ = try await ask(path, method: method, headers: bearer, body: body)
            }
            got.metrics(try await ask("/metrics"))
        }
        let (refusals, metrics) = got.all
        #expect(metrics.contains("almoner_requests_total{route=\"/people/{id}\""), "\(metrics)")
        #expect(metrics.contains("almoner_audit_sealing 1"))
        #expect(!desk.log.text.isEmpty)
        for value in Self.planted + [token, nurse.split(separator: "=").last.map(String.init) ?? ""] {
            #expect(!desk.log.text.contains(value), "a log holds \(value)")
            #expect(!metrics.contains(value), "a metric holds \(value)")
            for refusal in refusals {
                #expect(refusal.status >= 300)
                #expect(!refusal.text.contains(value), "an error page holds \(value)")
            }
        }
    }

    @Test func `metrics answer to this machine alone, and not through a proxy`() async throws {
        let desk = try await StaffDesk.open()
        try await desk.run(.live) { ask in
            let here = try await ask("/metrics").status
            let proxied = try await ask("/metrics", headers: ["X-Forwarded-For": "203.0.113.9"]).status
            #expect([here, proxied] == [200, 404])
        }
        try await desk.run(.router) { ask in
            let status = try await ask("/metrics").status
            #expect(status == 404)
        }
        let open = try await StaffDesk.open { $0.metricsAreOpen = true }
        try await open.run(.router) { ask in
            let status = try await ask("/metrics").status
            #expect(status == 200)
        }
    }
}

/// Answers of a journey.
private final class Collected: Sendable {
    private let held = Noted<(refusals: [StaffDesk.Answer], metrics: String)>(([], ""))

    func add(_ answer: StaffDesk.Answer) { held.change { $0.refusals.append(answer) } }
    func metrics(_ answer: StaffDesk.Answer) { held.change { $0.metrics = answer.text } }
    var all: ([StaffDesk.Answer], String) { held.now }
}
