package import FHIR
package import Records

/// One transition with its steps, for its page.
package struct TransitionDetail: Sendable {
    package struct Step: Sendable {
        package let code: TaskCode
        package let task: String
        package let version: Int
        package let isOpen: Bool
        /// `requested`, `completed`, …
        package let status: String
        /// Milliseconds since 1970.
        package let due: Int64?
        package let ended: Int64?
        package let reason: String?
    }

    package let record: PersonRecord
    package let episode: TransitionEpisode
    /// nil when its encounter is gone.
    package let stay: Stay?
    package let steps: [Step]
    package let attempts: Int
    package let lastAttempt: Int64?
    /// LACE and HOSPITAL in words.
    package let scores: [String]
    /// What the scores lack.
    package let notes: [String]
    package let owner: String?
    /// How the 30 days went, as far as the record says.
    package let found: (code: String, words: String)?
    /// How many attempts to reach the person came in time for the first contact.
    package let timelyAttempts: Int

    package static let reads: Set<String> = [
        "Encounter", "EpisodeOfCare", "Task", "Procedure", "Communication", "RiskAssessment",
    ]

    /// Steps stand in the order of their clocks.
    private static func place(_ task: TransitionTask) -> (Int64, Int, String) {
        (task.due ?? .max, TransitionSteps.rank(task.code), task.resource.id)
    }

    /// Reads one episode of transition with its stay, steps and scores.
    /// - Parameters:
    ///   - id: of the EpisodeOfCare.
    ///   - more: other types that the page shows of the person.
    ///   - reader: the view of the records.
    /// - Returns: the episode and the record of its person.
    /// - Throws: `RecordsFailure.notFound`, also for an episode of another kind.
    package static func read(_ id: String, with more: Set<String>, by reader: Reader) throws -> TransitionDetail {
        let resource = try reader.get("EpisodeOfCare", id)
        guard let episode = TransitionEpisode(resource), let patient = resource.root.text("patient", "reference"),
            patient.hasPrefix("Patient/")
        else {
            throw RecordsFailure.notFound(type: "EpisodeOfCare", id: id)
        }
        let record = try reader.person(String(patient.dropFirst("Patient/".count)), reads.union(more))
        let stays = FindStays(record.all("Encounter"))
        var stay = episode.stay(in: stays)
        var facilities = FacilityName(reader)
        let facility = try facilities.name(stay?.facility)
        stay?.facility = facility
        let tasks = TransitionTasks.of(episode, in: record)
        let contactDue = tasks.first { $0.code == .dischargeContact }?.due
        let events = TransitionEvents(record, since: stay?.discharged ?? 0)
        let assessment = record.all("RiskAssessment").first { assessment in
            assessment.root.list("identifier").contains { $0.text("value") == "\(episode.key)/scores" }
        }
        return TransitionDetail(
            record: record, episode: episode, stay: stay,
            steps: tasks.sorted { Self.place($0) < Self.place($1) }.map { task in
                Step(
                    code: task.code, task: task.resource.id, version: task.resource.version, isOpen: task.isOpen,
                    status: task.status, due: task.due, ended: task.isOpen ? nil : task.ended,
                    reason: task.resource.root.text("statusReason", "text"))
            },
            attempts: events.attempts, lastAttempt: events.lastAttempt,
            scores: assessment?.root.list("prediction").compactMap { $0.text("rationale") } ?? [],
            notes: assessment?.root.list("note").compactMap { $0.text("text") } ?? [],
            owner: tasks.lazy.compactMap(\.owner).first ?? episode.careManager,
            found: stay.flatMap {
                TransitionOutcome.found(after: $0, among: stays, died: KeepTransitions.death(record.patient))
            },
            timelyAttempts: contactDue.map { due in events.times.count { $0 <= due } } ?? 0)
    }
}
