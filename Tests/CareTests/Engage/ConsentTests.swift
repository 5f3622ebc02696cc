import Access
import FHIR
import Records
import Testing

@testable import Care

struct ConsentTests {
    @Test func `a consent keeps what was said, who agreed, who wrote it down and until when`() async throws {
        let desk = try await CareDesk.open()
        let stored = try await desk.consent(.program, program: "complex-care", until: CareDesk.now + CareDesk.day)
        let entry = try #require(ConsentLedger.Entry(stored))
        #expect(entry.said == "Do you agree?")
        #expect(entry.givenBy == "Patient/dee")
        #expect(entry.recorder == "Practitioner/ruth")
        #expect(entry.until == CareDesk.now + CareDesk.day)
        #expect(entry.holds(at: CareDesk.now) && !entry.holds(at: CareDesk.now + CareDesk.day))
    }

    @Test func `a consent for one programme does not hold for another`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent(.program, program: "complex-care")
        let ledger = try await desk.look {
            ConsentLedger(try $0.person("dee", ["Consent"]))
        }
        #expect(ledger.holds(.program, program: "complex-care", at: CareDesk.now))
        #expect(!ledger.holds(.program, program: "chronic-care", at: CareDesk.now))
        #expect(!ledger.holds(.messaging, at: CareDesk.now))
    }

    @Test func `the same consent is not recorded twice`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent(.messaging)
        await #expect(throws: NotNow.self) { try await desk.consent(.messaging) }
        #expect(try await desk.all("Consent").count == 1)
    }

    @Test func `a consent in a language that has no words, or that ran out, is refused`() async throws {
        let desk = try await CareDesk.open()
        let verb = GiveConsent(
            person: "dee", kind: .caregiver, language: "tlh", until: CareDesk.now - 1, recorder: "Practitioner/ruth",
            policy: desk.care.consents,
            minors: desk.care.minors)
        let problems = await #expect(throws: FormProblems.self) { try await desk.act { try verb.perform(in: $0) } }
        #expect(problems?.all.map(\.field) == ["said", "until", "caregiver-name"])
    }

    @Test func `what a parent agrees to for a child lapses when the child comes of age`() async throws {
        let desk = try await CareDesk.open()
        try await desk.put("Patient", "kid", ["birthDate": "2010-06-15"])
        try await desk.put(
            "RelatedPerson", "mum", ["patient": ["reference": "Patient/kid"], "name": [["text": "Mum"]]])
        func given(until: Int64?) async throws -> Int64? {
            let verb = GiveConsent(
                person: "kid", kind: until == nil ? .messaging : .dataSharing, said: "Do you agree?",
                givenBy: "RelatedPerson/mum", until: until, recorder: "Practitioner/ruth", policy: desk.care.consents,
                minors: desk.care.minors)
            return ConsentLedger.Entry(try await desk.act { try verb.perform(in: $0) })?.until
        }
        // 2028-06-15T00:00Z, the eighteenth birthday.
        #expect(try await given(until: nil) == 1_844_640_000_000)
        #expect(try await given(until: CareDesk.now + CareDesk.day) == CareDesk.now + CareDesk.day)
    }

    @Test func `what somebody agrees to for a grown person holds as long as was said`() async throws {
        let desk = try await CareDesk.open()
        try await desk.put(
            "RelatedPerson", "anna", ["patient": ["reference": "Patient/dee"], "name": [["text": "Anna"]]])
        let verb = GiveConsent(
            person: "dee", kind: .messaging, said: "Do you agree?", givenBy: "RelatedPerson/anna",
            recorder: "Practitioner/ruth", policy: desk.care.consents,
            minors: desk.care.minors)
        let given = try await desk.act { try verb.perform(in: $0) }
        #expect(ConsentLedger.Entry(given)?.until == nil)
    }

    @Test func `a consent with an exception that is not understood holds for nothing`() async throws {
        let desk = try await CareDesk.open()
        let given = try await desk.consent(.messaging)
        var odd = given.value
        odd["provision"]?["provision"] = [["type": "deny"]]
        let next = odd
        _ = try await desk.act { try $0.update(next, ifVersion: given.version) }
        let ledger = ConsentLedger(
            try await desk.look { try $0.person("dee", ["Consent"]) })
        #expect(!ledger.holds(.messaging, at: CareDesk.now))
    }

    @Test func `a caregiver named twice is one person`() async throws {
        let desk = try await CareDesk.open()
        let first = try await desk.consent(.caregiver)
        let end = RevokeConsent(consent: first.id, version: first.version, recorder: "Practitioner/ruth")
        try await desk.act { try end.perform(in: $0) }
        let second = try await desk.consent(.caregiver)
        #expect(try await desk.all("RelatedPerson").count == 1)
        #expect(ConsentLedger.Entry(second)?.caregiver == ConsentLedger.Entry(first)?.caregiver)
    }

    @Test func `a consent that is taken back stays on file with who and when, and holds no longer`() async throws {
        let desk = try await CareDesk.open()
        let given = try await desk.consent()
        try await desk.enroll()
        let verb = RevokeConsent(
            consent: given.id, version: given.version, reason: "Changed my mind", recorder: "Practitioner/ruth")
        let ended = try await desk.act { try verb.perform(in: $0) }
        let entry = try #require(ConsentLedger.Entry(ended))
        #expect(!entry.isActive && entry.ended == CareDesk.now && entry.endedBecause == "Changed my mind")
        #expect(entry.said == "Do you agree?")
        // Who is enrolled all the same is not left so unseen.
        #expect(try await desk.openTasks().contains { $0.title.hasPrefix("Consent was taken back") })
        await #expect(throws: RecordsFailure.self) { try await desk.act { try verb.perform(in: $0) } }
    }

    private func answer(
        _ desk: CareDesk, _ kind: ConsentKind, isRefusal: Bool = false, said: String? = nil, language: String = "en",
        at now: Int64 = CareDesk.now
    ) async throws -> Resource {
        let verb = GiveConsent(
            person: "dee", kind: kind, isRefusal: isRefusal, said: said, language: language, how: .paper,
            recorder: "Practitioner/ruth", policy: desk.care.consents, minors: desk.care.minors)
        return try await desk.act(at: now) { try verb.perform(in: $0) }
    }

    @Test func `a consent keeps the policy, and which text was read in which language`() async throws {
        let desk = try await CareDesk.open()
        let given = try await answer(desk, .part2, language: "es")
        let words = try #require(desk.care.consents[.part2]?.words(in: "es"))
        let entry = try #require(ConsentLedger.Entry(given))
        #expect(entry.textRead == "part-2/es/\(words.version)" && entry.said == words.text)
        #expect(given.root.text("sourceAttachment", "language") == "es")
        #expect(given.root.text("policy", "uri") == "urn:almoner:consent-policy:\(desk.care.consents.version)")
        let own = try #require(ConsentLedger.Entry(try await answer(desk, .research, said: "May we learn from you?")))
        #expect(own.textRead == nil && own.said == "May we learn from you?")
    }

    @Test func `a no is kept, ends the yes before it, and gives way to a later yes`() async throws {
        let desk = try await CareDesk.open()
        _ = try await answer(desk, .research)
        _ = try await answer(desk, .research, isRefusal: true, at: CareDesk.now + 1)
        func holds(_ later: Int64) async throws -> (holds: Bool, entries: Int) {
            try await desk.look {
                let ledger = ConsentLedger(try $0.person("dee", ["Consent"]))
                return (ledger.holds(.research, at: CareDesk.now + later), ledger.entries.filter(\.isActive).count)
            }
        }
        #expect(try await holds(2) == (false, 1))
        await #expect(throws: NotNow.self) {
            _ = try await answer(desk, .research, isRefusal: true, at: CareDesk.now + 3)
        }
        _ = try await answer(desk, .research, at: CareDesk.now + 4)
        #expect(try await holds(5) == (true, 1))
    }

    @Test func `a consent ends where its policy says so and nobody said otherwise`() async throws {
        let desk = try await CareDesk.open()
        let days = Int64(try #require(desk.care.consents[.stories]?.lastsDays))
        let entry = ConsentLedger.Entry(try await answer(desk, .stories))
        #expect(entry?.until == CareDesk.now + days * CareDesk.day)
        #expect(ConsentLedger.Entry(try await answer(desk, .dataSharing, isRefusal: true))?.until == nil)
    }

    @Test func `a consent to a programme narrowed to something else is none to any programme`() async throws {
        let desk = try await CareDesk.open()
        let given = try await desk.consent(.program)
        var odd = given.value
        odd["provision"]?["code"] = [["text": "Only the diet classes"]]
        let next = odd
        _ = try await desk.act { try $0.update(next, ifVersion: given.version) }
        let ledger = ConsentLedger(try await desk.look { try $0.person("dee", ["Consent"]) })
        #expect(!ledger.holds(.program, program: "complex-care", at: CareDesk.now))
    }
}
