import Care
import Content
import FHIR
import Foundation

/// How caseloads are said.
struct CaseloadsWords {
    struct Read: Sendable {
        let picture: CaseloadPicture
        /// The reference of the one whose people are shown.
        let chosen: String?
        let people: [CarriedPerson]
        let suggested: [(CarriedPerson, [SuggestManager.Suggestion])]
        let absences: [Absence]
    }

    let read: Read
    let services: Services
    let now: Int64

    private var rules: AssignmentRules { services.care.assignment }

    /// What the audit says of whose caseload was looked at.
    static func account(_ reference: String) -> String {
        reference.split(separator: "/").last.map(String.init) ?? ""
    }

    func name(_ reference: String?) -> String {
        reference.map { read.picture[$0]?.staff.name ?? "someone who has left" } ?? "nobody"
    }

    var summary: String {
        let desks = read.picture.desks
        let full = desks.count { $0.share >= rules.nearlyFull }
        let away = desks.count { $0.absence?.covers(now) ?? false }
        var parts = [Words.count(desks.count, "care manager")]
        parts += full > 0 ? ["\(full) nearly full or full"] : []
        parts += away > 0 ? ["\(away) away"] : []
        return parts.joined(separator: " · ")
    }

    static func state(_ share: Double, _ rules: AssignmentRules) -> (words: String, tone: String) {
        share > 1 ? ("over", "now") : share >= rules.nearlyFull ? ("nearly full", "soon") : ("has room", "good")
    }

    private func load(_ desk: CaseloadPicture.Desk) -> String {
        "\(SuggestManager.number(desk.load.points)) of \(SuggestManager.number(desk.capacity)) points"
    }

    var chart: ChartFigure {
        BarChart(
            id: "load", title: "Load", kind: "Care manager",
            bars: read.picture.desks.map { desk in
                BarChart.Bar(
                    name: desk.staff.name, value: desk.share,
                    shown: "\(load(desk)) (\(Int((min(desk.share, 99) * 100).rounded()))%)")
            }, whole: max(1, read.picture.desks.map(\.share).max() ?? 1)
        ).figure()
    }

    var desks: [CaseloadsPage.Model.Desk] {
        read.picture.desks.map { desk in
            let (state, tone) = Self.state(desk.share, rules)
            let tiers = ([Tier?.none] + Tier.allCases.map(Tier?.some)).reversed().compactMap { tier in
                desk.load.byTier[tier].map { "\($0) \(tier?.words.lowercased() ?? "not scored")" }
            }
            let besides = [
                desk.paused > 0 ? "\(desk.paused) paused" : nil, desk.waiting > 0 ? "\(desk.waiting) waiting" : nil,
            ].compactMap(\.self)
            let absence = desk.absence
            let covered = absence?.cover.map { "covered by \(name($0))" } ?? "nobody covers"
            return CaseloadsPage.Model.Desk(
                name: desk.staff.name, href: "/caseloads?who=\(desk.staff.reference)#whose", load: load(desk),
                loadTone: tone, state: state, people: Words.count(desk.load.people, "person", "people"),
                tiers: (tiers + besides).joined(separator: ", "),
                languages: desk.staff.languages.isEmpty
                    ? "not recorded" : desk.staff.languages.map(Words.language).joined(separator: ", "),
                place: desk.staff.city.isEmpty ? "" : desk.staff.city,
                away: absence.map {
                    ($0.covers(now) ? "Away until \(lastDay($0))" : "Away from \(day($0.from))") + ", \(covered)"
                } ?? (desk.staff.licenceEnded == nil ? nil : "Credentials have expired"),
                awayTone: absence?.cover == nil ? "now" : "soon",
                covers: desk.covering.isEmpty
                    ? nil : "Covers for " + desk.covering.map { name($0.who) }.joined(separator: ", "))
        }
    }

    func line(_ person: CarriedPerson) -> CaseloadsPage.Model.Line {
        CaseloadsPage.Model.Line(
            id: person.person, name: person.name, href: "/people/\(person.person)", about: about(person),
            points: SuggestManager.number(person.points))
    }

