import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

struct AuditPageTests {
    private func desk(_ engine: TestEngine) async throws -> StaffDesk {
        let desk = try await StaffDesk.open(engine)
        try await desk.scratch.put(
            ["resourceType": "Patient", "name": [["family": "Stone", "given": ["Maud"]]]], id: "maud")
        return desk
    }

    @Test(arguments: Engines.all)
    func `a supervisor sees who looked at a record, and that is in the audit too`(engine: TestEngine) async throws {
        let desk = try await desk(engine)
        let nurse = try await desk.signIn("nora", [.careManager])
        let head = try await desk.signIn("sam", [.supervisor])
        try await desk.run { ask in
            #expect(try await ask("/people/maud", nurse).status == 200)
            #expect(try await ask("/search?q=Stonehenge", nurse).status == 200)
            let looks = try await ask("/people/maud/looks", head)
            #expect(looks.status == 200)
            #expect(looks.text.contains("Maud"))
            #expect(looks.text.contains("person page"))
            #expect(looks.text.contains("Care of the person"))
            #expect(!looks.text.contains("Stonehenge"))
            let all = try await ask("/audit", head)
            #expect(all.status == 200)
            #expect(all.text.contains("q = Stonehenge"))
            #expect(all.text.contains("Signed in"))
            // The page before was a look, and is on this one.
            #expect(all.text.contains("looks page"))
            let searched = try await ask("/audit?deed=search&account=nora", head)
            #expect(searched.text.contains("Stonehenge"))
            #expect(!searched.text.contains("person page"))
            let none = try await ask("/audit?to=2020-01-01&from=2019-01-01", head)
            #expect(none.text.contains("Nothing matches."))
            #expect(try await ask("/audit?from=nonsense", head).status == 422)
        }
    }

    @Test func `nobody else opens the audit, and an administrator sees no name in it`() async throws {
        let desk = try await desk(.sqlite)
        let nurse = try await desk.signIn("nora", [.careManager])
        let admin = try await desk.signIn("ada", [.administrator])
        try await desk.run { ask in
            #expect(try await ask("/people/maud", nurse).status == 200)
            #expect(try await ask("/search?q=Stonehenge", nurse).status == 200)
            for path in ["/audit", "/audit.csv", "/people/maud/looks"] {
                #expect(try await ask(path, nurse).status == 403)
                #expect(try await ask(path).status == 303)
                let seen = try await ask(path, admin)
                #expect(seen.status == 200)
                #expect(seen.text.contains("maud"))
                #expect(!seen.text.contains("Maud") && !seen.text.uppercased().contains("STONE"))
            }
            #expect(try await ask("/audit?deed=refusal&account=nora", admin).text.contains("Was refused"))
            // Whether there is such a person is not told either.
            #expect(try await ask("/people/nobody/looks", admin).status == 200)
        }
    }

    @Test(arguments: Engines.all) func `pages follow each other without a gap`(engine: TestEngine) async throws {
        let desk = try await desk(engine)
        let head = try await desk.signIn("sam", [.supervisor])
        let caller = desk.scratch.caller
        for turn in 0..<120 {
            _ = try await desk.scratch.records.read(as: caller, at: ScratchRecords.now - 5_000, for: "xturn \(turn).") {
                try $0.get("Patient", "maud")
            }
        }
        try await desk.run { ask in
            for sort in ["-time", "time", "account", "-person", "address"] {
                var path: String? = "/audit?account=ruth&sort=\(sort)"
                var seen: Set<String> = []
                var pages = 0
                while let next = path, pages < 9 {
                    let page = try await ask(next, head)
                    let found = page.text.components(separatedBy: "xturn ").dropFirst().map {
                        String($0.prefix { $0 != "." })
                    }
                    #expect(seen.isDisjoint(with: found))
                    seen.formUnion(found)
                    path = page.text.components(separatedBy: "rel=\"next\" href=\"").dropFirst().first?
                        .components(separatedBy: "\"").first?.replacing("&amp;", with: "&")
                    pages += 1
                }
                #expect(seen.count == 120)
                #expect(pages == 3)
            }
        }
    }

    @Test func `the file holds no formula, and taking it is in the audit`() async throws {
        let desk = try await desk(.sqlite)
        let head = try await desk.signIn("sam", [.supervisor])
        try await desk.run { ask in
            _ = try await ask(
                "/sign-in", method: .post, form: Form([("name", "=cmd|' /C calc'!A0"), ("password", "x")]))
            let file = try await ask("/audit.csv", head)
            #expect(file.header("Content-Disposition") == "attachment; filename=\"audit.csv\"")
            #expect(file.header("Content-Type")?.hasPrefix("text/csv") == true)
            #expect(file.text.contains(",'=cmd|"))
            #expect(!file.text.contains(",=cmd"))
            #expect(try await ask("/audit?deed=export", head).text.contains("audit as CSV"))
        }
    }
}
