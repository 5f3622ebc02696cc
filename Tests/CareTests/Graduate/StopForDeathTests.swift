import FHIR
import Records
import Testing

@testable import Care

struct StopForDeathTests {
    private func scheduled() async throws -> CareDesk {
        let desk = try await CareDesk.open()
        try await desk.consent()
        try await desk.enroll()
        try await desk.put(
            "Appointment", "a1",
            [
                "status": "booked", "start": "2026-12-01T15:00:00Z", "end": "2026-12-01T15:30:00Z",
                "participant": [["actor": ["reference": "Patient/dee"], "status": "accepted"]],
            ])
        try await desk.put("CommunicationRequest", "c1", ["status": "active", "subject": ["reference": "Patient/dee"]])
        try await desk.put(
            "CommunicationRequest", "c2", ["status": "completed", "subject": ["reference": "Patient/dee"]])
        return desk
    }

    private let stop = StopForDeath(person: "dee")

    @Test func `nothing stops while the person lives`() async throws {
        let desk = try await scheduled()
        let stop = stop
        #expect(try await desk.act { try stop.perform(in: $0) } == 0)
        try await desk.put("Patient", "dee", ["deceasedBoolean": false])
        #expect(try await desk.act { try stop.perform(in: $0) } == 0)
        #expect(try await desk.openTasks().count == 1)
    }

    @Test func `a recorded death stops tasks, appointments, planned messages and enrolments, exactly once`()
        async throws
    {
        let desk = try await scheduled()
        try await desk.put("Patient", "dee", ["deceasedDateTime": "2026-11-19"])
        let stop = stop
        #expect(try await desk.act { try stop.perform(in: $0) } == 4)
        #expect(try await desk.openTasks().isEmpty)
        #expect(try await desk.get("Appointment", "a1").root.text("status") == "cancelled")
        #expect(try await desk.get("CommunicationRequest", "c1").root.text("status") == "revoked")
        #expect(try await desk.get("CommunicationRequest", "c2").root.text("status") == "completed")
        let enrollment = try #require(try await desk.all("EpisodeOfCare").first.flatMap(Enrollment.init))
        #expect(enrollment.status == .finished && enrollment.reasonCode == "died")
        #expect(try await desk.act { try stop.perform(in: $0) } == 0)
        #expect(try await desk.get("Appointment", "a1").version == 2)
        // A call to the family, planned after the death, is not stopped when the record is touched again.
        try await desk.act { change in
            try OpenTask(.followUp, person: "dee", title: "Call the family", why: "Bereavement", owner: nil, due: nil)
                .perform(in: change)
        }
        try await desk.put("Patient", "dee", ["deceasedDateTime": "2026-11-19", "gender": "female"])
        #expect(try await desk.act { try stop.perform(in: $0) } == 0)
        #expect(try await desk.openTasks().count == 1)
    }

    @Test func `who had nothing scheduled leaves no trace`() async throws {
        let desk = try await CareDesk.open()
        try await desk.put("Patient", "dee", ["deceasedBoolean": true])
        let stop = stop
        #expect(try await desk.act { try stop.perform(in: $0) } == 0)
        #expect(try await desk.all("Provenance").isEmpty)
    }
}
