/// Whose records a rule opens.
package enum Whose: Sendable, Hashable, Comparable {
    case everyone
    /// The people who have an active episode with this care manager, for example `Practitioner/ruth`.
    case panel(of: String)
    /// The people whose active CareTeam this practitioner is in.
    case team(of: String)
    /// The people of the organizations where this practitioner works.
    case site(of: String)
    /// The people who are enrolled in a programme now.
    case program(String)
    /// What is about no person at all, such as a figure of the site.
    case noPerson
    /// One person, by the id of the Patient.
    case person(String)
    /// What this practitioner wrote about anybody: the author of a document.
    case author(String)

    /// In words, for whoever wants to know why.
    package var words: String {
        switch self {
        case .everyone: "everyone"
        case .panel: "the own panel"
        case .team: "the people of the own teams"
        case .site: "the people of the own site"
        case .program(let id): "the people in \(id)"
        case .noPerson: "what is about no person"
        case .person: "one person"
        case .author: "what one wrote oneself"
        }
    }
}

/// Whose records a rule of a file opens, before it is known who asks.
package enum WhoseRule: Sendable, Hashable {
    case everyone, panel, team, site, `self`
    /// Whom the caller broke the glass for, while it stands.
    case opened
    /// Whom the caller represents, as far as this was named.
    case represented(String)
    case noPerson
    case program(String)
    /// What the caller wrote.
    case author

    init?(_ text: String) {
        switch text {
        case "everyone": self = .everyone
        case "panel": self = .panel
        case "team": self = .team
        case "site": self = .site
        case "self": self = .`self`
        case "opened": self = .opened
        case "no-person": self = .noPerson
        case "author": self = .author
        default:
            let parts = text.split(separator: ":", maxSplits: 1)
            switch (parts.first, parts.count > 1 ? String(parts[1]) : nil) {
            case ("programme", let id?): self = .program(id)
            case ("represented", let category?): self = .represented(category)
            default: return nil
            }
        }
    }

    /// For a caller; empty when it opens nothing to him.
    func whose(_ caller: Caller) -> [Whose] {
        switch self {
        case .everyone: return [.everyone]
        case .panel: return caller.practitioner.map { [.panel(of: $0)] } ?? []
        case .team: return caller.practitioner.map { [.team(of: $0)] } ?? []
        case .site: return caller.practitioner.map { [.site(of: $0)] } ?? []
        case .program(let id): return [.program(id)]
        case .noPerson: return [.noPerson]
        case .opened: return caller.opened.sorted().map { .person($0) }
        case .represented(let category): return (caller.represents[category] ?? []).sorted().map { .person($0) }
        case .`self`: return caller.ownPerson.map { [.person($0)] } ?? []
        case .author: return caller.practitioner.map { [.author($0)] } ?? []
        }
    }

    package var words: String {
        switch self {
        case .everyone: "everyone"
        case .panel: "the own panel"
        case .team: "the own teams"
        case .site: "the own site"
        case .`self`: "oneself"
        case .opened: "whom the glass was broken for"
        case .represented(let category): "whom one represents (\(category))"
        case .noPerson: "what is about no person"
        case .program(let id): "the people in \(id)"
        case .author: "what one wrote oneself"
        }
    }
}
