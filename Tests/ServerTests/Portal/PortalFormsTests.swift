import Access
import Care
import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Server

/// Forms that the team sends, filled in one question a page by the person, and by somebody who answers for them.
struct PortalFormsTests {
    private static func send(_ form: String, _ staff: SignInDesk.Browser) async throws -> SignInDesk.Page {
        let page = try await staff.get("/people/dee/assess/\(form)")
        return try await staff.post("/people/dee/assess/\(form)/send", [("csrf", page.csrf)])
    }

    /// Answers one question after the other as a browser without a script does; the page after the last.
    private static func fill(
        _ form: String, _ answers: [(String, String)], _ browser: SignInDesk.Browser
    ) async throws -> SignInDesk.Page {
        var at = "/portal/forms/\(form)"
        for (place, answer) in answers {
            let page = try await browser.get(at)
            #expect(page.status == 200 && page.value(of: "place") == place, "\(place): \(page.value(of: "place"))")
            let isLast = place == answers.last?.0
            let sent = try await browser.post(
                "/portal/forms/\(form)",
                [
                    ("csrf", page.csrf), ("version", page.value(of: "version")), ("place", place), (place, answer),
                    ("do", isLast ? "finish" : "next"),
                ])
            guard let location = sent.location else {
                return sent
            }
            at = location
        }
        return try await browser.get(at)
    }

    private static func responses(_ portal: PortalDesk) async throws -> [JSONNode] {
        let scratch = portal.desk.scratch
        return try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
            try reader.person("dee", ["QuestionnaireResponse"]).all("QuestionnaireResponse").map(\.root)
        }
    }

    @Test func `what the team sends is answered page by page, and the task for it is done`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            #expect(try await person.get("/portal/forms/sils").status == 404)
            #expect(try await Self.send("sils", staff).status == 303)
            #expect(try await Self.send("sils", staff).status == 303)
            let list = try await person.get("/portal/forms")
            #expect(list.text.components(separatedBy: "href=\"/portal/forms/sils\"").count == 2)
            let done = try await Self.fill("sils", [("93157-6", "LA6270-8")], person)
            #expect(done.text.contains("Thank you. Your team has your answers."))
            #expect(try await person.get("/portal/forms/sils").status == 404)
            let stored = try await Self.responses(portal)
            #expect(stored.map { $0.text("status") } == ["completed"])
            #expect(stored.first?.text("author", "reference") == "Patient/dee")
            let shown = try await staff.get("/people/dee/assess/sils?result=\(stored.first?.text("id") ?? "")")
            #expect(shown.text.contains("Answered by the person, in the portal."))
        }
    }

    @Test func `what was answered is there on another device, and can be taken back`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            _ = try await Self.send("gad-7", staff)
            let first = try await person.get("/portal/forms/gad-7")
            let place = first.value(of: "place")
            let sent = try await person.post(
                "/portal/forms/gad-7", [("csrf", first.csrf), ("place", place), (place, "LA6569-3"), ("do", "next")])
            #expect(sent.location?.contains("at=") == true && sent.location?.contains("at=\(place)") == false)
            let again = try await person.get("/portal/forms/gad-7?at=\(place)")
            #expect(again.text.contains("value=\"LA6569-3\" checked"))
            // Empty pages are passed over and nothing is lost.
            let next = try await person.get(sent.location ?? "")
            let here = next.value(of: "place")
            let skipped = try await person.post(
                "/portal/forms/gad-7",
                [("csrf", next.csrf), ("version", next.value(of: "version")), ("place", here), ("do", "back")])
            #expect(skipped.location?.contains("at=\(place)") == true)
            let ended = try await person.post(
                "/portal/forms/gad-7", [("csrf", next.csrf), ("version", "2"), ("place", here), ("do", "finish")])
            #expect(ended.status == 422)
            #expect(try await Self.responses(portal).map { $0.text("status") } == ["in-progress"])
        }
    }

    @Test func `nobody on duty: what asks about self-harm is not sent`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let page = try await staff.get("/people/dee/assess/phq-9")
            #expect(page.text.contains("Not for the portal: It asks about self-harm"))
            #expect(try await Self.send("phq-9", staff).status == 409)
            #expect(!(try await person.get("/portal/forms").text.contains("PHQ-9")))
        }
    }

    @Test func `a caregiver answers what the person lets them, and the team sees that it was them`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            _ = try await Self.send("sils", staff)
            let anna = try await portal.share(["forms"], person)
            let page = try await anna.get("/portal/forms/sils")
            #expect(page.text.contains("You answer for Delores."))
            _ = try await Self.fill("sils", [("93157-6", "LA6270-8")], anna)
            let stored = try await Self.responses(portal)
            #expect(stored.first?.text("source", "reference")?.hasPrefix("RelatedPerson/") == true)
            let shown = try await staff.get("/people/dee/assess/sils?result=\(stored.first?.text("id") ?? "")")
            #expect(shown.text.contains("Answered for the person by"))
        }
    }

    @Test func `a caregiver who sees medicines only finds no forms`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            _ = try await Self.send("sils", staff)
            let anna = try await portal.share(["medicines"], person)
            for path in ["/portal/forms", "/portal/forms/sils"] {
                #expect(try await anna.get(path).status == 404)
            }
            #expect(!(try await anna.get("/portal").text.contains("/portal/forms")))
        }
    }
}
