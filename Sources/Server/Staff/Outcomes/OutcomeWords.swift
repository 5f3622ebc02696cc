import Care

/// How the figures are said and drawn.
struct OutcomeWords {
    let outcomes: Outcomes
    let asked: OutcomeAsk

    func figure(_ figure: OutcomeFigure) -> OutcomesPage.Model.Figure {
        let count = outcomes.count(figure, asked.scope)
        let small = outcomes.asOf != nil && count.isSmall(for: figure) && (count.met > 0 || count.counted > 0)
        let (change, tone) =
            small ? ("small number, mostly chance", "soon") : change(figure, count).map { ($0, "note") } ?? (nil, "")
        return .init(
            title: figure.title, value: Self.value(figure, count), of: Self.of(figure, count), change: change,
            tone: tone,
            href: asked.people(figure))
    }

    static func value(_ figure: OutcomeFigure, _ count: OutcomeCount) -> String {
        guard let score = count.score(of: figure) else {
            return "–"
        }
        return switch figure {
        case .enrolled: String(count.met)
        case .firstContact: "\(number(score)) days"
        case .goals, .readmission: "\(number(score * 100))%"
        case .emergency: number(score)
        }
    }

    static func of(_ figure: OutcomeFigure, _ count: OutcomeCount) -> String {
        let people = Words.count(count.people, "person", "people")
        switch figure {
        case .enrolled:
            return
                "\(people); \(Words.count(count.counted, "enrolment")) open in the period, \(count.excluded) planned, "
                + "waiting or declined left out"
        case .firstContact:
            guard let quartiles = count.quartiles else {
                return "0 of \(Words.count(count.counted, "new enrolment")) reached yet"
            }
            return "median; middle half \(number(quartiles.first)) to \(number(quartiles.third)) days; \(count.met) of "
                + "\(count.counted) reached"
        case .goals:
            return "\(count.met) of \(Words.count(count.counted, "goal")), \(people); \(count.excluded) left out"
        case .readmission:
            let unclear = count.labels.first { $0.name == Stay.Urgency.unknown.rawValue }?.met ?? 0
            return "\(count.met) of \(Words.count(count.counted, "discharge")), \(people); planned or not unknown: "
                + "\(unclear); left out: \(count.excluded), and \(count.pending) too recent"
        case .emergency:
            return "\(Words.count(count.met, "visit")) of \(people) in \(Words.count(count.counted, "member-month"))"
        }
    }

    /// The difference to the twelve months before, in plain words, when both rest on enough.
    private func change(_ figure: OutcomeFigure, _ count: OutcomeCount) -> String? {
        guard figure != .enrolled, let before = outcomes.before(figure, asked.scope), !before.isSmall(for: figure),
            let now = count.score(of: figure), let then = before.score(of: figure)
        else {
            return nil
        }
        let was = Self.value(figure, before)
        return now == then ? "same as the year before" : "\(now > then ? "up" : "down") from \(was) the year before"
    }

    func charts() -> [OutcomesPage.Model.Drawn] {
        let enrolled = outcomes.count(.enrolled, asked.scope)
        let stays = outcomes.count(.readmission, asked.scope)
        let visits = outcomes.count(.emergency, asked.scope)
        return [
            drawn(
                "Enrolments by status", kind: "Status", id: "enrolled",
                bars: enrolled.labels.map { part in
                    .init(
                        name: Self.statuses[part.name] ?? part.name, value: Double(part.counted),
                        shown: String(part.counted))
                }, note: "Open at some time in the period, and what was left out."),
            drawn(
                "Back in hospital within 30 days", kind: "Month of discharge", id: "back",
                bars: stays.months.map { part in
                    .init(
                        name: Self.month(part.name),
                        value: part.counted > 0 ? Double(part.met) / Double(part.counted) : 0,
                        shown: "\(part.met) of \(part.counted)")
                }, whole: 1, note: "All causes. Bars show the share; months hold few discharges, so they jump."),
            drawn(
                "Emergency visits per 1,000 people a year", kind: "Month", id: "emergency",
                bars: visits.months.filter { $0.counted > 0 }.map { part in
                    let rate = Double(part.met) * 12_000 / Double(part.counted)
                    return .init(
                        name: Self.month(part.name), value: rate,
                        shown: "\(Self.number(rate)) (\(Words.count(part.met, "visit")))")
                }, note: "The first and the last month may be cut by the period."),
        ]
    }

    private func drawn(
        _ title: String, kind: String, id: String, bars: [BarChart.Bar], whole: Double? = nil, note: String
    ) -> OutcomesPage.Model.Drawn {
        let figure = BarChart(id: id, title: title, kind: kind, bars: bars, whole: whole).figure()
        return .init(
            title: title, caption: figure.caption, svg: figure.svg, heads: figure.heads, lines: figure.lines, note: note
        )
    }

    func groups() -> OutcomesPage.Model.Groups {
        .init(
            caption: "The same figures by programme", heads: ["Programme"] + OutcomeFigure.allCases.map(Self.head),
            lines: asked.scopes.map { scope, words in
                .init(
                    name: words,
                    cells: OutcomeFigure.allCases.map { figure in
                        let count = outcomes.count(figure, scope)
                        let mark = count.isSmall(for: figure) && (count.met > 0 || count.counted > 0) ? " (few)" : ""
                        return .init(
                            text: Self.value(figure, count) + mark,
                            href: count.met > 0 ? asked.people(figure, scope: scope) : nil)
                    })
            })
    }

    private static func head(_ figure: OutcomeFigure) -> String {
        switch figure {
        case .enrolled: "Enrolled now"
        case .firstContact: "First contact, median"
        case .goals: "Goals reached"
        case .readmission: "Back in 30 days"
        case .emergency: "Emergency per 1,000 a year"
        }
    }

    static let statuses = [
        "planned": "Planned", "waitlist": "Waiting", "active": "Active", "onhold": "Paused", "finished": "Finished",
        "cancelled": "Declined or withdrawn",
    ]

    /// "2026-03" is "Mar 2026".
    private static func month(_ text: String) -> String {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let number = Int(parts[1]) else {
            return text
        }
        return "\(Words.month(number)) \(parts[0])"
    }

    /// At most one decimal.
    static func number(_ value: Double) -> String { SVG.number(value, digits: 1) }
}
