import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

struct PortalTests {
    @Test func `a person who is invited sees the own record and no other`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let home = try await person.get("/portal")
            #expect(home.status == 200)
            for words in ["Hello, Delores Whitfield", "Walk to church", "Metformin", "Diabetes", "988", "Who helps"] {
                #expect(home.text.contains(words), "\(words)")
            }
            // Notes of therapy are apart, and others' records are others'.
            for words in ["Depression", "Gout", "Stone"] {
                #expect(!home.text.contains(words), "\(words)")
            }
            // They sign in again by name and password, and land in the portal.
            let again = person.other()
            let signed = try await again.post(
                "/sign-in", [("name", "delores"), ("password", PortalDesk.password)])
            #expect(signed.location == "/")
            #expect(try await again.get("/").location == "/portal")
        }
    }

    @Test func `wrong answers and links that nobody made get one page, and few tries`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            try await staff.signIn("dora")
            let before = try await staff.get("/people/dee/portal")
            let way = try PortalDesk.WayIn(try await staff.post("/people/dee/portal/invite", [("csrf", before.csrf)]))
            // It is shown once.
            #expect(try await !staff.get("/people/dee/portal").text.contains(way.code))
            let unknown = "/invitation/" + String(repeating: "x", count: 43)
            let guest = staff.other()
            func plain(_ page: SignInDesk.Page, _ path: String) -> String { page.text.replacing(path, with: "") }
            #expect(plain(try await guest.get(way.path), way.path) == plain(try await guest.get(unknown), unknown))
            let wrong = try await portal.accept(way, guest, account: "delores", birth: "3/15/1948")
            let fake = try await guest.post(
                unknown,
                [
                    ("birth", "3/15/1948"), ("invitation-code", way.code), ("account", "delores"),
                    ("password", PortalDesk.password), ("again", PortalDesk.password),
                ])
            #expect(wrong.status == 422 && fake.status == 422)
            #expect(plain(wrong, way.path) == plain(fake, unknown))
            for _ in 0..<4 {
                try await portal.accept(way, guest, account: "delores", birth: "nonsense")
            }
            #expect(try await portal.accept(way, guest, account: "delores").status == 422)
        }
    }

    @Test func `a person opens no page of the staff and no API, and staff no page of the portal`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            for path in [
                "/panel", "/search?q=a", "/people/dee", "/people/dee/plan", "/people/dee/portal", "/people/sam",
                "/users",
                "/audit", "/tasks", "/access", "/clients", "/outcomes", "/glass/break",
            ] {
                #expect(try await person.get(path).status == 403, "\(path)")
            }
            for path in ["/fhir/Patient/dee", "/fhir/Patient", "/fhir/Patient/dee/$everything"] {
                #expect(try await person.get(path).status == 403, "\(path)")
            }
            for path in ["/portal", "/portal/looks", "/portal/record.json", "/portal/caregivers"] {
                #expect(try await staff.get(path).status == 403, "\(path)")
            }
            let admin = staff.other()
            try await admin.signIn("ada")
            #expect(try await admin.get("/people/dee/portal").status == 403)
            #expect(try await !admin.get("/users").text.contains("delores"))
            #expect(try await !admin.get("/audit").text.contains("Whitfield"))
        }
    }

    @Test func `who has looked is told with name, role and reason, and the own looks too`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            #expect(try await staff.get("/people/dee").status == 200)
            #expect(try await staff.get("/people/sam").status == 200)
            let looks = try await person.get("/portal/looks")
            #expect(looks.status == 200)
            for words in [
                "Dora", "Care manager", "Looked at your summary", "To care for you", "You", "Fri 20 Nov 2026",
            ] {
                #expect(looks.text.contains(words), "\(words)")
            }
            // The page is in it, and goes back page by page without a gap or a repetition.
            for _ in 0..<50 {
                #expect(try await person.get("/portal").status == 200)
            }
            let first = try await person.get("/portal/looks")
            let next = first.text.components(separatedBy: "href=\"/portal/looks?after=").dropFirst().first?
                .prefix { $0 != "\"" }
            let second = try await person.get("/portal/looks?after=\(try #require(next))")
            #expect(second.text.contains("Looked at your summary"))
            #expect(!second.text.contains("person page"))
        }
    }

    @Test func `the record as a file is whole, is the own one, and is in the audit as an export`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.scratch.put(
            [
                "resourceType": "Condition", "subject": ["reference": "Patient/dee"], "code": ["text": "Opioid use"],
                "meta": [
                    "security": [
                        ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"]
                    ]
                ],
            ], id: "part2")
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let file = try await person.get("/portal/record.json")
            #expect(file.status == 200)
            #expect(file.headers[.contentType]?.hasPrefix("application/fhir+json") == true)
            let bundle = try JSONDocument(Array(file.text.utf8)).root
            #expect(bundle["resourceType"]?.string == "Bundle" && bundle["type"]?.string == "collection")
            let entries = bundle.list("entry").compactMap { $0["resource"] }
            let ids = Set(entries.compactMap { $0["id"]?.string })
            #expect(ids.isSuperset(of: ["dee", "dm", "pill", "goal", "part2"]))
            #expect(ids.isDisjoint(with: ["hidden", "his", "sam"]))
            // 42 CFR 2.32
            #expect(entries.first?["resourceType"]?.string == "OperationOutcome")
            #expect(entries.first?.list("issue").first?["diagnostics"]?.string?.contains("42 CFR") == true)
            let paper = try await person.get("/portal/record/print")
            #expect(paper.status == 200)
            for words in ["Diabetes", "Metformin", "Opioid use", "42 CFR"] {
                #expect(paper.text.contains(words), "\(words)")
            }
            #expect(!paper.text.contains("Depression"))
            #expect(try await person.get("/portal/looks").text.contains("Took a copy of your record"))
        }
    }

    @Test func `a correction goes to the team, and the person reads the answer and disagrees`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let form = try await person.get("/portal/corrections")
            let empty = try await person.post(
                "/portal/corrections", [("csrf", form.csrf), ("what", "I have no diabetes"), ("why", "")])
            #expect(empty.status == 422 && empty.text.contains("I have no diabetes"))
            let asked = try await person.post(
                "/portal/corrections",
                [
                    ("csrf", form.csrf), ("what", "I have no diabetes"), ("why", "Wrong test"),
                    ("concerns", "Condition/dm"),
                ])
            #expect(asked.location == "/portal/corrections?done=asked")
            let list = try await staff.get("/tasks?owner=anyone")
            let task = String(
                list.text.components(separatedBy: "href=\"/tasks/").dropFirst().first?.prefix { $0 != "\"" } ?? "")
            let page = try await staff.get("/tasks/\(task)")
            #expect(page.text.contains("I have no diabetes"))
            #expect(!page.text.contains("Close with an outcome"))
            let answered = try await staff.post(
                "/tasks/\(task)/amend",
                [
                    ("csrf", page.csrf), ("version", page.value(of: "version")), ("decision", "deny"),
                    ("ground", "accurate"), ("answer", "We looked at the test again."),
                ])
            #expect(answered.location == "/?done=answered")
            let read = try await person.get("/portal/corrections")
            #expect(read.text.contains("Not changed") && read.text.contains("We looked at the test again."))
            let stated = try await person.post(
                "/portal/corrections/\(task)/disagree", [("csrf", read.csrf), ("statement", "It is not my test.")])
            #expect(stated.location == "/portal/corrections?done=stated")
            #expect(try await person.get("/portal/corrections").text.contains("It is not my test."))
            #expect(try await staff.get("/tasks?owner=anyone").text.contains("Read a statement of disagreement"))
        }
    }

    @Test func `a caregiver sees what is shared, is in the log, and sees nothing once it is taken back`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let anna = try await portal.share(["medicines"], person)
            let seen = try await anna.get("/portal")
            #expect(seen.status == 200)
            #expect(seen.text.contains("Care of Delores Whitfield") && seen.text.contains("Metformin"))
            for words in ["Walk to church", "Diabetes", "Depression", "Who helps"] {
                #expect(!seen.text.contains(words), "\(words)")
            }
            for path in [
                "/portal/looks", "/portal/record", "/portal/record.json", "/portal/corrections", "/portal/caregivers",
                "/people/dee", "/panel",
            ] {
                #expect(try await anna.get(path).status == 403, "\(path)")
            }
            let looks = try await person.get("/portal/looks")
            #expect(looks.text.contains("Anna Whitfield") && looks.text.contains("Caregiver"))
            #expect(try await staff.get("/people/dee/portal").text.contains("My medicines and allergies"))
            let page = try await person.get("/portal/caregivers")
            let end =
                page.text.components(separatedBy: "action=\"/portal/caregivers/").dropFirst().first?
                .prefix { $0 != "\"" } ?? ""
            let ended = try await person.post("/portal/caregivers/\(end)", [("csrf", page.csrf)])
            #expect(ended.location == "/portal/caregivers?done=ended")
            let after = try await anna.get("/portal")
            #expect(after.text.contains("Nothing is shared with you"))
            #expect(!after.text.contains("Metformin") && !after.text.contains("Delores"))
        }
    }

    @Test func `staff end an account, and who had it is signed out`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let page = try await staff.get("/people/dee/portal")
            // Through another person's page it is not there.
            let wrong = try await staff.post("/people/sam/portal/accounts/delores/end", [("csrf", page.csrf)])
            #expect(wrong.status == 404)
            #expect(try await person.get("/portal").status == 200)
            // Nor can an account of the staff be ended there.
            #expect(try await staff.post("/people/dee/portal/accounts/sam/end", [("csrf", page.csrf)]).status == 404)
            let ended = try await staff.post("/people/dee/portal/accounts/delores/end", [("csrf", page.csrf)])
            #expect(ended.location == "/people/dee/portal?done=ended")
            #expect(try await person.get("/portal").status == 303)
        }
    }

    @Test func `forms without their token are refused`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            for path in ["/portal/corrections", "/portal/caregivers", "/portal/caregivers/x/end"] {
                #expect(try await person.post(path, [("what", "x")]).status == 403, "\(path)")
            }
            #expect(try await staff.post("/people/dee/portal/invite", []).status == 403)
            #expect(
                try await staff.other().post("/invitation/x", [("birth", "x")], ["Origin": "https://evil.example"])
                    .status
                    == 403)
        }
    }
}
