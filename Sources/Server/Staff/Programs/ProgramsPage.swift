import Access
import Care
import Content
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// The programmes, and who could enter, waits, is enrolled or is ready to leave: `/programs`, `/programs/:program`.
struct ProgramsPage: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let title: String
            let href: String
            let about: String
            let could: String
            let waits: String
            let enrolled: String
            let leaves: String
            let seats: String
            /// Set where all are taken.
            let seatsTone: String?
            let days: String
        }

        let page: PageFrame
        let rows: [Row]
        let coming: [Coming]
        let tryHref: String?
    }

    struct Coming {
        let text: String
    }

    struct PeopleModel {
        struct Tab {
            let text: String
            let href: String
            let count: String
            let current: Bool
        }

        struct Row {
            let name: String
            let href: String
            let about: String
            let why: String
            let detail: String?
            let whyHref: String
        }

        let page: PageFrame
        let sub: String
        let tabs: [Tab]
        let caption: String
        let note: String
        let rows: [Row]
        let rules: [Rule]
        let pager: PagerModel
    }

    struct Rule {
        let title: String
        let text: String
    }

    func add(to routes: StaffRoutes) {
        routes.get("programs", use: all)
        routes.get("programs/:program", use: people)
    }

    private var today: String { SiteDay(zone: services.zone).today(services.now()).text }

    @Sendable func all(_ request: Request, _ context: StaffContext) async throws -> Response {
        let caller = try context.caller()
        let (now, today) = (services.now(), today)
        let programs = services.care.programs.effective(on: today)
        let counts = try await services.records.read(as: caller, at: now, for: "programmes") { reader in
            try programs.map { try ProgramPeople.counts($0.id, by: reader) }
        }
        let taken = try await taken(programs)
        let rows = programs.enumerated().map { place, program in
            let count = counts[place]
            func words(_ state: ProgramPlace.State) -> String { ProgramWords.count(count[state] ?? 0) }
            let inside = (count[.enrolled] ?? 0) + (count[.leaves] ?? 0)
            let isFull = program.seats.map { (taken[program.id] ?? 0) >= $0 } ?? false
            return Model.Row(
                title: program.title, href: "/programs/\(program.id)", about: program.summary, could: words(.candidate),
                waits: words(.waits), enrolled: ProgramWords.count(inside), leaves: words(.leaves),
                seats: ProgramWords.seats(program, taken: taken[program.id] ?? 0) ?? "No limit",
                seatsTone: isFull ? "soon" : nil,
                days: "Version \(program.origin.version), since " + day(program.origin.effectiveFrom)
                    + (program.origin.effectiveTo.map { " until " + day($0) } ?? ""))
        }
        let coming = services.care.programs.versions.filter { $0.origin.effectiveFrom > today }.map { program in
            Coming(
                text:
                    "\(program.title), version \(program.origin.version), from \(day(program.origin.effectiveFrom)) on")
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Programmes", context, current: "/panel"), rows: rows, coming: coming,
                tryHref: services.records.policy.permits(caller, .tryPrograms) ? "/programs/dry-run" : nil), "programs")
    }

    /// A seat is taken whoever may see by whom.
    private func taken(_ programs: [Program]) async throws -> [String: Int] {
        try await services.records.read(as: .system("seats"), at: services.now(), for: "seats") { reader in
            var taken: [String: Int] = [:]
            for program in programs where program.seats != nil {
                taken[program.id] = try Caseload.seatsTaken(of: program.id, by: reader)
            }
            return taken
        }
    }

    private func day(_ text: String) -> String {
        Words.date(text, now: services.now(), zone: services.zone) ?? text
    }

    @Sendable func people(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.part("program")
        guard let program = services.care.programs.effective(on: today).first(where: { $0.id == id }) else {
            throw HTTPError(.notFound)
        }
        let query = Form.query(of: request)
        let state = query["state"].flatMap(ProgramPlace.State.init) ?? .candidate
        let after = RowPlace.cursor(query["after"], count: ProgramPeople.placeCount)
        let caller = try context.caller()
        let now = services.now()
        let (found, counts) = try await services.records.read(
            as: caller, at: now, for: "people of a programme", asking: query.encoded
        ) { reader in
            (
                try ProgramPeople.read(id, state, after: after, by: reader),
                try ProgramPeople.counts(id, by: reader)
            )
        }
        let taken = try await taken([program])[id] ?? 0
        let staff = try await StaffNames.read(services, caller)
        let base = "/programs/\(id)?state=\(state.rawValue)"
        return try services.pages.response(
            PeopleModel(
                page: PageFrame(program.title, context, current: "/panel"),
                sub: [program.summary, ProgramWords.seats(program, taken: taken).map { $0 + "." }].compactMap { $0 }
                    .joined(separator: " "),
                tabs: ProgramPlace.State.allCases.map { one in
                    PeopleModel.Tab(
                        text: ProgramWords.list(one), href: "/programs/\(id)?state=\(one.rawValue)",
                        count: ProgramWords.count(counts[one] ?? 0), current: one == state)
                }, caption: "\(program.title): \(ProgramWords.list(state).lowercased())", note: note(state, program),
                rows: found.lines.map { row($0, program, state, staff) }, rules: rules(program),
                pager: PagerModel(
                    shown: "\(found.lines.count) of \(ProgramWords.count(found.total))",
                    previous: after == nil ? nil : base,
                    next: RowPlace.text(found.next).map { "\(base)&after=\($0)" })), "program")
    }

    private func note(_ state: ProgramPlace.State, _ program: Program) -> String {
        let order = program.priority.map { "\($0.words)." } ?? "Who has waited longest comes first."
        return switch state {
        case .candidate:
            "A proposal: nobody is enrolled but by a person. \(program.priority.map { "\($0.words)." } ?? "")"
        case .waits: order
        case .enrolled: "Enrolled, paused ones among them."
        case .leaves: "The exit criteria are met. Nobody is closed but by a person."
        case .excluded: "They meet the criteria, and are in, or nearer to, a programme that excludes this one."
        case .declined: "They meet the criteria. They are proposed again after \(program.askAgainDays) days."
        }
    }

    private func row(
        _ line: ProgramPeople.Line, _ program: Program, _ state: ProgramPlace.State, _ staff: StaffNames
    ) -> PeopleModel.Row {
        let now = services.now()
        let other = line.other.map { services.care.programs[$0]?.title ?? $0 }
        var details: [String] = []
        if let since = line.since {
            details.append("since \(Words.day(since, now: now, zone: services.zone))")
        }
        if let other {
            details.append(state == .candidate ? "\(other) would be closed first" : "because of \(other)")
        }
        if let owner = staff.name(line.owner) {
            details.append("with \(owner)")
        }
        let born =
            Words.date(line.birth, now: now, zone: services.zone).map { "born \($0)" } ?? "birth date not recorded"
        return PeopleModel.Row(
            name: line.name.isEmpty ? "Name not recorded" : line.name, href: "/people/\(line.person)", about: born,
            why: line.why, detail: details.isEmpty ? nil : details.joined(separator: ", "),
            whyHref: "/people/\(line.person)/programs/\(program.id)")
    }

    private func rules(_ program: Program) -> [Rule] {
        func list(_ criterion: Criterion) -> String {
            var groups: [Int: [String]] = [:]
            var lines: [String] = []
            for line in criterion.lines([:]) {
                if let group = line.oneOf {
                    groups[group, default: []].append(line.words)
                } else {
                    lines.append(line.words)
                }
            }
            lines += groups.sorted { $0.key < $1.key }.map { "one of: " + $0.value.joined(separator: ", or ") }
            return lines.joined(separator: "; ")
        }
        var rules = [
            Rule(title: "Enters", text: list(program.entry)), Rule(title: "Leaves", text: list(program.exit)),
        ]
        let others = services.care.programs.effective(on: today).filter { $0.excludesOrIsExcluded(program) }
        if !others.isEmpty {
            rules.append(
                Rule(
                    title: "Not together with",
                    text: others.map { $0.title + ($0.rank < program.rank ? " (goes first)" : "") }
                        .joined(separator: "; ")))
        }
        if let priority = program.priority {
            rules.append(Rule(title: "Who goes first", text: priority.words))
        }
        let needs =
            program.consents.map { "Consent: \(services.care.consents.title($0))" }
            + (program.steps?.lines([:]).map(\.words) ?? [])
        if !needs.isEmpty {
            rules.append(Rule(title: "Before enrolment", text: needs.joined(separator: "; ")))
        }
        rules.append(
            Rule(title: "Source", text: "\(program.origin.source), version \(program.origin.version)"))
        return rules
    }
}
