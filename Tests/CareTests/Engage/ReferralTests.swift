import Access
import CareTestSupport
import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// From a referral to a decision that whoever referred learns of.
struct ReferralTests {
    private func open() async throws -> CareDesk {
        let scratch = try await ScratchRecords.open(projections: Projections.all(try CareContent.shipped()))
        let desk = try CareDesk.on(scratch)
        try await desk.put("Practitioner", "ruth", ["active": true, "name": [["text": "Ruth Adeyemi, RN"]]])
        try await desk.put(
            "Patient", "dee",
            ["name": [["given": ["Delores"], "family": "Whitfield"]], "birthDate": "1948-03-14", "gender": "female"])
        return desk
    }

    private func receive(
        _ desk: CareDesk, as caller: Caller = .system("public referral form"), given: String = "Delores",
        key: String? = nil
    ) async throws -> Resource {
        let content = desk.care.referrals
        return try await desk.records.write(as: caller, at: CareDesk.now) { change in
            try ReceiveReferral(
                about: .written(
                    .init(given: given, family: "Whitfield", birth: CalendarDay("1948-03-14"), phone: "612 555 0134")),
                source: .family, sender: "Maria Lopez", senderPhone: "612 555 0199", program: nil,
                reason: "Falls a lot", key: key, content: content
            ).perform(in: change)
        }
    }

    @Test func `what comes from outside is in nobody's record until somebody recognises who is meant`() async throws {
        let desk = try await open()
        let stored = try await receive(desk, key: "k")
        let again = try await receive(desk, key: "k")
        #expect(stored.id == again.id)
        let referral = try #require(Referral(stored))
        #expect(referral.state == .received && referral.from == "Maria Lopez" && referral.fromPhone == "612 555 0199")
        #expect(try await desk.all("ServiceRequest").isEmpty)
        #expect(try await desk.openTasks().isEmpty)
        let waiting = try await desk.look { try ReferralList.open(by: $0).map(\.id) }
        #expect(waiting == [stored.id])
        let care = desk.care
        try await desk.act { change in
            _ = try MatchReferral(referral: stored.id, version: 1, answer: .known("dee"), why: nil, care: care)
                .perform(in: change)
        }
        let matched = try #require(Referral(try await desk.get("ServiceRequest", stored.id)))
        #expect(matched.state == .matched && matched.person == "dee" && matched.written != nil)
        #expect(try await desk.openTasks().map(\.code) == [.referral])
    }

    @Test func `somebody new is put on file, and with a reason where somebody is surely the same`() async throws {
        let desk = try await open()
        let care = desk.care
        let same = try await receive(desk)
        await #expect(throws: FormProblems.self) {
            try await desk.act { change in
                _ = try MatchReferral(referral: same.id, version: nil, answer: .new, why: nil, care: care)
                    .perform(in: change)
            }
        }
        let other = try await receive(desk, given: "Otis")
        try await desk.act { change in
            _ = try MatchReferral(referral: other.id, version: nil, answer: .new, why: nil, care: care)
                .perform(in: change)
        }
        let matched = try #require(Referral(try await desk.get("ServiceRequest", other.id)))
        let patient = try await desk.get("Patient", try #require(matched.person))
        #expect(patient.root.text("birthDate") == "1948-03-14")
        #expect(patient.root["id"]?.string == patient.id)
    }

