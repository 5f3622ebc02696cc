import FHIR
import Records
import Testing

@testable import Care

struct CloseEpisodeTests {
    private func enrolled() async throws -> (CareDesk, Resource) {
        let desk = try await CareDesk.open()
        try await desk.consent()
        return (desk, try await desk.enroll())
    }

    private func close(
        _ desk: CareDesk, _ episode: Resource, _ code: String, words: String? = "Said so", keep: Set<String> = [],
        died: String? = nil
    ) async throws -> Resource {
        var verb = CloseEpisode(
            enrollment: episode.id, version: episode.version, reason: try desk.closing(code), words: words,
            care: desk.care, by: desk.ruth)
        verb.keep = keep
        verb.died = died
        let ready = verb
        return try await desk.act(at: CareDesk.now + CareDesk.day) { try ready.perform(in: $0) }
    }

    @Test func `criteria that are not met, or a reason that asks, want words`() async throws {
        let (desk, episode) = try await enrolled()
        for code in ["goals-met", "moved", "unreachable"] {
            let problems = await #expect(throws: FormProblems.self) {
                try await close(desk, episode, code, words: nil)
            }
            #expect(problems?.all.map(\.field) == ["words"])
        }
    }

    @Test func `closing keeps what is to be kept, cancels the rest and writes the summary`() async throws {
        let (desk, episode) = try await enrolled()
        try await desk.put(
            "Goal", "g1",
            [
                "lifecycleStatus": "completed", "description": ["text": "Walk to the shop"],
                "subject": ["reference": "Patient/dee"],
                "achievementStatus": [
                    "coding": [
                        ["system": "http://terminology.hl7.org/CodeSystem/goal-achievement", "code": "achieved"]
                    ]
                ],
            ])
        let stay = try await desk.act { change in
            try OpenTask(.followUp, person: "dee", title: "Order a scale", why: "Weight", owner: nil, due: nil)
                .perform(in: change)
        }
        let closed = try #require(Enrollment(try await close(desk, episode, "goals-met", keep: [stay.id])))
        #expect(closed.status == .finished && closed.reasonCode == "goals-met")
        #expect(closed.end == CareDesk.now + CareDesk.day)
        #expect(closed.history.map(\.status) == [.active, .finished])
        let open = try await desk.openTasks().map(\.title)
        #expect(open == ["Order a scale", "After-care check: how is it going alone?"])
        let text = try await desk.look {
            ClosingSummary.find(of: episode.id, in: try $0.person("dee", ["DocumentReference"]))?.text
        }
        #expect(text?.contains("Goals reached: Walk to the shop") == true)
        #expect(text?.contains("Stays open: Order a scale") == true)
        #expect(text?.contains("Cancelled: First contact: Chronic care") == true)
        await #expect(throws: RecordsFailure.self) { try await close(desk, episode, "goals-met") }
    }

    @Test func `a safety item is not closed with the programme`() async throws {
        let (desk, episode) = try await enrolled()
        try await desk.act { change in
            try OpenTask(.safety, person: "dee", title: "Danger", why: "PHQ-9", owner: nil, due: nil, isUrgent: true)
                .perform(in: change)
        }
        _ = try await close(desk, episode, "transferred")
        #expect(try await desk.openTasks().map(\.code) == [.safety])
    }

    @Test func `reopening keeps the history and asks for a first contact`() async throws {
        let (desk, episode) = try await enrolled()
        let closed = try await close(desk, episode, "moved")
        let silent = ReopenEpisode(
            enrollment: episode.id, version: closed.version, why: "", care: desk.care, by: desk.ruth)
        await #expect(throws: FormProblems.self) { try await desk.act { try silent.perform(in: $0) } }
        let verb = ReopenEpisode(
            enrollment: episode.id, version: closed.version, why: "Came back", care: desk.care, by: desk.ruth)
        let again = try #require(
            Enrollment(try await desk.act(at: CareDesk.now + 9 * CareDesk.day) { try verb.perform(in: $0) }))
        #expect(again.status == .active && again.end == nil && again.start == CareDesk.now)
        #expect(again.history.map(\.status) == [.active, .finished, .active])
        #expect(again.history[1].reason == "Moved: Said so")
        #expect(again.history[1].end == CareDesk.now + 9 * CareDesk.day)
        #expect(try await desk.openTasks().map(\.code) == [.nextContact])
        await #expect(throws: RecordsFailure.self) { try await desk.act { try verb.perform(in: $0) } }
    }

    @Test func `reopening needs a consent that still holds`() async throws {
        let (desk, episode) = try await enrolled()
        let closed = try await close(desk, episode, "declined")
        let consent = try #require(try await desk.all("Consent").first)
        let end = RevokeConsent(consent: consent.id, version: consent.version, recorder: nil)
        try await desk.act { try end.perform(in: $0) }
        let verb = ReopenEpisode(
            enrollment: episode.id, version: closed.version, why: "Again", care: desk.care, by: desk.ruth)
        await #expect(throws: NotNow.self) { try await desk.act { try verb.perform(in: $0) } }
    }

    @Test func `closing because someone died records the death and stops everything at once`() async throws {
        let (desk, episode) = try await enrolled()
        try await desk.enroll("transition-30-day")
        _ = try await close(desk, episode, "died", words: nil, died: "2026-11-19")
        #expect(try await desk.get("Patient", "dee").root.text("deceasedDateTime") == "2026-11-19")
        #expect(try await desk.openTasks().isEmpty)
        #expect(try await desk.all("EpisodeOfCare").allSatisfy { Enrollment($0)?.status == .finished })
        await #expect(throws: RecordsFailure.self) { try await close(desk, episode, "died", died: "2026-11-19") }
    }
}
