import FHIR
package import Records

/// Stops all that is scheduled for someone whose death is recorded: tasks, appointments, planned messages, enrolments.
///
/// Exactly once a recorded death: a Provenance says what was stopped, and a second run finds it.
package struct StopForDeath: Sendable {
    package static let reads: Set<String> = [
        "Task", "Appointment", "CommunicationRequest", "Communication", "EpisodeOfCare",
    ]
    private static let appointments: Set<String> = [
        "proposed", "pending", "booked", "arrived", "checked-in", "waitlist",
    ]
    private static let why = "The person has died"

    package let person: String

    package init(person: String) {
        self.person = person
    }

    /// - Returns: how many records were stopped; 0 when the person lives, or when all was stopped before.
    @discardableResult
    package func perform(in change: Change) throws -> Int {
        guard let patient = try change.reader.find("Patient", person), KnownFacts.isDeceased(patient.root) else {
            return 0
        }
        let died = patient.root.text("deceasedDateTime") ?? "yes"
        let marker = try change.reader.find("Provenance", markerID)
        guard marker?.root.text("activity", "text") != died else {
            return 0
        }
        let stopped = try stop(try change.reader.person(person, Self.reads), in: change)
        if !stopped.isEmpty {
            try note(stopped, died: died, over: marker, in: change)
        }
        return stopped.count
    }

    private var markerID: String { String("death-\(person)".prefix(64)) }

    private func stop(_ record: PersonRecord, in change: Change) throws -> [String] {
        var stopped: [String] = []
        for task in FinishTasks.open(record) {
            try FinishTasks.end(task, as: "cancelled", why: Self.why, in: change)
            stopped.append(task.resource.reference)
        }
        for (type, open, status, because) in [
            ("Appointment", Self.appointments, "cancelled", "cancelationReason"),
            ("CommunicationRequest", ["draft", "active", "on-hold"], "revoked", "statusReason"),
            ("Communication", ["preparation", "in-progress", "on-hold"], "stopped", "statusReason"),
        ] as [(String, Set<String>, String, String)] {
            for resource in record.all(type) where open.contains(resource.root.text("status") ?? "") {
                var json = resource.value
                json["status"] = .string(status)
                json[because] = ["text": .string(Self.why)]
                try change.update(json, ifVersion: resource.version)
                stopped.append(resource.reference)
            }
        }
        for episode in record.all("EpisodeOfCare") {
            guard ["planned", "waitlist", "active", "onhold"].contains(episode.root.text("status") ?? "") else {
                continue
            }
            let begun = ["active", "onhold"].contains(episode.root.text("status") ?? "")
            var json = Enrollment.move(
                episode.value, to: begun ? .finished : .cancelled, at: change.now,
                reason: CareCode.concept(CareCode.reason, "died", "Died"))
            json["period"] = .compact([
                "start": json["period"]?["start"], "end": .string(FHIRDate.instant(change.now)),
            ])
            try change.update(json, ifVersion: episode.version)
            stopped.append(episode.reference)
        }
        return stopped
    }

    private func note(_ stopped: [String], died: String, over marker: Resource?, in change: Change) throws {
        var json: JSON = [
            "resourceType": "Provenance",
            "target": .array((["Patient/\(person)"] + stopped).map { .reference($0) }),
            "recorded": .string(FHIRDate.instant(change.now)),
            "reason": [["text": .string(Self.why)]],
            "activity": ["text": .string(died)],
            "agent": [["who": ["display": "Almoner"]]],
        ]
        guard let marker else {
            try change.create(json, id: markerID)
            return
        }
        json["id"] = .string(markerID)
        try change.update(json, ifVersion: marker.version)
    }
}
