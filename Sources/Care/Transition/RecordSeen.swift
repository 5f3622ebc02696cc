import FHIR
package import Records

/// The visit after a discharge took place: within 7 days it meets both clocks; later only that of 14 days, and the
/// earlier one is kept as not met.
package struct RecordSeen: Sendable {
    package let episode: String
    /// The version of the task of the 14-day visit that the form showed.
    package let version: Int?
    /// When, as typed: yyyy-mm-dd.
    package let day: String
    /// Where and with whom.
    package let note: String?
    package let zone: FacilityZone

    package init(episode: String, version: Int?, day: String, note: String?, zone: FacilityZone) {
        self.episode = episode
        self.version = version
        self.day = day
        self.note = note
        self.zone = zone
    }

    /// - Returns: the visit, an Encounter.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let step = try TransitionStep(episode, change)
        let day = try step.day(self.day, zone: zone, change)
        let task = try step.openTask([.dischargeVisit14, .dischargeVisit7], version: version)
        let visit = try change.create(
            JSON.compact([
                "resourceType": "Encounter",
                "status": "finished",
                "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"],
                "type": [
                    [
                        "coding": [["system": "http://snomed.info/sct", "code": "390906007"]],
                        "text": .string(note ?? "Visit after discharge"),
                    ]
                ],
                "subject": ["reference": .string("Patient/\(step.person)")],
                "episodeOfCare": [["reference": .string("EpisodeOfCare/\(episode)")]],
                "period": ["start": .string(day), "end": .string(day)],
            ]))
        try task.finish("completed", at: day, in: change)
        // Being seen is being reached: CMS counts a visit as the interactive contact.
        try step.tasks.first { $0.isOpen && $0.code == .dischargeContact }?.finish("completed", at: day, in: change)
        if let other = step.tasks.first(where: {
            $0.isOpen && [.dischargeVisit7, .dischargeVisit14].contains($0.code) && $0.code != task.code
        }) {
            let wasInTime = other.due.map { due in FHIRDate(day).map { $0.low <= due } ?? true } ?? true
            if wasInTime {
                try other.finish("completed", at: day, in: change)
            } else {
                try other.finish("failed", because: "The visit took place later", in: change)
            }
        }
        return visit
    }
}
