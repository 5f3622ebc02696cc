import FHIR
package import Records

/// Brings a person's transitions in line with what is on file: opens what a new discharge asks for, withdraws what was
/// recorded in error, closes on readmission and death, and ticks off what has happened. After day 30 somebody closes it,
/// with its conclusion. Doing it again changes
/// nothing.
package struct KeepTransitions: Sendable {
    package let person: String
    package let rules: TransitionRules

    package init(_ person: String, rules: TransitionRules) {
        self.person = person
        self.rules = rules
    }

    package func perform(in change: Change) throws {
        let glance = try change.reader.person(person, ["Encounter", "EpisodeOfCare"])
        let episodes = glance.all("EpisodeOfCare").compactMap(TransitionEpisode.init)
        let found = FindStays(glance.all("Encounter"))
        let recent = found.stays.filter { $0.discharged.map { change.now - $0 < TransitionRules.length } ?? false }
        let running = episodes.filter(\.isRunning)
        // Most people at most times: nothing to do.
        guard !recent.isEmpty || !running.isEmpty else {
            return
        }
        let died = Self.death(glance.patient)
        for episode in running {
            if let (end, at) = try Self.end(episode, found, died: died, change) {
                try CloseTransition(episode, end, at: at).perform(in: change)
            } else {
                try tickOff(episode, found, change)
            }
        }
        guard died == nil else {
            return
        }
        let owner = TransitionEpisode.careManager(of: glance)
        let followed = episodes.filter { $0.reason != TransitionEnd.withdrawn.code }.compactMap {
            $0.stay(in: found)?.id
        }
        for stay in recent where Self.readmission(after: stay, found.stays) == nil && !followed.contains(stay.id) {
            try OpenTransition(stay, person: person, owner: owner, rules: rules).perform(in: change)
        }
    }

    private static func end(
        _ episode: TransitionEpisode, _ found: FindStays, died: Int64?, _ change: Change
    ) throws -> (TransitionEnd, Int64?)? {
        guard let stay = episode.stay(in: found), stay.discharged != nil else {
            return (.withdrawn, nil)
        }
        if let died {
            return (.died, died)
        }
        if let back = Self.readmission(after: stay, found.stays) {
            return (.readmitted, back.admitted)
        }
        return nil
    }

    /// The next admission to a hospital within the 30 days.
    static func readmission(after stay: Stay, _ stays: [Stay]) -> Stay? {
        guard let discharged = stay.discharged else {
            return nil
        }
        return stays.first {
            [.acute, .psychiatric].contains($0.kind) && $0.id != stay.id && $0.admitted >= discharged
                && $0.admitted - discharged < TransitionRules.length
        }
    }

    private func tickOff(_ episode: TransitionEpisode, _ found: FindStays, _ change: Change) throws {
        guard let discharged = episode.stay(in: found)?.discharged else {
            return
        }
        let open = try TransitionTasks.of(episode, change.reader).filter(\.isOpen)
        guard open.contains(where: { [.dischargeContact, .medicationReconciliation].contains($0.code) }) else {
            return
        }
        let events = TransitionEvents(
            try change.reader.person(person, TransitionEvents.types), since: discharged)
        for task in open {
            switch task.code {
            case .dischargeContact:
                try events.contact.map { try task.finish("completed", at: FHIRDate.instant($0), in: change) }
            case .medicationReconciliation:
                try events.reconciled.map { try task.finish("completed", at: FHIRDate.instant($0), in: change) }
            default: break
            }
        }
    }

    /// When the person died, as far as it is known; nil while they live.
    static func death(_ patient: Resource?) -> Int64? {
        guard let patient else {
            return nil
        }
        if let day = patient.root.text("deceasedDateTime") {
            return FHIRDate(day)?.low ?? patient.updated
        }
        return patient.root["deceasedBoolean"]?.bool == true ? patient.updated : nil
    }
}
