import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// A note of therapy through everybody's eyes: its author's, the clinician's who treats the person, and all others'.
struct NotesApartTests {
    private static let word = "Velquorin"

    private static func csrf(_ page: String) -> String {
        let after = page.components(separatedBy: "name=\"csrf\" value=\"").dropFirst().first ?? ""
        return String(after.prefix { $0 != "\"" })
    }

    private static func put(_ desk: StaffDesk, _ type: String, _ id: String, _ body: JSON) async throws {
        var json = body
        json["resourceType"] = .string(type)
        try await desk.scratch.put(json, id: id, at: ScratchRecords.now)
    }

    /// Otto is on Bea's panel and in Ben's and Cora's team.
    private static func open(_ engine: TestEngine = .usual) async throws -> StaffDesk {
        let desk = try await StaffDesk.open(engine)
        try await put(desk, "Patient", "otto", ["name": [["family": "Fennimark"]], "birthDate": "1980-01-01"])
        try await put(
            desk, "EpisodeOfCare", "e",
            [
                "status": "active", "patient": ["reference": "Patient/otto"],
                "careManager": ["reference": "Practitioner/bea"],
            ])
        try await put(
            desk, "CareTeam", "t",
            [
                "status": "active", "subject": ["reference": "Patient/otto"],
                "participant": [
                    ["member": ["reference": "Practitioner/ben"]], ["member": ["reference": "Practitioner/cora"]],
                ],
            ])
        return desk
    }

    @discardableResult
    private static func write(
        _ ask: StaffDesk.Asker, _ cookie: String, _ fields: [(name: String, value: String)]
    ) async throws -> StaffDesk.Answer {
        let page = try await ask("/people/otto/notes-apart", cookie)
        return try await ask(
            "/people/otto/notes-apart", cookie, method: .post,
            form: Form([("csrf", csrf(page.text))] + fields), headers: ["Sec-Fetch-Site": "same-origin"])
    }

    @Test(arguments: Engines.all)
    func `only its author and the clinician of the panel read a note of therapy`(_ engine: TestEngine) async throws {
        let desk = try await Self.open(engine)
        let bea = try await desk.session("bea", "behavioural-health")
        let ben = try await desk.session("ben", "behavioural-health")
        var others: [String] = []
        for (name, role) in [
            ("cora", "community-health-worker"), ("cam", "care-manager"), ("sue", "supervisor"), ("pam", "provider"),
            ("phil", "pharmacist"), ("bill", "billing"), ("fred", "front-desk"),
        ] {
            others.append(try await desk.session(name, role))
        }
        let all = others
        try await desk.run { ask in
            let written = try await Self.write(
                ask, ben, [("note-kind", "psychotherapy-note"), ("note-text", "Dreamt of \(Self.word).")])
            #expect(written.status == 303)
            for cookie in [ben, bea] {
                let page = try await ask("/people/otto/notes-apart", cookie)
                #expect(page.text.contains(Self.word))
            }
            let found = try await ask("/fhir/DocumentReference?patient=otto", ben, headers: Self.json)
            #expect(found.text.contains("PSYTHPN"))
            for cookie in all {
                let page = try await ask("/people/otto/notes-apart", cookie)
                #expect([403, 404].contains(page.status))
                for path in EveryLabelTests.pages(task: "nowhere", of: "otto") + [
                    "/fhir/DocumentReference?patient=otto", "/fhir/Patient/otto/$everything",
                    "/fhir/_history", "/fhir/DocumentReference?author=Practitioner/ben",
                ] {
                    let answer = try await ask(path, cookie, headers: path.hasPrefix("/fhir") ? Self.json : [:])
                    // What is attached is in base64 in the API.
                    #expect(!answer.text.contains(Self.word) && !answer.text.contains("PSYTHPN"), "\(path)")
                }
                let count = try await ask("/fhir/DocumentReference?_summary=count", cookie, headers: Self.json)
                #expect(count.status == 403 || count.text.contains("\"total\":0"))
            }
        }
        #expect(!desk.log.text.contains(Self.word))
    }

