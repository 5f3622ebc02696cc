import Access
import FHIR
import HTTPTypes
import Hummingbird
import Records
import TestSupport
import Testing

@testable import Server

/// A form counts only when it comes from a page of ours, made for this session: asked of every address that changes something.
struct CrossSiteTests {
    /// Every address that takes a form, with names in the places of ids.
    private static func forms(_ services: Services) -> [(door: Door, path: String)] {
        Routes.router(services).routes.filter { $0.method == .post && !"\($0.path)".hasPrefix("/fhir") }
            .compactMap { route in
                Doors.door(route.method, "\(route.path)").map { door in
                    (
                        door,
                        "\(route.path)".replacing("{id}", with: "dee").replacing("{", with: "").replacing("}", with: "")
                    )
                }
            }
    }

    @Test func `no form is taken without its token, with another session's, or from another site`() async throws {
        let portal = try await PortalDesk.open()
        let desk = portal.desk
        let forms = Self.forms(desk.services)
        #expect(forms.count > 60)
        try await desk.run { staff in
            let person = try await portal.welcome(staff)
            let (sam, ada) = (staff.other(), staff.other())
            try await sam.signIn("sam")
            try await ada.signIn("ada")
            let before = try await desk.scratch.versions()
            var asked = 0
            for (browser, own) in [(staff, "dora"), (sam, "sam"), (ada, "ada"), (person, "delores")] {
                let csrf = try await browser.get("/account").csrf
                let others = try await (own == "ada" ? sam : ada).get("/account").csrf
                #expect(!csrf.isEmpty && !others.isEmpty && csrf != others)
                for (door, path) in forms where door != .open {
                    let tries: [([(String, String)], [String: String])] = [
                        ([], [:]), ([("csrf", others)], [:]), ([("csrf", "")], [:]),
                        ([("csrf", csrf)], ["Origin": "https://evil.example"]), ([("csrf", csrf)], ["Origin": "null"]),
                    ]
                    for (fields, headers) in tries {
                        let answer = try await browser.post(path, fields + [("id", "dee"), ("reason", "a")], headers)
                        #expect(answer.status == 403, "\(own) \(path) \(fields) \(headers): \(answer.status)")
                        asked += 1
                    }
                }
                #expect(try await browser.get("/account").status == 200, "\(own) is still signed in")
            }
            #expect(asked > 1_000)
            #expect(try await desk.scratch.versions() == before)
        }
    }

    @Test func `what is open to strangers takes no form of another site either`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { browser in
            for (door, path) in Self.forms(portal.desk.services) where door == .open && !path.hasPrefix("/oauth") {
                let answer = try await browser.post(
                    path, [("name", "dora"), ("password", SignInDesk.password)], ["Origin": "https://evil.example"])
                #expect(answer.status == 403 && browser.cookie == nil, "\(path): \(answer.status)")
            }
        }
    }
}

extension ScratchRecords {
    /// What is stored, as `Type/id/version`; of those alone whose id begins so.
    func versions(of prefix: String = "") async throws -> [String] {
        try await records.read(as: .system("test"), at: Self.now, for: "test") { reader in
            var found: [String] = []
            for type in self.records.definitions.resourceTypes {
                try reader.each(type) { text in
                    if text.id.hasPrefix(prefix) {
                        found.append("\(type)/\(text.id)/\(text.version)")
                    }
                }
            }
            return found.sorted()
        }
    }
}
