import FHIR
import Records
import TestSupport
import Testing

@testable import Care

struct ContactTests {
    static let minute: Int64 = 60_000

    @Test func `two identifiers come before health`() async throws {
        let desk = try await CareDesk.open()
        let verb = StartContact(
            person: "dee", direction: nil, speaker: nil, identifiedBy: [.birthDate], by: desk.ruth)
        let problems = await #expect(throws: FormProblems.self) { try await desk.act { try verb.perform(in: $0) } }
        #expect(problems?.all.map(\.field) == ["direction", "speaker", "identifiers"])
        let started = try await desk.start()
        let contact = try #require(Contact(started))
        #expect(contact.isOpen && contact.mayHearHealth && contact.start == CareDesk.now)
        #expect(contact.identifiedBy == [.birthDate, .address])
    }

    @Test func `a caregiver is spoken with only while the consent holds`() async throws {
        let desk = try await CareDesk.open()
        let consent = try await desk.consent(.caregiver)
        let caregiver = try #require(ConsentLedger.Entry(consent)?.caregiver)
        let contact = try #require(Contact(try await desk.start(speaker: .caregiver, caregiver: caregiver)))
        #expect(contact.speaker == .caregiver && contact.caregiver == caregiver)
        let end = RevokeConsent(consent: consent.id, version: consent.version, recorder: nil)
        _ = try await desk.act { try end.perform(in: $0) }
        await #expect(throws: FormProblems.self) {
            try await desk.start(speaker: .caregiver, caregiver: caregiver)
        }
    }

    @Test func `someone else is told nothing about health`() async throws {
        let desk = try await CareDesk.open()
        let verb = StartContact(person: "dee", direction: .incoming, speaker: .other, identifiedBy: [], by: desk.ruth)
        let contact = try #require(Contact(try await desk.act { try verb.perform(in: $0) }))
        #expect(!contact.mayHearHealth)
    }

    @Test func `one clock runs a care manager: taking another call parks the first, and minutes are the sum`()
        async throws
    {
        let desk = try await CareDesk.open()
        let first = try await desk.start("dee", at: CareDesk.now)
        let second = try await desk.start("sam", at: CareDesk.now + 5 * Self.minute)
        #expect(try await !desk.contact(first.id).time.isRunning)
        #expect(try await desk.contact(second.id).time.isRunning)
        let resume = ResumeContact(encounter: first.id, by: desk.ruth)
        _ = try await desk.act(at: CareDesk.now + 8 * Self.minute) { try resume.perform(in: $0) }
        #expect(try await !desk.contact(second.id).time.isRunning)
        let verb = desk.save(first.id)
        _ = try await desk.act(at: CareDesk.now + 12 * Self.minute + 30_000) { try verb.perform(in: $0) }
        let closed = try await desk.contact(first.id)
        #expect(closed.status == "finished")
        #expect(closed.time.stretches.count == 2 && closed.time.stretches.allSatisfy { $0.end != nil })
        // Five minutes, then four and a half.
        #expect(closed.time.minutes(at: CareDesk.now + 60 * Self.minute) == 9)
        #expect(closed.time.stretches.first?.credential == "RN")
        let other = desk.save(second.id)
        _ = try await desk.act(at: CareDesk.now + 20 * Self.minute) { try other.perform(in: $0) }
        #expect(try await desk.contact(second.id).time.minutes(at: .max) == 3)
    }

    @Test func `parking twice and taking up twice change nothing more`() async throws {
        let desk = try await CareDesk.open()
        let started = try await desk.start()
        let park = ParkContact(encounter: started.id)
        let once = try await desk.act(at: CareDesk.now + Self.minute) { try park.perform(in: $0) }
        let twice = try await desk.act(at: CareDesk.now + 9 * Self.minute) { try park.perform(in: $0) }
        #expect(once.version == twice.version)
        #expect(try await desk.contact(started.id).time.minutes(at: .max) == 1)
        let resume = ResumeContact(encounter: started.id, by: desk.ruth)
        let again = try await desk.act(at: CareDesk.now + 10 * Self.minute) { try resume.perform(in: $0) }
        #expect(try await desk.act { try resume.perform(in: $0) }.version == again.version)
    }

    @Test func `one save signs the note, closes tasks, opens the next contact and stops the clock`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        try await desk.enroll()
        let first = try #require(try await desk.openTasks().first)
        let started = try await desk.start()
        var verb = desk.save(started.id)
        verb.teachBack = "I weigh myself each morning"
        verb.doneTasks = [first.id]
        verb.followUps = [.init(title: "Send the sheet", due: CareDesk.now + CareDesk.day)]
        verb.answers = ["phq-2": ["44250-9": [.code("LA6570-1")], "44255-8": [.code("LA6570-1")]]]
        let ready = verb
        let closed = try await desk.act(at: CareDesk.now + 6 * Self.minute) { try ready.perform(in: $0) }
        #expect(closed.root.text("status") == "finished")
        #expect(closed.root.at("length", "value")?.int == 6)
        #expect(Contact(closed)?.time.stretches.first?.program == "chronic-care")
        let note = ContactNote(try await desk.get("DocumentReference", ContactNote.id(of: started.id)))
        #expect(note.isSigned && note.credential == "RN" && note.author == "Practitioner/ruth")
        #expect(note.text == "Talked about feet.\n\nSaid back in own words: I weigh myself each morning")
        let done = try await desk.get("Task", first.id)
        #expect(done.root.text("status") == "completed")
        #expect(done.root.text("encounter", "reference") == started.reference)
        let open = try await desk.openTasks()
        #expect(Set(open.compactMap(\.code)) == [.nextContact, .followUp, .assessment])
        #expect(open.contains { $0.title.hasPrefix("Ask PHQ-9") })
        #expect(try await desk.all("QuestionnaireResponse").count == 1)
        #expect(try await desk.all("Observation").isEmpty == false)
    }

    @Test func `a save that is not sound changes nothing at all`() async throws {
        let desk = try await CareDesk.open()
        let started = try await desk.start()
        var verb = SaveContact(
            encounter: started.id, note: "", version: 0, confirmed: false, by: desk.ruth,
            instruments: desk.care.instruments, days: CareDesk.days)
        verb.minutes = 5
        let ready = verb
        let problems = await #expect(throws: FormProblems.self) { try await desk.act { try ready.perform(in: $0) } }
        #expect(problems?.all.map(\.field) == ["note", "next", "minutes-reason", "confirm"])
        #expect(try await desk.contact(started.id).isOpen)
        #expect(try await desk.all("DocumentReference").isEmpty)
    }

    @Test func `a draft is kept with all that was typed, and the signed note replaces it`() async throws {
        let desk = try await CareDesk.open()
        let started = try await desk.start()
        let draft = KeepDraft(
            encounter: started.id, note: "Half", typed: "note=Half&next=2026-12-01", version: 0, by: desk.ruth)
        let kept = try await desk.act { try draft.perform(in: $0) }
        #expect(kept.root.text("docStatus") == "preliminary")
        #expect(ContactNote(kept).typed == "note=Half&next=2026-12-01")
        let verb = desk.save(started.id, version: kept.version)
        _ = try await desk.act { try verb.perform(in: $0) }
        let note = ContactNote(try await desk.get("DocumentReference", kept.id))
        #expect(note.isSigned && note.typed == nil)
    }

    @Test func `who saves over a draft of someone else is shown both`() async throws {
        let desk = try await CareDesk.open()
        let started = try await desk.start()
        let theirs = KeepDraft(encounter: started.id, note: "Theirs", typed: "", version: 0, by: desk.ruth)
        _ = try await desk.act { try theirs.perform(in: $0) }
        let mine = desk.save(started.id, note: "Mine", version: 0)
        do {
            _ = try await desk.act { try mine.perform(in: $0) }
            Issue.record("it was saved over")
        } catch RecordsFailure.stale(let current) {
            #expect(ContactNote(current).text == "Theirs")
        }
        #expect(try await desk.contact(started.id).isOpen)
    }

    @Test func `a signed note takes only addenda`() async throws {
        let desk = try await CareDesk.open()
        let started = try await desk.start()
        let early = AddAddendum(encounter: started.id, text: "More", by: desk.ruth)
        await #expect(throws: NotNow.self) { try await desk.act { try early.perform(in: $0) } }
        let verb = desk.save(started.id)
        _ = try await desk.act { try verb.perform(in: $0) }
        await #expect(throws: RecordsFailure.self) { try await desk.act { try verb.perform(in: $0) } }
        let added = try await desk.act { try early.perform(in: $0) }
        #expect(added.root.text("relatesTo", "code") == "appends")
        #expect(added.root.text("relatesTo", "target", "reference") == "DocumentReference/note-\(started.id)")
        #expect(try await desk.all("DocumentReference").count == 2)
    }

    @Test func `minutes are put right with a reason, and the original stays`() async throws {
        let desk = try await CareDesk.open()
        let started = try await desk.start()
        let verb = desk.save(started.id)
        _ = try await desk.act(at: CareDesk.now + 40 * Self.minute) { try verb.perform(in: $0) }
        let silent = CorrectMinutes(encounter: started.id, minutes: 12, reason: "", by: desk.ruth)
        await #expect(throws: FormProblems.self) { try await desk.act { try silent.perform(in: $0) } }
        let right = CorrectMinutes(encounter: started.id, minutes: 12, reason: "Lunch in between", by: desk.ruth)
        let written = try await desk.act { try right.perform(in: $0) }
        let time = ContactTime(written.root)
        #expect(time.minutes(at: .max) == 12 && time.measured(at: .max) == 40 * Self.minute)
        #expect(time.corrections.first?.original == 40)
        #expect(written.root.at("length", "value")?.int == 12)
    }

    @Test func `a contact with the wrong person is filed once with the right one`() async throws {
        let desk = try await CareDesk.open()
        try await desk.scratch.put(
            ["resourceType": "Patient", "name": [["family": "Right"]], "birthDate": "1950-01-01"], id: "right")
        let started = try await desk.start()
        let verb = desk.save(started.id)
        _ = try await desk.act { try verb.perform(in: $0) }
        let refile = RefileContact(encounter: started.id, person: "right", by: desk.ruth)
        await #expect(throws: NotNow.self) { try await desk.act { try refile.perform(in: $0) } }
        let mark = MarkWrongPerson(encounter: started.id, reason: "It was another person.", by: desk.ruth)
        _ = try await desk.act { try mark.perform(in: $0) }
        let filed = try await desk.act { try refile.perform(in: $0) }
        let again = try await desk.act { try refile.perform(in: $0) }
        #expect(again.id == filed.id && again.version == 1)
        let notes = try await desk.all("DocumentReference", of: "right")
        #expect(notes.count == 1)
        let text = notes.first.map { ContactNote($0).text }
        #expect(text?.hasSuffix("Talked about feet.") == true)
        #expect(try await desk.contact(filed.id).status == "finished")
        let origins = try await desk.act { change in
            try change.reader.search(Query("Provenance", [.reference("target", filed.reference)])).count
        }
        #expect(origins == 1)
    }

    @Test func `a contact with the wrong person is marked, and what it closed is open again`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        try await desk.enroll()
        let first = try #require(try await desk.openTasks().first)
        let started = try await desk.start()
        var verb = desk.save(started.id)
        verb.doneTasks = [first.id]
        let ready = verb
        _ = try await desk.act { try ready.perform(in: $0) }
        let wrong = MarkWrongPerson(encounter: started.id, reason: "It was Sam Stone", by: desk.ruth)
        let marked = try await desk.act { try wrong.perform(in: $0) }
        #expect(marked.root.text("status") == "entered-in-error")
        let note = try await desk.get("DocumentReference", ContactNote.id(of: started.id))
        #expect(note.root.text("status") == "entered-in-error")
        #expect(try await desk.openTasks().map(\.id) == [first.id])
        await #expect(throws: NotNow.self) { try await desk.act { try wrong.perform(in: $0) } }
    }
}
