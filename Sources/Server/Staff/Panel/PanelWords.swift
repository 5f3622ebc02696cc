import Access
import Care
import FHIR
import Records

/// How the panel is said.
struct PanelWords {
    let services: Services
    let now: Int64
    let staff: StaffNames

    private var today: CalendarDay { Words.calendarDay(now, zone: services.zone) }

    func summary(_ panel: Panel, _ query: PanelQuery) -> String {
        let people = counted(panel.count) + (panel.count == 1 ? " person" : " people")
        return query.tier == nil ? "\(people) · \(counted(panel.highCount)) of high or complex need" : people
    }

    func shown(_ panel: Panel) -> String {
        panel.rows.isEmpty ? "" : "\(panel.rows.count) of \(counted(panel.count))"
    }

    private func counted(_ count: Int) -> String {
        count >= Panel.mostCounted ? "\(Panel.mostCounted) or more" : String(count)
    }

    func caption(_ query: PanelQuery) -> String {
        let isDown = query.effectiveDescending
        let order =
            switch query.effectiveSort {
            case .risk: isDown ? "risk, highest first" : "risk, lowest first"
            case .name: isDown ? "name, from Z to A" : "name, from A to Z"
            case .contact: isDown ? "last contact, latest first" : "last contact, longest ago first"
            case .next: isDown ? "next step, latest first" : "next step, soonest first"
            }
        return "People, sorted by \(order)"
    }

    func heads(_ form: PanelForm, _ query: PanelQuery) -> [PanelPage.Head] {
        func head(_ text: String, _ sort: PanelQuery.Sort?) -> PanelPage.Head {
            guard let sort else {
                return PanelPage.Head(text: text, href: nil, sort: nil, num: false)
            }
            let isCurrent = query.effectiveSort == sort
            let isDown = isCurrent ? !query.effectiveDescending : sort.isDescendingFirst
            let href = form.address {
                $0.set("sort", sort.rawValue)
                $0.set("order", isDown ? "down" : "up")
            }
            let state = isCurrent ? (query.effectiveDescending ? "descending" : "ascending") : "none"
            return PanelPage.Head(text: text, href: href, sort: state, num: false)
        }
        return [
            head("Person", .name), head("Risk", .risk), head("Programme", nil), head("Last contact", .contact),
            head("Next", .next), head("Owner", nil),
        ]
    }

    func row(_ row: Panel.Row) -> PanelPage.Row {
        let isOverdue = row.nextDue.map { $0 < now } ?? false
        let days = row.lastContact.map { (now - $0) / 86_400_000 }
        return PanelPage.Row(
            id: row.person, name: row.name, href: "/people/\(row.person)", about: about(row),
            tier: row.tier?.words ?? "Not scored", tierTone: tone(row.tier),
            why: row.tierUntil.map { "\(row.why), until \(day($0))" } ?? row.why, programme: programme(row),
            lastContact: row.lastContact.map(day) ?? "never",
            lastTone: row.status == "active" && days ?? 0 > 60 ? "soon" : nil,
            next: row.nextDue.map { "\(row.nextWhat), \(isOverdue ? "was due" : "due") \(day($0))" }
                ?? "nothing planned",
            nextTone: isOverdue ? "now" : nil, owner: owner(row.owner),
            ownerDetail: row.gap?.title)
    }

    private func about(_ row: Panel.Row) -> String {
        var parts: [String] = []
        if let birth = FHIRDate(row.birth, as: .date) {
            parts.append("b. \(row.birth)")
            parts += birth.precision == .day ? ["\(birth.firstDay.years(until: today))y"] : []
        }
        if !row.number.isEmpty, row.number.count <= 20 {
            parts.append(row.number)
        }
        if !row.language.isEmpty, !row.language.hasPrefix("en") {
            parts.append(Words.language(row.language) + (row.needsInterpreter ? ", interpreter" : ""))
        }
        return parts.joined(separator: " · ")
    }

    private func tone(_ tier: Tier?) -> String {
        switch tier {
        case .complex: "now"
        case .high: "soon"
        case .rising: "note"
        case .healthy, nil: ""
        }
    }

    private func programme(_ row: Panel.Row) -> String {
        guard !row.programme.isEmpty else {
            return "Not enrolled"
        }
        let title = services.care.programs.programs.first { $0.id == row.programme }?.title ?? row.programme
        switch row.status {
        case "onhold": return "\(title), paused"
        case "waitlist": return "\(title), waiting"
        case "planned": return "\(title), planned"
        default: return title
        }
    }

    private func owner(_ reference: String?) -> String {
        reference.map { staff.name($0) ?? "someone who has left" } ?? "nobody"
    }

    private func day(_ moment: Int64) -> String { Words.day(moment, now: now, zone: services.zone) }
}

extension PanelWords {
    func filters(_ form: Form) -> [Field] {
        let tiers = Tier.allCases.reversed().map { ($0.name, $0.words) }
        let programmes = services.care.programs.programs.map { ($0.id, $0.title) }
        return [
            .select("tier", "Risk", [("", "Any")] + tiers, chosen: form["tier"]),
            .select(
                "programme", "Programme", [("", "Any")] + programmes + [("none", "Not enrolled")],
                chosen: form["programme"]),
            .select(
                "owner", "Owner",
                [("anyone", "Anyone"), ("mine", "Me"), ("nobody", "Nobody")] + people, chosen: form["owner"]),
            .select(
                "quiet", "No contact in",
                [("", "Any time"), ("14", "14 days"), ("30", "30 days"), ("60", "60 days"), ("90", "90 days")],
                chosen: form["quiet"]),
            .select(
                "gap", "Missing", [("", "Nothing asked")] + PanelGap.allCases.map { ($0.rawValue, $0.title) },
                chosen: form["gap"]),
            .select("who", "Who", [("", "On the panel"), ("gone", "Died or no longer here")], chosen: form["who"]),
            .line("text", "Name, birth date or number", value: form["text"]),
        ]
    }

    func batch(_ form: Form?) -> [Field] {
        [
            .select(
                "what", "For those ticked",
                [("", "Choose"), ("owner", "Give to a care manager"), ("outreach", "Open an outreach task")],
                chosen: form?["what"]),
            .select("whom", "Care manager", [("", "As it is")] + people, chosen: form?["whom"]),
        ]
    }

    private var people: [(String, String)] {
        staff.choices.map { (String($0.0.dropFirst("Practitioner/".count)), $0.1) }
    }
}