    @Test func `accepted, the person is in outreach and whoever referred was told`() async throws {
        let desk = try await open()
        let (care, program) = (desk.care, try desk.program("complex-care"))
        let stored = try await receive(desk)
        func accept(why: String?, told: ReferralAnswer?) async throws {
            try await desk.act { change in
                _ = try AcceptReferral(
                    referral: stored.id, version: nil, program: program, owner: "Practitioner/ruth", why: why,
                    told: told, care: care
                ).perform(in: change)
            }
        }
        await #expect(throws: NotNow.self) { try await accept(why: "x", told: .phone) }
        try await desk.act { change in
            _ = try MatchReferral(referral: stored.id, version: nil, answer: .known("dee"), why: nil, care: care)
                .perform(in: change)
        }
        await #expect(throws: FormProblems("told", "Say how whoever referred was told.")) {
            try await accept(why: "x", told: nil)
        }
        try await accept(why: "Asked for by the family", told: .phone)
        #expect(try await desk.openTasks().map(\.code) == [.outreach])
        #expect(Referral(try await desk.get("ServiceRequest", stored.id))?.state == .accepted)
        let told = try await desk.all("Communication")
        #expect(told.map { $0.root.text("status") } == ["completed"])
        await #expect(throws: NotNow.self) { try await accept(why: "x", told: .phone) }
    }

    @Test func `declined, the reason and the answer stay on file`() async throws {
        let desk = try await open()
        let content = desk.care.referrals
        let stored = try await receive(desk)
        func decline(_ reason: ProgramReasons.Reason?, _ told: ReferralAnswer?, _ words: String?) async throws {
            try await desk.act { change in
                _ = try DeclineReferral(
                    referral: stored.id, version: nil, reason: reason, words: words, told: told, content: content
                ).perform(in: change)
            }
        }
        await #expect(throws: FormProblems.self) { try await decline(nil, .phone, nil) }
        await #expect(throws: FormProblems.self) { try await decline(content.declineReasons[0], .notPossible, nil) }
        try await decline(content.declineReasons[0], .phone, "Another service calls")
        #expect(Referral(try await desk.get("ServiceRequest", stored.id))?.state == .declined)
        let tasks = try await desk.look {
            try $0.search(Query("Task", [.token("status", system: nil, code: "rejected")]))
        }
        #expect(tasks.first?.root["statusReason"]?.text("text")?.contains("Another service calls") == true)
    }

    @Test func `a referral that came by the API gets its task with a clock, once`() async throws {
        let desk = try await open()
        try await desk.put(
            "ServiceRequest", "by-api",
            [
                "status": "active", "intent": "order", "authoredOn": "2026-11-20T10:00:00Z",
                "category": [CareCode.concept(Referral.snomed, Referral.category)],
                "subject": ["reference": "Patient/dee"], "requester": ["display": "Dr. Chen"],
                "reasonCode": [["text": "Heart failure"]],
            ])
        let intake = TakeInReferrals(content: desk.care.referrals)
        for expected in [1, 0] {
            let waiting = try await desk.look { try intake.waiting(by: $0) }
            #expect(waiting.count == expected)
            try await desk.act { try intake.perform(waiting, in: $0) }
        }
        let task = try #require(try await desk.openTasks().first)
        #expect(task.code == .referral)
        #expect(task.due == FHIRDate("2026-11-23T10:00:00Z")?.low)
        await #expect(throws: NotNow.self) {
            try await desk.act { change in
                _ = try CompleteTask(
                    id: task.id, version: nil, outcome: .done,
                    days: SiteDays(today: CalendarDay(daysSinceEpoch: 0), end: { _ in 0 })
                ).perform(in: change)
            }
        }
    }

    @Test func `a provider refers somebody unknown, and reads no referral of others`() async throws {
        let desk = try await open()
        let provider = Caller(
            account: "prov", name: "Pat Vane, MD", roles: [Role(rawValue: "provider")],
            practitioner: "Practitioner/prov")
        let stored = try await receive(desk, as: provider)
        #expect(stored.version == 1)
        let seen = try await desk.records.read(as: provider, at: CareDesk.now, for: "test") {
            try ReferralList.open(by: $0).count
        }
        #expect(seen == 0)
        let frontDesk = Caller(account: "fay", name: "Fay", roles: [Role(rawValue: "front-desk")])
        let atDesk = try await desk.records.read(as: frontDesk, at: CareDesk.now, for: "test") {
            try ReferralList.open(by: $0).count
        }
        #expect(atDesk == 1)
    }

    @Test func `words of danger are found in both languages, and plain ones are not taken for them`() throws {
        let content = try ReferralContent(content: Content(folder: nil))
        for text in ["He said he wants  to\nDIE", "quiere morir", "Puede hacerse daño", "She took an overdose"] {
            #expect(content.speaksOfDanger(text), "\(text)")
        }
        #expect(!content.speaksOfDanger("Her diabetes diet is hard and she falls"))
    }

    @Test func `texts for people are short and plain in both languages`() throws {
        let content = try ReferralContent(content: Content(folder: nil))
        #expect(content.languages == ["en", "es"])
        for text in ReferralContent.Text.allCases where text != .other {
            #expect(content.text(text, in: "es") != content.text(text, in: "en"), "\(text)")
            #expect(!content.text(text, in: "es").contains("{") && !content.text(text, in: "en").contains("{"))
        }
    }
}
