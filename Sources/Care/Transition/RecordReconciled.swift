import FHIR
package import Records

/// Medicines were reconciled after a discharge: a Procedure (SNOMED CT 430193006), and the task is done.
package struct RecordReconciled: Sendable {
    /// The id of the transition's EpisodeOfCare.
    package let episode: String
    /// The version of its task that the form showed.
    package let version: Int?
    /// When, as typed: yyyy-mm-dd.
    package let day: String
    package let note: String?
    /// For example `Practitioner/ruth`.
    package let performer: String?
    package let zone: FacilityZone

    package init(
        episode: String, version: Int?, day: String, note: String?, performer: String?, zone: FacilityZone
    ) {
        self.episode = episode
        self.version = version
        self.day = day
        self.note = note
        self.performer = performer
        self.zone = zone
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let step = try TransitionStep(episode, change)
        let day = try step.day(self.day, zone: zone, change)
        let task = try step.openTask([.medicationReconciliation], version: version)
        let procedure = try change.create(
            Self.procedure(person: step.person, day: day, performer: performer, note: note))
        try task.finish("completed", at: day, in: change)
        return procedure
    }

    /// That medicines were reconciled: SNOMED CT 430193006.
    static func procedure(person: String, day: String, performer: String?, note: String?) -> JSON {
        .compact([
            "resourceType": "Procedure",
            "status": "completed",
            "code": [
                "coding": [["system": "http://snomed.info/sct", "code": .string(TransitionEvents.reconciliation)]],
                "text": "Medicines reconciled after discharge",
            ],
            "subject": ["reference": .string("Patient/\(person)")],
            "performedDateTime": .string(day),
            "recorder": performer.map { ["reference": .string($0)] },
            "performer": performer.map { [["actor": ["reference": .string($0)]]] },
            "note": note.map { [["text": .string($0)]] },
        ])
    }
}
