import Access

/// Decisions in plain words.
struct AccessWords {
    let policy: Policy

    func answer(_ caller: Caller, _ action: Action, _ type: String) -> AccessPage.Model.Answer {
        let reach = policy.reach(of: caller, for: action, on: type)
        let because = policy.decisions(for: caller, action, on: type).map { decision in
            "\(decision.role.title), rule “\(decision.rule.id)”: \(decision.rule.why)"
        }
        guard reach != .nobody else {
            let why =
                because.isEmpty
                ? "No rule of these roles speaks of it." : "Of nobody now: the rules open it to people of one's own."
            return .init(verb: Self.verb(action), short: "No", tone: "", whose: [why], because: because)
        }
        return .init(
            verb: Self.verb(action), short: "Yes", tone: "good", whose: parts(reach).map { "Of \($0)." },
            because: because)
    }

    /// Whose records a reach opens, and what stays hidden.
    func whose(_ reach: Reach) -> String {
        reach.parts.isEmpty ? "nobody" : parts(reach).joined(separator: "; ")
    }

    private func parts(_ reach: Reach) -> [String] {
        reach.parts.map { part in
            let hidden = hidden(part.hidden)
            let closed = Self.left(out: part.closed)
            let said = [hidden, closed ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
            return part.whose.words + (said.isEmpty ? "" : " (\(said))")
        }
    }

    /// Which elements are left out; nil: none.
    private static func left(out closed: ClosedElements) -> String? {
        closed.isEmpty ? nil : "left out: " + closed.paths.sorted().joined(separator: ", ")
    }

    /// When a rule holds.
    static func hours(_ time: RuleTime) -> String {
        var parts: [String] = []
        if !time.days.isEmpty {
            parts.append(
                RuleTime.Day.allCases.filter(time.days.contains).map(\.rawValue.capitalized).joined(separator: ", "))
        }
        parts += time.hours.map { "\(clock($0.start)) to \(clock($0.end))" }
        parts += time.from.map { ["from \(day($0))"] } ?? []
        parts += time.until.map { ["until \(day($0))"] } ?? []
        return parts.joined(separator: ", ")
    }

    private static func clock(_ minutes: Int) -> String { "\(two(minutes / 60)):\(two(minutes % 60))" }

    /// A day that is kept as `20261127`.
    private static func day(_ number: Int) -> String {
        "\(number / 10_000)-\(two(number / 100 % 100))-\(two(number % 100))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    func rule(_ rule: RoleRule, of role: RolePolicy, isInForce: Bool) -> AccessPage.Model.Rule {
        let types =
            switch rule.types {
            case .all(let except) where except.isEmpty: "All"
            case .all(let except): "All but " + except.sorted().joined(separator: ", ")
            case .these(let types): types.sorted().joined(separator: ", ")
            }
        let verbs = Action.allCases.filter(rule.verbs.contains).map(Self.verb).joined(separator: ", ")
        let hidden = hidden(rule.hidden)
        return .init(
            name: "\(role.title): \(rule.id)", why: rule.why, verbs: verbs, types: types,
            whose: rule.whose.map(\.words).joined(separator: ", "),
            labels: hidden.isEmpty ? "nothing is hidden" : hidden,
            fields: rule.closed.isEmpty
                ? nil
                : rule.closed.sorted { $0.key < $1.key }
                    .map { "\($0.key), \(Self.left(out: $0.value) ?? "")" }.joined(separator: "; "),
            hours: rule.when.map(Self.hours), isOff: !isInForce)
    }

    private func hidden(_ mask: LabelMask) -> String {
        let labels = policy.labels.labels
        let never = labels.filter { mask.contains($0.mask) }.map(\.title)
        let consented = labels.filter { !mask.contains($0.mask) && mask.contains($0.mask.undisclosed) }.map(\.title)
        var parts: [String] = []
        if never.count == labels.count, !labels.isEmpty {
            parts.append("without whatever is labelled")
        } else if !never.isEmpty {
            parts.append("without: " + never.joined(separator: ", "))
        }
        if !consented.isEmpty {
            parts.append("only with the person's consent: " + consented.joined(separator: ", "))
        }
        return parts.joined(separator: "; ")
    }

    private static func verb(_ action: Action) -> String {
        switch action {
        case .read: "Read"
        case .search: "Search"
        case .create: "Record"
        case .update: "Correct"
        case .delete: "Remove"
        }
    }

    static func office(_ office: Policy.Office) -> String {
        switch office {
        case .manageAccounts: "Manages accounts"
        case .manageDutyRoster: "Keeps the duty roster"
        case .manageCaseloads: "Gives people to care managers, and says who is away"
        case .seePeople: "Sees lists of people"
        case .seeOutcomes: "Sees outcomes"
        case .reviewFiles: "Reviews files"
        case .editContent: "Writes the site's forms"
        case .seeAudit: "Sees the audit"
        case .seeAccess: "Sees who could see what"
        case .breakTheGlass: "May break the glass for one person"
        case .reviewAccess: "Reviews broken glass"
        case .relabel: "May take labels away"
        case .signClinical: "Signs clinical findings without a second look"
        case .keepNotesApart: "Writes notes of therapy and counselling, which are kept apart"
        case .invitePatients: "Invites people to the portal"
        case .tryPrograms: "Tries out programmes before they are in force"
        case .movePlans: "Brings all who follow a protocol to its new version"
        case .treat: "Has people in their care"
        case .refer: "Sends people to a programme"
        case .seeReferrals: "Looks through the referrals that came in"
        case .mergePeople: "Makes one person of two entries, and undoes it"
        case .seeFeeds: "Sees how the feeds of other systems are doing"
        }
    }
}
