package import FHIR
package import Records

/// One enrolment in a programme, as it stands in an EpisodeOfCare.
package struct Enrollment: Sendable {
    package enum Status: String, Sendable {
        case planned, waitlist, active, onhold, finished, cancelled
    }

    /// One stretch of the way.
    package struct Step: Sendable, Equatable {
        package let status: Status
        package let start: Int64?
        /// nil while it lasts.
        package let end: Int64?
        package let reason: String?
    }

    package let id: String
    package let version: Int
    package let person: String
    package let status: Status
    /// The id of the programme, for example `complex-care`.
    package let program: String
    /// For example `Practitioner/ruth`.
    package let careManager: String?
    package let start: Int64?
    package let end: Int64?
    /// Why it was closed, declined or paused: code and words.
    package let reasonCode: String?
    package let reason: String?
    /// Oldest first, the present one last.
    package let history: [Step]

    /// Enrolled now: active or paused.
    package var isOpen: Bool { status == .active || status == .onhold }

    /// - Returns: nil for an episode that is not an enrolment in a programme of ours, or was entered in error.
    package init?(_ episode: Resource) {
        let root = episode.root
        guard let status = root.text("status").flatMap(Status.init(rawValue:)),
            let program = root.list("type").lazy.compactMap({ CareCode.code($0, in: CareCode.program) }).first,
            let patient = root.text("patient", "reference"), patient.hasPrefix("Patient/")
        else {
            return nil
        }
        id = episode.id
        version = episode.version
        person = String(patient.dropFirst("Patient/".count))
        self.status = status
        self.program = program
        careManager = root.text("careManager", "reference")
        start = root.text("period", "start").flatMap { FHIRDate($0)?.low }
        end = root.text("period", "end").flatMap { FHIRDate($0)?.low }
        let why = CareCode.marks(root, "reason").last?["valueCodeableConcept"]
        reasonCode = CareCode.code(why, in: CareCode.reason)
        reason = why?.text("text")
        history = root.list("statusHistory").compactMap { step in
            step.text("status").flatMap(Status.init(rawValue:)).map {
                Step(
                    status: $0, start: step.text("period", "start").flatMap { FHIRDate($0)?.low },
                    end: step.text("period", "end").flatMap { FHIRDate($0)?.low },
                    reason: CareCode.marks(step, "reason").last?.text("valueCodeableConcept", "text"))
            }
        }
    }

    /// A person's enrolments, in the order in which they were stored.
    package static func all(_ record: PersonRecord) -> [Enrollment] {
        record.all("EpisodeOfCare").compactMap(Enrollment.init)
    }

    /// - Throws: ``NotNow`` when the episode is no enrolment.
    static func get(_ id: String, in change: Change) throws -> (Enrollment, Resource) {
        let episode = try change.reader.get("EpisodeOfCare", id)
        guard let enrollment = Enrollment(episode) else {
            throw NotNow("This is not an enrolment in a programme.")
        }
        return (enrollment, episode)
    }
}

extension Enrollment {
    /// Moves an episode on and keeps the way it came: the present step ends, the next one begins.
    /// - Parameters:
    ///   - episode: the EpisodeOfCare as it stands.
    ///   - status: the state it moves to.
    ///   - now: milliseconds since 1970.
    ///   - reason: a CodeableConcept; stands at the step and, as long as the step is the present one, at the episode.
    /// - Returns: the episode as it is to be stored.
    static func move(_ episode: JSON, to status: Status, at now: Int64, reason: JSON? = nil) -> JSON {
        var episode = CareCode.removing("reason", from: episode)
        var steps = episode["statusHistory"]?.array ?? []
        if var last = steps.popLast() {
            if var period = last["period"], period["end"] == nil {
                period["end"] = .string(FHIRDate.instant(now))
                last["period"] = period
            }
            steps.append(last)
        }
        steps.append(
            .compact([
                "extension": reason.map { [CareCode.mark("reason", "valueCodeableConcept", $0)] },
                "status": .string(status.rawValue), "period": ["start": .string(FHIRDate.instant(now))],
            ]))
        episode["status"] = .string(status.rawValue)
        episode["statusHistory"] = .array(steps)
        if let reason {
            episode = CareCode.adding(CareCode.mark("reason", "valueCodeableConcept", reason), to: episode)
        }
        return episode
    }
}
