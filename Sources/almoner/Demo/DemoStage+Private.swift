import Access
import Care
import FHIR
import Records

extension DemoStage {
    /// Whose care is in whose hands, of the people of Content/synthetic/stories-private.csv.
    private static let confidential: [(person: String, manager: String)] = [
        ("story-kestrelmoor", "ruth"), ("story-quillory", "ruth"), ("story-harrowgate", "ruth"),
        ("story-fennimark", "bea"),
    ]

    /// Enrols the people whose records are kept in confidence, with a community health worker in each team; one has agreed to
    /// share Part 2 records, one has a note of therapy, and each has said how to be reached.
    func playPrivate() async throws {
        guard let supervisor = staff["sam"], let ruth = staff["ruth"], let bea = staff["bea"],
            let program = care.programs["chronic-care"]
        else {
            return
        }
        for (person, manager) in Self.confidential {
            let manager = staff[manager]?.practitioner
            let care = care
            try await records.write(as: supervisor, at: ago(6)) { change in
                _ = try GiveConsent(
                    person: person, kind: .program, program: program.id, recorder: supervisor.practitioner,
                    policy: care.consents, minors: care.minors
                ).perform(in: change)
                _ = try EnrollPatient(
                    person: person, program: program, careManager: manager, why: "Asked for by the primary care team.",
                    care: care, by: supervisor.practitioner
                ).perform(in: change)
                _ = try AnswerChannels(
                    person: person, answers: [.call: true, .voicemail: false, .text: true],
                    recorder: supervisor.practitioner, policy: care.consents, minors: care.minors
                ).perform(in: change)
            }
            try await team(of: person, [manager, staff["cora"]?.practitioner].compactMap { $0 })
        }
        let care = care
        try await records.write(as: ruth, at: ago(5)) { change in
            _ = try GiveConsent(
                person: "story-kestrelmoor", kind: .part2, how: .paper, recorder: ruth.practitioner,
                policy: care.consents, minors: care.minors
            ).perform(in: change)
        }
        try await records.write(as: bea, at: ago(3)) { change in
            _ = try WriteNoteApart(
                person: "story-fennimark", kind: .psychotherapy,
                text: "He spoke of the house in Velquorin, and for the first time of his brother.", by: try Signer(bea)
            ).perform(in: change)
        }
    }

    private func team(of person: String, _ members: [String]) async throws {
        try await records.write(as: Self.itself, at: ago(6)) { change in
            _ = try change.create([
                "resourceType": "CareTeam", "status": "active",
                "subject": ["reference": .string("Patient/\(person)")],
                "participant": .array(members.map { ["member": ["reference": .string($0)]] }),
            ])
        }
    }
}
