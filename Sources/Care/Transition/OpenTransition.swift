import FHIR
package import Records

/// Starts the 30 days after a discharge: the episode, its scores, and the tasks with their clocks.
///
/// The same stay opens once. What is older than 30 days, or does not end at home, opens nothing.
package struct OpenTransition: Sendable {
    package let person: String
    package let stay: Stay
    package let rules: TransitionRules
    /// For example `Practitioner/ruth`; nil: nobody owns the tasks yet.
    package let owner: String?

    package init(_ stay: Stay, person: String, owner: String?, rules: TransitionRules) {
        self.stay = stay
        self.person = person
        self.owner = owner
        self.rules = rules
    }

    /// - Returns: the episode; nil when this discharge opens none.
    @discardableResult
    package func perform(in change: Change) throws -> Resource? {
        guard stay.startsTransition, let discharged = stay.discharged, discharged <= change.now,
            change.now - discharged < TransitionRules.length
        else {
            return nil
        }
        guard let key = try freeKey(change) else {
            return nil
        }
        let episode = try change.create(
            JSON.compact([
                "resourceType": "EpisodeOfCare",
                "identifier": [["system": .string(OpenTask.keySystem), "value": .string(key)]],
                "status": "active",
                "statusHistory": [["status": "active", "period": ["start": .string(FHIRDate.instant(discharged))]]],
                "type": [
                    [
                        "coding": [
                            [
                                "system": .string(TransitionEpisode.programSystem),
                                "code": .string(TransitionEpisode.program),
                            ]
                        ],
                        "text": "Home from hospital, 30 days",
                    ]
                ],
                "patient": ["reference": .string("Patient/\(person)")],
                "period": ["start": .string(FHIRDate.instant(discharged))],
                "careManager": owner.map { ["reference": .string($0)] },
            ]))
        let scores = try keepScores(key, change)
        try openTasks(key, discharged, scores, episode, change)
        return episode
    }

    /// The key of this discharge, nil when it has opened a transition already. One that was withdrawn frees it: a
    /// discharge that was taken back may come again.
    private func freeKey(_ change: Change) throws -> String? {
        let plain = TransitionEpisode.keyPrefix + stay.last
        for number in 1...20 {
            let key = number == 1 ? plain : "\(plain)~\(number)"
            let known = try change.reader.search(
                Query("EpisodeOfCare", [.token("identifier", system: OpenTask.keySystem, code: key)], limit: 1)
            ).first.flatMap(TransitionEpisode.init)
            guard let known else {
                return key
            }
            if known.reason != TransitionEnd.withdrawn.code {
                return nil
            }
        }
        return nil
    }

    private func openTasks(
        _ key: String, _ discharged: Int64, _ scores: StayScores?, _ episode: Resource, _ change: Change
    ) throws {
        let clocks = rules.clocks(discharged)
        var facilities = FacilityName(change.reader)
        let facility = try facilities.name(stay.facility)
        let why = (["Home from \(facility ?? stay.kind.words.lowercased())"] + [stay.reason].compactMap { $0 })
            .joined(separator: ": ")
        let risk =
            scores.map { rules.plan.risk(lace: $0.lace.total, hospital: $0.hospital.points.lowerBound) } ?? .unknown
        for step in rules.plan.steps(risk, to: stay.disposition) {
            try OpenTask(
                step.code, person: person, title: step.title, why: why, owner: owner,
                due: Int64(clocks.deadline(step.due).instant) * 1000, focus: "Encounter/\(stay.last)",
                basedOn: episode.reference, key: "\(key)/\(step.code.rawValue)"
            ).perform(in: change)
        }
    }

    private func keepScores(_ key: String, _ change: Change) throws -> StayScores? {
        let record = try change.reader.person(person, StayScores.types)
        let found = FindStays(record.all("Encounter"))
        guard let scores = StayScores(stay, among: found, record: record, risk: rules.risk) else {
            return nil
        }
        try change.create(scores.resource(person: person, stay: stay, key: "\(key)/scores"))
        return scores
    }
}
