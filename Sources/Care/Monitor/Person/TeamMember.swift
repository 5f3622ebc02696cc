import FHIR
package import Records

/// Someone around a person: who looks after them, and who stands by them.
package struct TeamMember: Sendable {
    package var name: String
    package let role: String
    /// Since when, as FHIR writes it.
    package let since: String?
    let who: JSONNode?
    /// The RelatedPerson of somebody who stands by them.
    var relative: Resource?
    /// For example `Practitioner/ruth`; nil for those who are known by name alone.
    package var reference: String? { who?.text("reference") }

    /// What they are called where they are no account of ours: a relative, or whom records name.
    package var known: String? { name.isEmpty ? who?.text("display") : name }

    /// Whether they joined by the product's own team, which they can leave again.
    package func isOurs(_ record: PersonRecord) -> Bool {
        record.all("CareTeam").contains { team in
            team.id == JoinTeam.id(record.id)
                && team.root.list("participant").contains { $0.text("member", "reference") == reference }
        }
    }

    /// The care managers first, then the care teams, the own doctor, and the circle. Each once.
    package static func all(in record: PersonRecord) -> [TeamMember] {
        var members: [TeamMember] = []
        for episode in record.all("EpisodeOfCare").map(\.root)
        where ["active", "onhold"].contains(episode["status"]?.string ?? "") {
            if let manager = episode["careManager"] {
                members.append(
                    TeamMember(name: "", role: "care manager", since: episode["period"]?["start"]?.string, who: manager)
                )
            }
        }
        for team in record.all("CareTeam").map(\.root)
        where ["active", "proposed"].contains(team["status"]?.string ?? "active") {
            for participant in team.list("participant") where participant["period"]?["end"] == nil {
                guard let member = participant["member"],
                    member["reference"]?.string?.hasPrefix("Patient/") != true
                else {
                    continue
                }
                let start = participant["period"]?["start"]?.string ?? team["period"]?["start"]?.string
                members.append(
                    TeamMember(
                        name: "", role: participant.list("role").first?.words ?? "care team", since: start, who: member)
                )
            }
        }
        for doctor in record.patient?.root.list("generalPractitioner") ?? [] {
            members.append(TeamMember(name: "", role: "primary care", since: nil, who: doctor))
        }
        for relative in record.all("RelatedPerson") where relative.root["active"]?.bool != false {
            let role = relative.root.list("relationship").first?.words?.lowercased() ?? "circle"
            let name = relative.root.list("name").first
            let parts = (name?.list("given").compactMap(\.string) ?? []) + [name?["family"]?.string].compactMap { $0 }
            let words = parts.isEmpty ? name?["text"]?.string : parts.joined(separator: " ")
            members.append(
                TeamMember(name: words ?? "name not recorded", role: role, since: nil, who: nil, relative: relative))
        }
        var seen: Set<String> = []
        return members.filter { member in
            member.who?["reference"]?.string.map { seen.insert($0).inserted } ?? true
        }
    }
}

/// Where a person stands in a programme.
package struct ProgramState: Sendable {
    /// The status word of FHIR's EpisodeOfCare.
    package let status: String
    package let title: String
    /// As FHIR writes it.
    package let since: String?
    package let until: String?
    package var careManager: String?
    let manager: JSONNode?

    /// Those that are open first, the latest first.
    static func all(in record: PersonRecord) -> [ProgramState] {
        record.all("EpisodeOfCare").compactMap { ProgramState($0.root) }
            .sorted { ($0.rank, $1.since ?? "") < ($1.rank, $0.since ?? "") }
    }

    private var rank: Int {
        ["active": 0, "onhold": 1, "waitlist": 2, "planned": 3, "finished": 4][status] ?? 5
    }

    private init?(_ episode: JSONNode) {
        guard let status = episode["status"]?.string, status != "entered-in-error",
            let type = episode.list("type").first(where: { $0.code(of: "urn:almoner:program") != nil })
        else {
            return nil
        }
        self.status = status
        title = type.words ?? "Programme"
        since = episode["period"]?["start"]?.string
        until = episode["period"]?["end"]?.string
        manager = episode["careManager"]
    }
}
