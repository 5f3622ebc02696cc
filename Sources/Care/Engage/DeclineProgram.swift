import FHIR
package import Records

/// Takes a no for an answer, with its reason. Who is asked again later starts anew.
package struct DeclineProgram: Sendable {
    package let person: String
    package let program: Program
    package let reason: ProgramReasons.Reason
    /// In the person's own words.
    package let words: String?
    package let by: String?

    package init(
        person: String, program: Program, reason: ProgramReasons.Reason, words: String? = nil, by: String?
    ) {
        self.person = person
        self.program = program
        self.reason = reason
        self.words = words
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        if let words, words.utf8.count > TextLimit.note {
            throw FormProblems("words", "Keep this below \(TextLimit.note) characters.")
        }
        let record = try change.reader.person(person, ["EpisodeOfCare"])
        let before = Enrollment.all(record).filter { $0.program == program.id }
        if before.contains(where: \.isOpen) {
            throw NotNow("This person is enrolled in \(program.title). Close the enrolment on the page Graduate.")
        }
        let concept = CareCode.concept(
            CareCode.reason, reason.code, [reason.words, words].compactMap { $0 }.joined(separator: ": "))
        let episode: Resource
        if let waiting = before.first(where: { $0.status == .waitlist || $0.status == .planned }) {
            let stored = try change.reader.get("EpisodeOfCare", waiting.id)
            var json = Enrollment.move(stored.value, to: .cancelled, at: change.now, reason: concept)
            json["period"] = .compact([
                "start": json["period"]?["start"], "end": .string(FHIRDate.instant(change.now)),
            ])
            episode = try change.update(json, ifVersion: stored.version)
        } else {
            let json = JSON.compact([
                "resourceType": "EpisodeOfCare",
                "status": "planned",
                "type": [CareCode.concept(CareCode.program, program.id, program.title)],
                "patient": .reference("Patient/\(person)"),
                "period": [
                    "start": .string(FHIRDate.instant(change.now)), "end": .string(FHIRDate.instant(change.now)),
                ],
                "careManager": by.map { .reference($0) },
            ])
            episode = try change.create(Enrollment.move(json, to: .cancelled, at: change.now, reason: concept))
        }
        try FinishTasks.end([.outreach], of: person, as: "cancelled", why: "Declined the programme", in: change)
        return episode
    }
}
