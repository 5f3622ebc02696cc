import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// A parent, a young person, and what each of them sees on every page of the portal.
struct FamilyTests {
    @Test func `a parent of a young person sees the plain record on every page, and nothing that is kept`() async throws
    {
        let family = try await FamilyDesk.open()
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let maria = try await family.parent(staff)
            let all = try await family.everything(maria)
            for words in FamilyDesk.plain + ["From 12 years some things are between a young person and the care team"] {
                #expect(all.contains(words), "\(words)")
            }
            for words in FamilyDesk.kept + [FamilyDesk.therapy, "Consent/", "RelatedPerson/", "birth-certificate"] {
                #expect(!all.contains(words), "\(words)")
            }
            for path in ["/portal/looks", "/portal/corrections", "/portal/caregivers", "/people/mia", "/panel"] {
                #expect(try await maria.get(path).status == 403, "\(path)")
            }
            for path in [
                "/fhir/Patient/mia", "/fhir/Condition", "/fhir/Condition/sex", "/fhir/Patient/mia/$everything",
            ] {
                #expect(try await maria.get(path).status == 403, "\(path)")
            }
        }
    }

    @Test func `what is kept changes no byte of what a parent gets`() async throws {
        let family = try await FamilyDesk.open()
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let maria = try await family.parent(staff)
            func asked() async throws -> [String] {
                var pages: [String] = []
                for path in ["/portal", "/portal/record", "/portal/record.json", "/portal/record/print"] {
                    pages.append(try await maria.get(path).text)
                }
                return pages
            }
            let before = try await asked()
            try await family.condition("later", "Gonorrhoea", coded: "A54.9")
            try await family.condition("later-talk", "Runaway", label: "ADOL")
            #expect(try await asked() == before)
            try await family.condition("later-plain", "Hayfever")
            #expect(try await asked() != before)
        }
    }

    @Test func `a parent of a young child sees what there is, but for what stays apart`() async throws {
        let family = try await FamilyDesk.open(born: "2018-05-05")
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let page = try await staff.get("/people/mia/portal")
            #expect(page.text.contains("13 years or more") && page.text.contains("Parents and guardians"))
            let maria = try await family.parent(staff, born: "5/5/2018")
            let all = try await family.everything(maria)
            for words in FamilyDesk.plain + ["Chlamydia", "Bulimia", "Quarrelsome"] {
                #expect(all.contains(words), "\(words)")
            }
            for words in [FamilyDesk.therapy, "Naltrexone", "some things are between"] {
                #expect(!all.contains(words), "\(words)")
            }
        }
    }

    @Test func `a young person sees all of the own record, who looked, and what a parent does not see`() async throws {
        let family = try await FamilyDesk.open()
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let maria = try await family.parent(staff)
            let mia = try await family.child(staff)
            let all = try await family.everything(mia)
            for words in FamilyDesk.plain + FamilyDesk.kept {
                #expect(all.contains(words), "\(words)")
            }
            #expect(!all.contains(FamilyDesk.therapy))
            #expect(try await maria.get("/portal").status == 200)
            let looks = try await mia.get("/portal/looks").text
            #expect(looks.contains("Maria Ortiz") && looks.contains("As your parent or guardian"))
            #expect(!looks.contains("You let them"))
            let sharing = try await mia.get("/portal/caregivers")
            for words in [
                "Maria Ortiz, parent", "They do not see", "Alcohol and drugs", "From 18 years you can let others",
            ] {
                #expect(sharing.text.contains(words), "\(words)")
            }
            let shared = try await mia.post(
                "/portal/caregivers",
                [
                    ("csrf", sharing.csrf), ("name", "Bo"), ("relation", "friend"), ("share", "plan"),
                    ("until", "2026-12-31"),
                ])
            #expect(shared.status == 409)
            #expect(try await !mia.get("/portal/caregivers").text.contains("Bo, friend"))
        }
    }

    @Test func `a parent's looks and copies are in the audit with their purpose`() async throws {
        let family = try await FamilyDesk.open()
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let maria = try await family.parent(staff)
            _ = try await family.everything(maria)
            try await family.desk.scratch.records.sealAudit()
            var ask = AuditAsk()
            ask.account = "maria.o"
            let lines = try await family.desk.scratch.records.auditLines(
                ask, as: Caller(account: "sue", name: "Sue", roles: [.supervisor]), at: ScratchRecords.now)
            let looks = lines.filter { [.look, .export].contains($0.deed) }
            #expect(looks.contains { $0.deed == .export } && looks.contains { $0.deed == .look })
            #expect(looks.allSatisfy { $0.purpose == "FAMRQT" && $0.person == "mia" })
        }
    }

    @Test func `on the day that the child comes of age the parent sees nothing at the next request`() async throws {
        // Of age on 22 November, which begins at UTC+14 on the 21st at 10 o'clock of UTC: in eighteen hours.
        let family = try await FamilyDesk.open(born: "2008-11-22")
        let hour: Int64 = 3_600_000
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let maria = try await family.parent(staff, born: "11/22/2008")
            let mia = try await family.child(staff, born: "11/22/2008")
            func comeBack() async throws {
                for (browser, name) in [(maria, "maria.o"), (mia, "mia.o")] {
                    _ = try await browser.post("/sign-in", [("name", name), ("password", PortalDesk.password)])
                }
                try await staff.signIn("dora")
            }
            family.desk.wait(18 * hour - 60_000)
            try await comeBack()
            #expect(try await maria.get("/portal").text.contains("Asthma"))
            family.desk.wait(60_000)
            let after = try await maria.get("/portal")
            #expect(after.status == 200 && after.text.contains("From 18 years a person decides alone"))
            #expect(!after.text.contains("Asthma") && !after.text.contains("Mia"))
            for path in ["/portal/record", "/portal/record.json", "/portal/record/print"] {
                #expect(try await maria.get(path).status == 403, "\(path)")
            }
            // Where the day begins last it has come 26 hours later.
            family.desk.wait(26 * hour)
            try await comeBack()
            #expect(try await staff.get("/people/mia/portal").text.contains("nobody stands for them here any more"))
            #expect(try await !maria.get("/portal").text.contains("Asthma"))
            // The grown person lets her see again what they choose, and no more.
            let sharing = try await mia.get("/portal/caregivers")
            #expect(!sharing.text.contains("They do not see"))
            let given = try await mia.post(
                "/portal/caregivers",
                [
                    ("csrf", sharing.csrf), ("name", "Maria Ortiz"), ("relation", "mother"),
                    ("until", "2026-12-31"), ("share", "medicines"),
                ])
            #expect(given.status == 200)
            let seen = try await maria.get("/portal").text
            #expect(seen.contains("Albuterol") && !seen.contains("Asthma"))
            #expect(try await maria.get("/portal/record.json").status == 403)
        }
    }

    @Test func `staff end a parent at once with a reason, and nobody lets them in again unasked`() async throws {
        let family = try await FamilyDesk.open()
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let maria = try await family.parent(staff)
            let page = try await staff.get("/people/mia/portal")
            let path =
                page.text.components(separatedBy: "action=\"/people/mia/portal/representatives/").dropFirst().first?
                .prefix { $0 != "\"" } ?? ""
            let end = "/people/mia/portal/representatives/\(path)"
            let unsaid = try await staff.post(end, [("csrf", page.csrf), ("version", "1"), ("ending", "")])
            #expect(unsaid.status == 422 && unsaid.text.contains("Choose why"))
            #expect(try await maria.get("/portal").text.contains("Asthma"))
            // Through another person's page it is not there.
            let wrong = try await staff.post(
                "/people/sam/portal/representatives/\(path)",
                [("csrf", page.csrf), ("version", "1"), ("ending", "danger-feared")])
            #expect(wrong.status == 404)
            let ended = try await staff.post(
                end, [("csrf", page.csrf), ("version", "1"), ("ending", "danger-feared")])
            #expect(ended.location == "/people/mia/portal?done=representative-ended")
            let after = try await maria.get("/portal").text
            #expect(!after.contains("Asthma") && !after.contains("Mia") && !after.contains("feared"))
            #expect(try await staff.get("/people/mia/portal").text.contains("danger is feared"))
            let again = try await family.name(staff)
            #expect(again.status == 422 && again.text.contains("was ended before"))
            #expect(try await !maria.get("/portal").text.contains("Asthma"))
            #expect(try await family.name(staff, "maria ortiz", [("again", "yes")]).status == 200)
            #expect(try await maria.get("/portal").text.contains("Asthma"))
        }
    }

    @Test func `nobody stands for a grown person, and the form says what is missing`() async throws {
        let family = try await FamilyDesk.open()
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            #expect(try await !staff.get("/people/dee/portal").text.contains("Parents and guardians"))
            let before = try await staff.get("/people/dee/portal")
            let refused = try await staff.post(
                "/people/dee/portal/representatives",
                [("csrf", before.csrf), ("name", "Bo"), ("relation", "PRN"), ("proof", "known")])
            #expect(refused.status == 409)
            let page = try await staff.get("/people/mia/portal")
            let empty = try await staff.post("/people/mia/portal/representatives", [("csrf", page.csrf)])
            #expect(empty.status == 422)
            for words in ["Write the name of the parent", "Say whether they are a parent", "Say what you have seen"] {
                #expect(empty.text.contains(words), "\(words)")
            }
            #expect(try await staff.post("/people/mia/portal/representatives", []).status == 403)
            // A form that is made up for the consents of the programme does not let anybody in.
            let engage = try await staff.get("/people/mia/engage")
            let forged = try await staff.post(
                "/people/mia/engage/consent",
                [("csrf", engage.csrf), ("kind", "representative"), ("said", "x")])
            #expect(forged.status == 422)
        }
    }

    @Test func `a child below the age of an own account is not invited`() async throws {
        let family = try await FamilyDesk.open(born: "2014-06-01")
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let page = try await staff.get("/people/mia/portal")
            let refused = try await staff.post("/people/mia/portal/invite", [("csrf", page.csrf)])
            #expect(refused.status == 409)
        }
    }

    @Test func `staff are asked whether a young person's words stay from parents, and they do`() async throws {
        let family = try await FamilyDesk.open()
        try await family.desk.run { staff in
            try await staff.signIn("dora")
            let tick = "Keep this from parents and guardians"
            let start = try await staff.get("/people/mia/contact")
            #expect(start.text.contains(tick))
            #expect(try await !staff.get("/people/dee/contact").text.contains(tick))
            let form = try await staff.get("/people/mia/assess/phq-2")
            #expect(form.text.contains(tick) && form.text.contains("checked"))
            #expect(try await !staff.get("/people/dee/assess/phq-2").text.contains(tick))
            let begun = try await staff.post(
                "/people/mia/contact",
                [
                    ("csrf", start.csrf), ("direction", "incoming"), ("channel", "phone"), ("speaker", "person"),
                    ("identifiers", "name"), ("identifiers", "birth-date"), ("confidential", "yes"),
                ])
            #expect(begun.status == 303)
            let path = try #require(begun.location)
            #expect(try await staff.get(path).text.contains("Kept from parents"))
            let id = path.split(separator: "/").last.map(String.init) ?? "?"
            let maria = try await family.parent(staff)
            #expect(try await !family.everything(maria).contains(id))
            let mia = try await family.child(staff)
            #expect(try await family.everything(mia).contains(id))
        }
    }
}