    @Test func `a colleague in the team who did not write it does not read it`() async throws {
        let desk = try await Self.open()
        let (bea, ben) = (
            try await desk.session("bea", "behavioural-health"), try await desk.session("ben", "behavioural-health")
        )
        try await desk.run { ask in
            try await Self.write(
                ask, bea, [("note-kind", "sud-counselling-note"), ("note-text", "Spoke of \(Self.word).")])
            let page = try await ask("/people/otto/notes-apart", ben)
            #expect(page.status == 200 && !page.text.contains(Self.word))
            let found = try await ask("/fhir/DocumentReference?patient=otto&_summary=count", ben, headers: Self.json)
            #expect(found.text.contains("\"total\":0"))
        }
    }

    @Test func `a note wants its kind and its words, and what was typed stays`() async throws {
        let desk = try await Self.open()
        let bea = try await desk.session("bea", "behavioural-health")
        try await desk.run { ask in
            let refused = try await Self.write(ask, bea, [("note-text", "Kept words")])
            #expect(refused.status == 422 && refused.text.contains("Choose what kind of note it is."))
            #expect(refused.text.contains("Kept words"))
            #expect(refused.text.contains("when a session began and ended"))
        }
    }

    @Test func `its author marks it as mistaken, and it stays on file`() async throws {
        let desk = try await Self.open()
        let (bea, ben) = (
            try await desk.session("bea", "behavioural-health"), try await desk.session("ben", "behavioural-health")
        )
        try await desk.run { ask in
            try await Self.write(ask, ben, [("note-kind", "psychotherapy-note"), ("note-text", "Wrong person")])
            let page = try await ask("/people/otto/notes-apart", ben)
            let action = page.text.components(separatedBy: "action=\"").map { $0.prefix { $0 != "\"" } }
                .first { $0.hasSuffix("/mistaken") }
            let path = String(try #require(action))
            func mark(_ cookie: String) async throws -> Int {
                let page = try await ask("/people/otto/notes-apart", cookie)
                return try await ask(
                    path, cookie, method: .post, form: Form([("csrf", Self.csrf(page.text)), ("version", "1")]),
                    headers: ["Sec-Fetch-Site": "same-origin"]
                ).status
            }
            // Who treats the person reads it, and does not correct another's words.
            #expect(try await mark(bea) == 404)
            #expect(try await mark(ben) == 303)
            let after = try await ask("/people/otto/notes-apart", ben)
            #expect(after.text.contains("entered in error") && after.text.contains("Wrong person"))
        }
    }

    @Test func `breaking the glass opens no note of therapy or counselling`() async throws {
        let desk = try await Self.open()
        let bea = try await desk.session("bea", "behavioural-health")
        try await desk.run { ask in
            for kind in ["psychotherapy-note", "sud-counselling-note"] {
                try await Self.write(ask, bea, [("note-kind", kind), ("note-text", Self.word)])
            }
        }
        let plain: JSON = [
            "status": "current", "subject": ["reference": "Patient/otto"],
            "content": [["attachment": ["title": "Letter"]]],
        ]
        try await Self.put(desk, "DocumentReference", "plain", plain)
        for role in try RoleFile.all() where role.offices.contains("break-the-glass") {
            var caller = Caller(
                account: "g", name: "G", roles: [Role(rawValue: role.name)], practitioner: "Practitioner/g")
            caller.opened = ["otto"]
            let found = try await desk.scratch.records.read(as: caller, at: ScratchRecords.now, for: "test") {
                try $0.person("otto", ["DocumentReference"]).all("DocumentReference").map(\.id)
            }
            #expect(found == ["plain"], "\(role.name)")
        }
    }

    private static let json = ["Accept": "application/fhir+json"]
}