    func about(_ person: CarriedPerson) -> String {
        var parts = [person.born.isEmpty ? nil : "b. \(person.born)", person.tier?.words].compactMap(\.self)
        parts += person.programs.map { services.care.programs[$0]?.title ?? $0 }
        if person.needsInterpreter || !person.language.isEmpty && person.language != "en" {
            let language = person.language.isEmpty ? "language not recorded" : Words.language(person.language)
            parts.append(language + (person.needsInterpreter ? ", interpreter" : ""))
        }
        if !person.city.isEmpty {
            parts.append(person.city)
        }
        return parts.joined(separator: " · ")
    }

    var chosen: CaseloadsPage.Model.Chosen? {
        guard let who = read.chosen else {
            return nil
        }
        let others = read.picture.desks.filter { $0.staff.reference != who }
        let most = CarriedPerson.mostRead
        return CaseloadsPage.Model.Chosen(
            title: "\(name(who)): \(Words.count(read.people.count, "person", "people"))",
            note: read.people.count == most ? "The first \(most) by name" : nil, lines: read.people.map(line),
            to: [
                .select(
                    "to", "To",
                    others.map { ($0.staff.reference, "\($0.staff.name), \(load($0))") }, chosen: nil),
                .select(
                    "all", "Who", [("", "Those ticked"), ("yes", "All of both, exchanged")], chosen: nil),
            ], who: who)
    }

    var unowned: CaseloadsPage.Model.Unowned {
        CaseloadsPage.Model.Unowned(
            count: "\(read.picture.unowned)",
            lines: read.suggested.enumerated().map { place, found in
                let (person, suggestions) = found
                let best = suggestions.prefix(3)
                return CaseloadsPage.Model.Waiting(
                    name: person.name, href: "/people/\(person.person)", about: about(person),
                    suggestions: best.map { one in
                        CaseloadsPage.Model.Suggested(
                            text: "\(one.desk.staff.name), \(SuggestManager.number(one.points)) points"
                                + (one.hindrance.map { ": \($0)" } ?? ""),
                            factors: Self.factors(one))
                    },
                    form: FormModel(
                        "/panel/batch", submit: "Give", hidden: [("id", person.person), ("what", "owner")],
                        fields: [
                            Field.select(
                                "whom", "To",
                                suggestions.map {
                                    (
                                        String($0.desk.staff.reference.dropFirst("Practitioner/".count)),
                                        $0.desk.staff.name
                                    )
                                }, chosen: nil
                            ).with { $0.id = "whom-\(place)" }
                        ]))
            })
    }

    static func factors(_ suggestion: SuggestManager.Suggestion) -> String {
        suggestion.factors.map { "\($0.words) +\(SuggestManager.number($0.points))" }.joined(separator: "; ")
    }

    var absences: [CaseloadsPage.Model.Away] {
        read.absences.map { absence in
            CaseloadsPage.Model.Away(
                who: name(absence.who), cover: absence.cover == nil ? "Nobody" : name(absence.cover),
                tone: absence.cover == nil ? "now" : "good", from: day(absence.from), to: lastDay(absence),
                action: "/absences/\(absence.id)/remove", version: String(absence.version))
        }
    }

    private func day(_ moment: Int64) -> String { Words.day(moment, now: now, zone: services.zone) }

    private func lastDay(_ absence: Absence) -> String { day(absence.until - 1) }

    var methods: [CaseloadsPage.Model.Method] {
        [
            CaseloadsPage.Model.Method(
                title: "Points",
                text: """
                    Each person who is enrolled weighs by tier, programme and interpreter; who is paused or waits weighs \
                    nothing. \(rules.origin.source) Version \(rules.origin.version).
                    """),
            CaseloadsPage.Model.Method(
                title: "Suggestions",
                text: """
                    Room, language, having known each other and place, by the points beside each. Who is full, away or \
                    without credentials comes last. A person decides.
                    """),
        ]
    }
}
