import Access
import Care
import Content
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Why a person is, or is not, on the list of a programme: `/people/:id/programs/:program`. It is worked out from what
/// whoever looks may see.
struct WhyPage: Sendable {
    let services: Services

    struct Line {
        let text: String
        let evidence: String
        let state: String
        let tone: String
    }

    struct Section {
        let id: String
        let title: String
        let state: String
        let tone: String
        let lines: [Line]
        let empty: String
    }

    struct Other {
        let text: String
        let href: String
        let state: String
        let tone: String
    }

    struct Link {
        let text: String
        let href: String
        let main: Bool
    }

    struct Model {
        let page: PageFrame
        let banner: PatientBanner
        let title: String
        let answer: String
        let tone: String
        let reasons: [Reason]
        let sections: [Section]
        let others: [Other]
        let links: [Link]
        let listHref: String
        let source: String
    }

    struct Reason {
        let text: String
    }

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/programs", use: show)
        routes.get("people/:id/programs/:program", use: show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try context.part("id")
        let now = services.now()
        let programs = services.care.programs.effective(on: SiteDay(zone: services.zone).today(now).text)
        let named = context.parameters.get("program")
        guard let usual = programs.first, named == nil || programs.contains(where: { $0.id == named }) else {
            throw HTTPError(.notFound)
        }
        let services = services
        let reads = KnownFacts.reads(services.care).union(PatientBanner.reads)
        let (banner, judged) = try await services.records.read(
            as: context.caller(), at: now, for: "why in a programme"
        ) { reader in
            let shown = try reader.person(person, PatientBanner.reads)
            // Nobody is judged by what no score may be made of.
            let record = try reader.forScores.person(person, reads)
            return (
                PatientBanner(shown, now: now, zone: services.zone),
                JudgedPerson(record, programs: programs, care: services.care, at: now)
            )
        }
        let first =
            programs.first { $0.id == named }
            ?? judged.places.first.flatMap { place in programs.first { $0.id == place.program } } ?? usual
        let seats = try await services.records.read(as: .system("seats"), at: now, for: "seats") { reader in
            first.seats == nil ? 0 : try Caseload.seatsTaken(of: first.id, by: reader)
        }
        return try services.pages.response(
            model(first, programs, judged, banner, seats, PageFrame(first.title, context, current: "/panel")),
            "program-why")
    }

    private func model(
        _ program: Program, _ programs: [Program], _ judged: JudgedPerson, _ banner: PatientBanner, _ taken: Int,
        _ frame: PageFrame
    ) -> Model {
        let place = judged.places.first { $0.program == program.id }
        let entry = judged.readiness(program.entry)
        var sections = [section("entry", "To enter", entry, empty: "")]
        let needs = judged.needs(program)
        let before =
            needs.consents.map { need in
                Line(
                    text: "Consent: \(services.care.consents.title(need.kind))",
                    evidence: need.holds ? "On file and in force" : "None in force",
                    state: need.holds ? "given" : "missing",
                    tone: need.holds ? "good" : "soon")
            } + needs.steps.map(line)
        let isReady = !before.contains { $0.tone != "good" }
        sections.append(
            Section(
                id: "before", title: "Before enrolment", state: isReady ? "all there" : "something is missing",
                tone: isReady ? "good" : "soon", lines: before, empty: "Nothing is asked for."))
        if place?.state == .enrolled || place?.state == .leaves {
            sections.append(section("exit", "To leave", judged.readiness(program.exit), empty: ""))
        }
        let (answer, tone) = answer(place, entry, judged)
        return Model(
            page: frame, banner: banner, title: program.title, answer: answer, tone: tone,
            reasons: reasons(program, place, taken).map(Reason.init), sections: sections,
            others: programs.filter { $0.id != program.id }.map { other in
                let state = judged.places.first { $0.program == other.id }.map { ProgramWords.state($0.state) }
                return Other(
                    text: other.title, href: "\(banner.href)/programs/\(other.id)",
                    state: state?.text ?? "criteria not met", tone: state?.tone ?? "")
            }, links: links(place, banner), listHref: "/programs/\(program.id)",
            source: "\(program.origin.source), version \(program.origin.version)")
    }

    private func section(_ id: String, _ title: String, _ readiness: Readiness, empty: String) -> Section {
        let tone = readiness.verdict == .met ? "good" : readiness.verdict == .unknown ? "note" : "soon"
        return Section(
            id: id, title: title, state: "\(readiness.count.met) of \(readiness.count.of) met", tone: tone,
            lines: readiness.lines.map(line), empty: empty)
    }

    private func line(_ line: Readiness.Line) -> Line {
        let (state, tone) = ProgramWords.verdict(line)
        let when = line.evidence?.at.map { Words.day($0, now: services.now(), zone: services.zone) }
        let from = line.evidence?.reference?.split(separator: "/").first.map { "source: \(String($0))" }
        return Line(
            text: line.words,
            evidence: [line.evidence?.text ?? "Nothing on file that you may see", when, from].compactMap { $0 }
                .joined(separator: ", "),
            state: state, tone: tone)
    }

    private func answer(
        _ place: ProgramPlace?, _ entry: Readiness, _ judged: JudgedPerson
    ) -> (String, String) {
        guard let place else {
            if !judged.isListed {
                return ("Not on the list: the person has died or is no longer on the panel.", "")
            }
            return entry.verdict == .unknown
                ? ("Not on the list: not enough is known to say that the criteria are met.", "note")
                : ("Not on the list: the criteria are not met.", "")
        }
        let since = place.since.map { " since \(Words.day($0, now: services.now(), zone: services.zone))" } ?? ""
        let other = place.other.map { services.care.programs[$0]?.title ?? $0 }
        return switch place.state {
        case .candidate: ("On the list of those who could enter: the criteria are met.", "good")
        case .waits: ("On the waiting list\(since).", "soon")
        case .enrolled: ("Enrolled\(since).", "good")
        case .leaves: ("Enrolled\(since), and on the list of those who are ready to leave.", "note")
        case .excluded:
            ("Not on the list: the criteria are met, but \(other ?? "another programme") goes first.", "soon")
        case .declined: ("Not on the list: they said no\(since.replacing(" since", with: " on")).", "")
        }
    }

    private func reasons(_ program: Program, _ place: ProgramPlace?, _ taken: Int) -> [String] {
        var reasons: [String] = []
        if let seats = ProgramWords.seats(program, taken: taken) {
            let isFull = taken >= program.seats ?? .max
            reasons.append(seats + (isFull ? ": whoever enters now waits. \(program.priority?.words ?? "")" : "."))
        }
        if place?.state == .candidate, let other = place?.other {
            reasons.append(
                "\(services.care.programs[other]?.title ?? other) has to be closed first: nobody is in both at once.")
        }
        if place?.state == .declined, let why = place?.why, !why.isEmpty {
            reasons.append("Reason: \(why). They are proposed again \(program.askAgainDays) days after the no.")
        }
        return reasons
    }

    private func links(_ place: ProgramPlace?, _ banner: PatientBanner) -> [Link] {
        switch place?.state {
        case .leaves: [Link(text: "Close or graduate", href: "\(banner.href)/graduate", main: true)]
        case .enrolled: [Link(text: "Plan", href: "\(banner.href)/plan", main: false)]
        default: [Link(text: "Reach and enrol", href: "\(banner.href)/engage", main: place?.state == .candidate)]
        }
    }
}
