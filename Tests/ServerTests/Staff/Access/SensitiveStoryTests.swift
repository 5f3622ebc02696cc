import Access
import Care
import CareTestSupport
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Records
import TestSupport
import Testing

@testable import Server

/// One person's story of treatment that the law keeps apart, through every page and the API: absent without consent, present
/// with it, gone when it is taken back.
struct SensitiveStoryTests {
    private static let now = ScratchRecords.now
    /// Words that stand nowhere else.
    private static let planted = "Zyxolone"

    private final class World: Sendable {
        let scratch: ScratchRecords
        let services: Services

        init() async throws {
            scratch = try await ScratchRecords.open(
                projections: Projections.all(try CareContent.shipped()))
            let content = Content(folder: nil)
            services = try Services(
                records: scratch.records, content: content, care: try CareContent.shipped(), now: { now },
                zone: .gmt, site: "Test")
        }

        func signIn(_ id: String, _ role: String) async throws -> String {
            _ = try await services.accounts.create(
                id: id, name: id, roles: [Role(rawValue: role)], mustChange: false, as: .system("test"), at: now)
            let account = try #require(
                try await services.accounts.all(as: Caller(account: "a", name: "A", roles: [.administrator]))
                    .first { $0.id == id })
            return "\(SessionCookie(isSecure: false).name)=\(try await services.sessions.open(for: account, at: now))"
        }
    }

    private static let part2: JSON = [
        "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"]]
    ]

    /// A plain record of a person, and beside it what came from the programme.
    private static func story(_ meta: JSON?, code: JSON) -> [(String, JSON)] {
        let person: JSON = ["reference": "Patient/p"]
        let active: JSON = [
            "coding": [["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]]
        ]
        return [
            (
                "c",
                .compact([
                    "resourceType": "Condition", "meta": meta, "clinicalStatus": active, "subject": person,
                    "onsetDateTime": "2026-01-10", "recordedDate": "2026-01-10",
                    "code": ["coding": [code], "text": .string(planted)],
                ])
            ),
            (
                "m",
                .compact([
                    "resourceType": "MedicationRequest", "meta": meta, "status": "active", "intent": "order",
                    "subject": person,
                    "medicationCodeableConcept": ["coding": [code], "text": .string("\(planted) tablet")],
                ])
            ),
            (
                "t",
                .compact([
                    "resourceType": "Task", "meta": meta, "status": "requested", "intent": "order", "for": person,
                    "code": [
                        "coding": [["system": "urn:almoner:task", "code": "follow-up"], code],
                        "text": .string("Ask about \(planted)"),
                    ],
                    "restriction": ["period": ["end": .string(FHIRDate.instant(now))]],
                ])
            ),
            (
                "g",
                .compact([
                    "resourceType": "Goal", "meta": meta, "lifecycleStatus": "active", "subject": person,
                    "description": ["coding": [code], "text": .string("Without \(planted)")],
                ])
            ),
            (
                "o",
                .compact([
                    "resourceType": "Observation", "meta": meta, "status": "final", "subject": person,
                    "code": ["coding": [code], "text": .string("Level of \(planted)")],
                    "effectiveDateTime": "2026-11-19",
                ])
            ),
        ]
    }

    private static let pages = [
        "/", "/panel", "/tasks?owner=anyone", "/tasks?owner=nobody", "/search?q=Stone", "/people/p", "/people/p/plan",
        "/people/p/plan/print", "/people/p/assess", "/people/p/contact", "/people/p/engage", "/people/p/graduate",
        "/tasks/t", "/transitions",
    ]

    private static let asks = [
        "/fhir/Condition/c", "/fhir/Condition/c/_history", "/fhir/Condition/c/_history/1", "/fhir/Condition?patient=p",
        "/fhir/Task/t", "/fhir/Task?patient=p", "/fhir/Patient/p/$everything", "/fhir/Patient/p/Condition",
        "/fhir/Patient/p/*", "/fhir/Patient?_revinclude=Condition:subject", "/fhir/_history",
        "/fhir/Condition/_history",
        "/fhir/MedicationRequest?patient=p", "/fhir/Goal?patient=p", "/fhir/Observation?patient=p&_sort=-date",
        "/fhir?_type=Condition,Goal,Task,Observation",
    ]

    /// The addresses whose answers hold the planted word.
    private func telling(
        _ client: any TestClientProtocol, _ cookie: String, _ addresses: [String]
    ) async throws -> Set<String> {
        var found: Set<String> = []
        for address in addresses {
            let answer = try await client.execute(
                uri: address, method: .get,
                headers: [.cookie: cookie, .accept: address.hasPrefix("/fhir") ? "application/fhir+json" : "text/html"])
            #expect(answer.status.code < 500, "\(address)")
            if String(buffer: answer.body).contains(Self.planted) {
                found.insert(address)
            }
        }
        return found
    }

    private func open(_ world: World, _ story: [(String, JSON)]) async throws {
        try await world.scratch.put(
            ["resourceType": "Patient", "name": [["family": "Stone"]], "birthDate": "1950-01-01", "gender": "female"],
            id: "p", at: Self.now)
        try await world.scratch.put(
            [
                "resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": ["reference": "Patient/p"],
                "category": [["coding": [["system": "urn:almoner:plan", "code": "care-plan"]]]],
            ], id: "plan", at: Self.now)
        for (id, resource) in story {
            try await world.scratch.put(resource, id: id, at: Self.now)
        }
        _ = try await ScorePopulation(records: world.scratch.records, rules: world.services.care.identify)
            .run(at: Self.now)
    }

    @Test func `Part 2 records are absent without consent, present with it, and gone when it is taken back`()
        async throws
    {
        let world = try await World()
        try await open(
            world,
            Self.story(
                Self.part2, code: ["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F11.20"]))
        let cookie = try await world.signIn("cam", "care-manager")
        let caller = Caller(
            account: "cam", name: "cam", roles: [.careManager], practitioner: "Practitioner/cam")
        try await Application(router: Routes.router(world.services)).test(.router) { client in
            #expect(try await telling(client, cookie, Self.pages + Self.asks).isEmpty)
            let given = try await world.scratch.records.write(as: caller, at: Self.now) { change in
                try GiveConsent(
                    person: "p", kind: .part2, how: .paper, recorder: "Practitioner/cam",
                    policy: world.services.care.consents, minors: world.services.care.minors
                ).perform(in: change)
            }
            let open = try await telling(client, cookie, Self.pages + Self.asks)
            #expect(open.isSuperset(of: Self.asks))
            let shown: Set<String> = ["/people/p", "/tasks/t", "/tasks?owner=nobody"]
            #expect(shown.subtracting(open) == [])
            // What the law wants to go with a copy is on it.
            let copy = try await client.execute(
                uri: "/people/p/plan/print", method: .get, headers: [.cookie: cookie])
            #expect(String(buffer: copy.body).contains("42 CFR part 2 prohibits"))
            _ = try await world.scratch.records.write(as: caller, at: Self.now) { change in
                try RevokeConsent(consent: given.id, version: given.version, recorder: nil).perform(in: change)
            }
            #expect(try await telling(client, cookie, Self.pages + Self.asks).isEmpty)
        }
    }

    @Test func `what a community health worker may not read is on none of their pages, and their other work is`()
        async throws
    {
        let world = try await World()
        try await open(
            world, Self.story(nil, code: ["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F10.20"]))
        let worker = try await world.signIn("chi", "community-health-worker")
        let manager = try await world.signIn("cam", "care-manager")
        try await world.scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                "careManager": ["reference": "Practitioner/chi"],
            ], id: "e", at: Self.now)
        try await Application(router: Routes.router(world.services)).test(.router) { client in
            let told = try await telling(client, worker, Self.pages + Self.asks)
            #expect(told == [])
            #expect(try await telling(client, manager, Self.asks) == Set(Self.asks))
            let page = try await client.execute(uri: "/people/p", method: .get, headers: [.cookie: worker])
            #expect(page.status == .ok)
            // That somebody was asked about Part 2 records tells of them.
            _ = try await world.scratch.records.write(
                as: Caller(account: "cam", name: "cam", roles: [.careManager], practitioner: "Practitioner/cam"),
                at: Self.now
            ) { change in
                try GiveConsent(
                    person: "p", kind: .part2, how: .paper, recorder: "Practitioner/cam",
                    policy: world.services.care.consents, minors: world.services.care.minors
                ).perform(in: change)
            }
            let title = world.services.care.consents.title(.part2)
            for (cookie, tells) in [(manager, true), (worker, false)] {
                let page = try await client.execute(uri: "/people/p", method: .get, headers: [.cookie: cookie])
                #expect(String(buffer: page.body).contains(title) == tells)
            }
            let panel = try await client.execute(uri: "/panel", method: .get, headers: [.cookie: worker])
            #expect(String(buffer: panel.body).uppercased().contains("STONE"))
        }
    }

    @Test func `a score is made without Part 2 records, and carries the labels of what it is made of`() async throws {
        let world = try await World()
        try await open(
            world, Self.story(nil, code: ["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F11.20"]))
        let risk = try await world.scratch.records.read(as: .system("test"), at: Self.now, for: "test") {
            try $0.person("p", ["RiskAssessment"]).all("RiskAssessment").first
        }
        #expect(risk?.root["meta"]?.list("security").compactMap { $0["code"]?.string } == ["SUD"])
        _ = try await ScorePopulation(records: world.scratch.records, rules: world.services.care.identify)
            .run(at: Self.now)
        let after = try await world.scratch.records.read(as: .system("test"), at: Self.now, for: "test") {
            try $0.person("p", ["RiskAssessment"]).all("RiskAssessment").first
        }
        #expect(after?.version == risk?.version, "nothing has changed, so nothing is written")
    }
}
