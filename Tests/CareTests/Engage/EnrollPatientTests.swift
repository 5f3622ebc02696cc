import FHIR
import Records
import Testing

@testable import Care

struct EnrollPatientTests {
    @Test func `a patient without consent is not enrolled`() async throws {
        let desk = try await CareDesk.open()
        let problems = await #expect(throws: FormProblems.self) { try await desk.enroll() }
        #expect(problems?.all.first?.field == "program")
        try await desk.consent(.program, program: "complex-care")
        await #expect(throws: FormProblems.self) { try await desk.enroll("chronic-care") }
        #expect(try await desk.all("EpisodeOfCare").isEmpty)
    }

    @Test func `enrolling names the care manager, keeps the history and opens the first contact`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        let enrollment = try #require(Enrollment(try await desk.enroll()))
        #expect(enrollment.status == .active && enrollment.program == "chronic-care")
        #expect(enrollment.careManager == "Practitioner/ruth")
        #expect(enrollment.history.map(\.status) == [.active] && enrollment.history.first?.end == nil)
        let task = try #require(try await desk.openTasks().first)
        #expect(task.code == .firstContact && task.owner == "Practitioner/ruth")
        #expect(task.due == CareDesk.now + 14 * CareDesk.day)
        let load = try await desk.look {
            try Caseload.count(of: "Practitioner/ruth", by: $0)
        }
        #expect(load == 1)
    }

    @Test func `nobody is enrolled twice in the same programme`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        try await desk.enroll()
        await #expect(throws: NotNow.self) { try await desk.enroll() }
        #expect(try await desk.all("EpisodeOfCare").count == 1)
        try await desk.enroll("transition-30-day")
        #expect(try await desk.all("EpisodeOfCare").count == 2)
    }

    @Test(arguments: [nil, "Practitioner/nobody", "Practitioner/gone", "Patient/sam"])
    func `the care manager must be someone who works here`(manager: String?) async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        let problems = await #expect(throws: FormProblems.self) { try await desk.enroll(manager: manager) }
        #expect(problems?.all.first?.field == "care-manager")
    }

    @Test func `expired credentials block, current ones do not`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        try await desk.put(
            "Practitioner", "ruth",
            ["active": true, "qualification": [["code": ["text": "RN"], "period": ["end": "2026-10-31"]]]])
        await #expect(throws: FormProblems.self) { try await desk.enroll() }
        try await desk.put(
            "Practitioner", "ruth",
            ["active": true, "qualification": [["code": ["text": "RN"], "period": ["end": "2027-10-31"]]]])
        try await desk.enroll()
    }

    @Test func `criteria that are not met ask why`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        let verb = EnrollPatient(
            person: "dee", program: try desk.program("chronic-care"), careManager: "Practitioner/ruth", care: desk.care,
            by: nil)
        let problems = await #expect(throws: FormProblems.self) { try await desk.act { try verb.perform(in: $0) } }
        #expect(problems?.all.first?.field == "why")
    }

    @Test func `who has died is not enrolled`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        try await desk.put("Patient", "dee", ["deceasedDateTime": "2026-11-01"])
        await #expect(throws: NotNow.self) { try await desk.enroll() }
    }

    @Test func `who waits is enrolled later, and the history shows both`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        let waits = EnrollPatient(
            person: "dee", program: try desk.program("chronic-care"), careManager: nil, why: "No room", waits: true,
            care: desk.care, by: nil)
        try await desk.act { try waits.perform(in: $0) }
        #expect(try await desk.openTasks().isEmpty)
        let enrollment = try #require(Enrollment(try await desk.enroll()))
        #expect(enrollment.history.map(\.status) == [.waitlist, .active])
        #expect(enrollment.history.first?.end == CareDesk.now)
        #expect(try await desk.all("EpisodeOfCare").count == 1)
    }

    @Test func `a no is kept with its reason, and asking again later starts anew`() async throws {
        let desk = try await CareDesk.open()
        let reason = try #require(desk.care.programs.reasons.declineReasons.first)
        let verb = DeclineProgram(
            person: "dee", program: try desk.program("chronic-care"), reason: reason, words: "I manage",
            by: "Practitioner/ruth")
        let declined = try #require(Enrollment(try await desk.act { try verb.perform(in: $0) }))
        #expect(declined.status == .cancelled && declined.reasonCode == "no-need")
        #expect(declined.reason == "Does not see the need: I manage")
        try await desk.consent()
        try await desk.enroll()
        #expect(try await desk.all("EpisodeOfCare").count == 2)
        await #expect(throws: NotNow.self) { try await desk.act { try verb.perform(in: $0) } }
    }

    @Test func `an enrolment pauses with a reason and a day to look again, and goes on`() async throws {
        let desk = try await CareDesk.open()
        try await desk.consent()
        let episode = try await desk.enroll()
        let empty = PauseEnrollment(enrollment: episode.id, version: 1, reason: "", until: nil)
        let problems = await #expect(throws: FormProblems.self) { try await desk.act { try empty.perform(in: $0) } }
        #expect(problems?.all.map(\.field) == ["reason", "until"])
        let pause = PauseEnrollment(
            enrollment: episode.id, version: 1, reason: "Visiting family", until: CareDesk.now + 30 * CareDesk.day)
        let paused = try await desk.act { try pause.perform(in: $0) }
        #expect(Enrollment(paused)?.status == .onhold && Enrollment(paused)?.isOpen == true)
        #expect(try await desk.openTasks().contains { $0.title.hasPrefix("Paused") })
        await #expect(throws: RecordsFailure.self) { try await desk.act { try pause.perform(in: $0) } }
        let resume = ResumeEnrollment(enrollment: episode.id, version: paused.version)
        let resumed = try #require(Enrollment(try await desk.act { try resume.perform(in: $0) }))
        #expect(resumed.history.map(\.status) == [.active, .onhold, .active])
        #expect(resumed.history.map(\.reason) == ["Asked for it", "Visiting family", nil])
        #expect(resumed.reason == nil)
        #expect(try await !desk.openTasks().contains { $0.title.hasPrefix("Paused") })
    }
}
