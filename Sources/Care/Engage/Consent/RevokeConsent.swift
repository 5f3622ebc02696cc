import FHIR
package import Records

/// Takes a consent back. It stays on file with who ended it, when and why.
package struct RevokeConsent: Sendable {
    package let consent: String
    /// The version that was read.
    package let version: Int
    package let reason: String?
    package let recorder: String?

    package init(consent: String, version: Int, reason: String? = nil, recorder: String?) {
        self.consent = consent
        self.version = version
        self.reason = reason
        self.recorder = recorder
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let stored = try change.reader.get("Consent", consent)
        guard stored.version == version else {
            throw RecordsFailure.stale(current: stored)
        }
        guard let entry = ConsentLedger.Entry(stored), entry.isActive else {
            throw NotNow("This consent has ended already.")
        }
        var revoked = stored.value
        revoked["status"] = "inactive"
        revoked = CareCode.adding(
            CareCode.mark("ended", "valueDateTime", .string(FHIRDate.instant(change.now))), to: revoked)
        revoked = CareCode.adding(
            CareCode.mark("reason", "valueCodeableConcept", ["text": .string(reason ?? "Taken back by the person")]),
            to: revoked)
        if let recorder {
            revoked = CareCode.adding(CareCode.mark("ended-by", "valueReference", .reference(recorder)), to: revoked)
        }
        let written = try change.update(revoked, ifVersion: version)
        try tellCareManager(of: entry, in: change, stored)
        return written
    }

    /// Someone who is enrolled without consent is not left so unseen.
    private func tellCareManager(of entry: ConsentLedger.Entry, in change: Change, _ stored: Resource) throws {
        guard entry.kind == .program, let patient = stored.root.text("patient", "reference") else {
            return
        }
        let person = String(patient.dropFirst("Patient/".count))
        let record = try change.reader.person(person, ["EpisodeOfCare"])
        // Who withdraws is not tried on: what is left of a sequence stops.
        try FinishTasks.end([.outreach], of: person, as: "cancelled", why: "Consent was taken back", in: change)
        for enrollment in Enrollment.all(record)
        where enrollment.isOpen && (entry.program == nil || entry.program == enrollment.program) {
            try OpenTask(
                .followUp, person: person, title: "Consent was taken back: ask again or close",
                why: "The consent to the programme was taken back.", owner: enrollment.careManager ?? recorder,
                due: change.now + 86_400_000, basedOn: "EpisodeOfCare/\(enrollment.id)",
                key: "\(person)/consent-ended/\(consent)"
            ).perform(in: change)
        }
    }
}
