import Access
import FHIR
package import Records

/// A step of a transition that is asked about: what came of it, with one of the answers of the plan. Some answers close
/// the step, others say how it stands and leave it open.
package struct RecordStep: Sendable {
    /// The id of the transition's EpisodeOfCare.
    package let episode: String
    package let code: TaskCode
    /// The version of its task that the form showed.
    package let version: Int?
    package let answer: String?
    /// When, as typed: yyyy-mm-dd.
    package let day: String
    package let note: String?
    package let plan: TransitionPlan
    package let zone: FacilityZone

    /// The code system of answers to steps.
    static let system = "urn:almoner:code:transition-step"

    package init(
        episode: String, code: TaskCode, version: Int?, answer: String?, day: String, note: String?,
        plan: TransitionPlan, zone: FacilityZone
    ) {
        self.episode = episode
        self.code = code
        self.version = version
        self.answer = answer
        self.day = day
        self.note = note
        self.plan = plan
        self.zone = zone
    }

    /// - Returns: the task as it stands now.
    /// - Throws: ``FormProblems`` on `answer` or `day`; ``NotNow`` when the step is recorded already;
    ///   `RecordsFailure.stale` when someone changed it in between.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let step = try TransitionStep(episode, change)
        guard let chosen = plan.asked(code)?.answers.first(where: { $0.code == answer }) else {
            throw FormProblems("answer", "Choose one.")
        }
        let day = try step.day(self.day, zone: zone, change)
        let task = try step.openTask([code], version: version)
        var json = task.resource.value
        let words = [chosen.words, note].compactMap { $0 }.joined(separator: ". ")
        json.addOutcome(Self.system, chosen.code, words)
        json["note"] = .array(
            (json["note"]?.array ?? []) + [
                .compact([
                    "authorReference": change.caller.practitioner.map { .reference($0) },
                    "authorString": change.caller.practitioner == nil ? .string(change.caller.name) : nil,
                    "time": .string(FHIRDate.instant(change.now)), "text": .string(words),
                ])
            ])
        json["lastModified"] = .string(FHIRDate.instant(change.now))
        if chosen.staysOpen {
            json["status"] = "in-progress"
        } else {
            json["status"] = "completed"
            var period = json["executionPeriod"] ?? [:]
            period["end"] = .string(day)
            json["executionPeriod"] = period
        }
        return try change.update(json, ifVersion: task.resource.version)
    }
}
