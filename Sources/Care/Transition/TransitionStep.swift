import FHIR
import Records

/// What the buttons of the board share: the running transition, its tasks, and the day that was typed.
struct TransitionStep {
    let episode: TransitionEpisode
    let person: String
    let tasks: [TransitionTask]

    /// - Throws: ``NotNow`` when the transition is over.
    init(_ id: String, _ change: Change) throws {
        let resource = try change.reader.get("EpisodeOfCare", id)
        guard let episode = TransitionEpisode(resource), let patient = resource.root.text("patient", "reference"),
            patient.hasPrefix("Patient/")
        else {
            throw RecordsFailure.notFound(type: "EpisodeOfCare", id: id)
        }
        guard episode.isRunning else {
            throw NotNow("This transition is closed: nothing is left to do.")
        }
        self.episode = episode
        person = String(patient.dropFirst("Patient/".count))
        tasks = try TransitionTasks.of(episode, change.reader)
    }

    /// The first open task of these codes.
    /// - Throws: ``NotNow`` when it is done already, `RecordsFailure.stale` when someone changed it in between.
    func openTask(_ codes: [TaskCode], version: Int?) throws -> TransitionTask {
        guard let task = codes.lazy.compactMap({ code in tasks.first { $0.code == code && $0.isOpen } }).first else {
            throw NotNow("This step has been recorded already.")
        }
        if let version, version != task.resource.version {
            throw RecordsFailure.stale(current: task.resource)
        }
        return task
    }

    /// A typed day as FHIR writes it, checked.
    /// - Throws: ``FormProblems`` on the field `day`.
    func day(_ text: String, zone: FacilityZone, _ change: Change) throws -> String {
        guard let day = CivilDay(text) else {
            throw FormProblems("day", "Give the day as year, month and day.")
        }
        guard day <= zone.day(of: Int(change.now / 1000)) else {
            throw FormProblems("day", "This day is still to come.")
        }
        let start = episode.resource.root.text("period", "start").flatMap { FHIRDate($0)?.low }
        if let start, day < zone.day(of: Int(start / 1000)) {
            throw FormProblems("day", "This is before the discharge.")
        }
        return day.text
    }
}
