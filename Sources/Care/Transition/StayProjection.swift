package import FHIR
package import Records

/// How far a stay has come, as the lanes of the board show it.
package enum StayLane: String, Sendable, CaseIterable {
    case admitted
    case discharged
    case contacted
    case reconciled
    case seen
    /// The 30 days are over and the transition waits to be closed. Told by the clock, never stored.
    case day30 = "day-30"

    package var title: String {
        switch self {
        case .admitted: "Admitted"
        case .discharged: "Discharged"
        case .contacted: "Contacted"
        case .reconciled: "Reconciled"
        case .seen: "Seen"
        case .day30: "Day 30"
        }
    }
}

/// The rows of the transitions board: stays that last, and those whose 30 days run. What is over has no row.
package struct StayProjection: Projection {
    package static let table = "stay"
    static let columns = [
        "episode", "lane", "name", "born", "admitted", "discharged", "due", "next", "blocker", "owner", "attempts",
        "closes", "facility", "reason", "scores",
    ]
    /// Stands for "no clock" in `due` and `closes`.
    package static let never = Int64.max

    /// A stay that nobody ended for half a year has been forgotten, not gone on.
    private static let longest = 180 * TransitionRules.day

    package init() {}

    package var tables: [ProjectionTable] {
        [
            ProjectionTable(
                Self.table,
                columns: [
                    "episode": .text, "lane": .text, "name": .text, "born": .text, "admitted": .integer,
                    "discharged": .integer, "due": .integer, "next": .text, "blocker": .text, "owner": .text,
                    "attempts": .integer, "closes": .integer, "facility": .text, "reason": .text, "scores": .text,
                ],
                indexes: [
                    ["due"], ["owner", "due"], ["lane", "due"], ["lane", "owner", "due"], ["closes"],
                    ["owner", "closes"],
                ])
        ]
    }

    package var reads: Set<String> {
        ["Patient", "Encounter", "EpisodeOfCare", "Task", "Procedure", "Communication", "RiskAssessment"]
    }

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        guard let patient = person.patient, KeepTransitions.death(patient) == nil,
            patient.root["active"]?.bool != false
        else {
            return []
        }
        let encounters = person.all("Encounter")
        let running = person.all("EpisodeOfCare").compactMap(TransitionEpisode.init).filter(\.isRunning)
        let found = FindStays(encounters)
        var rows: [ProjectionRow] = []
        for stay in found.stays where !stay.isOver && asOf - stay.admitted < Self.longest {
            rows.append(row(of: stay, nil, person, patient.root))
        }
        for episode in running {
            if let stay = episode.stay(in: found) {
                rows.append(row(of: stay, episode, person, patient.root))
            }
        }
        return rows
    }

    private func row(
        of stay: Stay, _ episode: TransitionEpisode?, _ person: PersonRecord, _ patient: JSONNode
    ) -> ProjectionRow {
        let steps = episode.map { TransitionSteps($0, stay, person) }
        let owner = steps?.owner ?? episode?.careManager ?? TransitionEpisode.careManager(of: person)
        let scores = episode.flatMap { Self.scores(of: $0, in: person) }
        let hasPhone = !patient.list("telecom").isEmpty
        return ProjectionRow(
            Self.table,
            [
                .text(episode?.resource.id ?? ""), .text((steps?.lane ?? .admitted).rawValue),
                .text(Self.name(patient)), .text(patient.text("birthDate") ?? ""), .integer(stay.admitted),
                .integer(stay.discharged ?? 0), .integer(steps?.due ?? Self.never), .text(steps?.next ?? ""),
                .text(steps?.blocker(owner: owner, hasPhone: hasPhone) ?? ""), .text(owner ?? ""),
                .integer(Int64(steps?.attempts ?? 0)), .integer(steps?.closes ?? Self.never),
                .text(stay.facility ?? stay.kind.words), .text(stay.reason ?? ""), .text(scores ?? ""),
            ])
    }

    private static func scores(of episode: TransitionEpisode, in person: PersonRecord) -> String? {
        let key = "\(episode.key)/scores"
        let assessment = person.all("RiskAssessment").first { assessment in
            assessment.root.list("identifier").contains { $0.text("value") == key }
        }
        let words = assessment?.root.list("prediction").compactMap { $0.text("rationale") } ?? []
        return words.isEmpty ? nil : words.joined(separator: " · ")
    }

    /// "WHITFIELD, Delores", as lists are sorted by.
    static func name(_ patient: JSONNode) -> String {
        let names = patient.list("name").filter { !["old", "maiden", "temp"].contains($0.text("use") ?? "") }
        guard let name = names.first(where: { $0.text("use") == "official" }) ?? names.first else {
            return "Name not recorded"
        }
        let given = name.list("given").compactMap(\.string).joined(separator: " ")
        guard let family = name.text("family"), !family.isEmpty else {
            return given.isEmpty ? name.text("text") ?? "Name not recorded" : given
        }
        return given.isEmpty ? family.uppercased() : "\(family.uppercased()), \(given)"
    }
}
