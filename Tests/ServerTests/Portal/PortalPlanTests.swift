import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Server

/// The plan, written by the team, the person and a caregiver.
struct PortalPlanTests {
    @Test func `a person and a caregiver propose for the plan, the team answers, and both read it`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let mine = try await person.get("/portal/plan")
            #expect(mine.status == 200)
            let empty = try await person.post("/portal/plan", [("csrf", mine.csrf), ("kind", "goal"), ("words", "")])
            #expect(empty.status == 422 && empty.text.contains("Write what you want to tell us."))
            let sent = try await person.post(
                "/portal/plan", [("csrf", mine.csrf), ("kind", "goal"), ("words", "I want to sing again")])
            #expect(sent.location == "/portal/plan?done=sent")
            let anna = try await portal.share(["plan"], person)
            let hers = try await anna.get("/portal/plan")
            #expect(hers.text.contains("I want to sing again"))
            let said = try await anna.post(
                "/portal/plan", [("csrf", hers.csrf), ("kind", "comment"), ("words", "She walks badly at night")])
            #expect(said.location == "/portal/plan?done=sent")

            let list = try await staff.get("/people/dee/plan/proposals")
            for words in ["I want to sing again", "She walks badly at night", "Anna Whitfield"] {
                #expect(list.text.contains(words), "\(words)")
            }
            let proposals = try await portal.desk.scratch.records.read(
                as: portal.desk.scratch.caller, at: ScratchRecords.now, for: "test"
            ) { try $0.person("dee", ["CarePlan"]).all("CarePlan") }
            let goal = try #require(proposals.first { $0.root["description"]?.string == "I want to sing again" })
            let path = "/people/dee/plan/proposals/\(goal.id)"
            let fields = [
                ("csrf", list.csrf), ("version", "1"), ("decision", "accept"), ("answer", "Yes, let us begin."),
            ]
            let lacking = try await staff.post(path, fields)
            #expect(lacking.status == 422)
            let done = try await staff.post(
                path, fields + [("measure", "Songs a week"), ("due", "2027-06-01")])
            #expect(done.location == "/people/dee/plan/proposals?done=answered")
            for reader in [person, anna] {
                let answered = try await reader.get("/portal/plan")
                #expect(answered.text.contains("Yes, let us begin.") && answered.text.contains("by 1 Jun"))
            }
            for page in ["copies", "versions", "conflicts", "elements"] {
                #expect(try await staff.get("/people/dee/plan/\(page)").status == 200, "\(page)")
            }
            // Who sees medicines alone sees no plan and proposes nothing.
            let plan = try await staff.get("/people/dee/plan")
            #expect(plan.text.contains("not signed"))
        }
    }

    @Test func `whoever is not shown the plan proposes nothing`() async throws {
        let portal = try await PortalDesk.open()
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let anna = try await portal.share(["medicines"], person)
            let page = try await anna.get("/portal/plan")
            #expect(!page.text.contains("Walk to church") && page.text.contains("The plan is not shared with you."))
            let sent = try await anna.post(
                "/portal/plan", [("csrf", page.csrf), ("kind", "comment"), ("words", "Hello")])
            #expect(sent.status == 403)
        }
    }
}
