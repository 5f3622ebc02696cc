import FHIR
package import Records

/// Takes a closed enrolment up again. The way it came stays in its history.
package struct ReopenEpisode: Sendable {
    package let enrollment: String
    /// The version that was read.
    package let version: Int
    package let why: String
    package let care: CareContent
    package let by: Signer

    package init(enrollment: String, version: Int, why: String, care: CareContent, by: Signer) {
        self.enrollment = enrollment
        self.version = version
        self.why = why
        self.care = care
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        guard !why.isEmpty else {
            throw FormProblems("why", "Say why it opens again.")
        }
        guard why.utf8.count <= TextLimit.note else {
            throw FormProblems("why", "Keep this below \(TextLimit.note) characters.")
        }
        let (found, stored) = try Enrollment.get(enrollment, in: change)
        guard stored.version == version else {
            throw RecordsFailure.stale(current: stored)
        }
        guard found.status == .finished else {
            throw NotNow("Only a closed enrolment opens again.")
        }
        let record = try change.reader.person(found.person, ["EpisodeOfCare", "Consent"])
        if let patient = record.patient, KnownFacts.isDeceased(patient.root) {
            throw NotNow("This person has died.")
        }
        if Enrollment.all(record).contains(where: { $0.id != enrollment && $0.program == found.program && $0.isOpen }) {
            throw NotNow("This person is enrolled in the same programme anew.")
        }
        if let program = care.programs[found.program], program.needsConsent,
            !ConsentLedger(record).holds(.program, program: program.id, at: change.now)
        {
            throw NotNow("The consent to the programme no longer holds. Record it anew first.")
        }
        var json = Enrollment.move(stored.value, to: .active, at: change.now, reason: ["text": .string(why)])
        json["period"] = .compact(["start": json["period"]?["start"]])
        let written = try change.update(json, ifVersion: version)
        let days = Int64(care.programs[found.program]?.firstContactDays ?? 7)
        try OpenTask(
            .nextContact, person: found.person, title: "First contact after reopening", why: why,
            owner: found.careManager ?? by.practitioner, due: change.now + days * 86_400_000,
            basedOn: written.reference, key: "\(found.person)/reopened/\(enrollment)/\(written.version)"
        ).perform(in: change)
        return written
    }
}
