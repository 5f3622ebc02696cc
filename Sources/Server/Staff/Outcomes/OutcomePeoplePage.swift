import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// The people behind a figure: `/outcomes/:figure`.
struct OutcomePeoplePage: Sendable {
    let services: Services

    struct Model {
        struct Back {
            let text: String
            let href: String
        }

        struct Head {
            let text: String
            let href: String?
            let sort: String?
        }

        struct Cell {
            let label: String
            let text: String
            let tone: String?
        }

        struct Row {
            let name: String
            let href: String
            let about: String
            let cells: [Cell]
        }

        let page: PageFrame
        let back: Back
        let sub: String
        let caption: String
        let heads: [Head]
        let rows: [Row]
        let pager: PagerModel
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let caller = try context.caller()
        let query = Form.query(of: request)
        guard let figure = OutcomeFigure(rawValue: try context.part("figure")) else {
            throw HTTPError(.notFound)
        }
        guard services.records.policy.permits(caller, .seeOutcomes) else {
            throw RecordsFailure.forbidden(type: "MeasureReport")
        }
        let asked = OutcomeAsk(query, services.care.programs)
        let part = query["part"].flatMap(OutcomePeople.Part.init) ?? .met
        let after = RowPlace.cursor(query["after"], count: 3)
        let now = services.now()
        let found = try await services.records.read(
            as: caller, at: now, for: "people behind a figure", asking: query.encoded
        ) { reader in
            try OutcomePeople.read(figure, part, scope: asked.scope, period: asked.period, after: after, by: reader)
        }
        guard let found else {
            throw NotNow("Nothing has been counted yet. Look again in a minute.")
        }
        let heads = Self.heads(figure)
        return try services.pages.response(
            Model(
                page: PageFrame(figure.title, context, current: "/outcomes"),
                back: .init(
                    text: "Outcomes",
                    href: "/outcomes?programme=\(asked.scope.formEncoded)&period=\(asked.period.rawValue)"),
                sub: sub(figure, part, asked, found, now), caption: "\(figure.title), newest first",
                heads: (["Person"] + heads).map { .init(text: $0, href: nil, sort: nil) },
                rows: found.lines.map { row($0, figure, heads, now) },
                pager: pager(figure, part, asked, found, isFirst: after == nil)), "people")
    }

    private func sub(
        _ figure: OutcomeFigure, _ part: OutcomePeople.Part, _ asked: OutcomeAsk, _ found: OutcomePeople, _ now: Int64
    ) -> String {
        let what = part == .met || figure.isRate ? "behind the figure" : "that the figure counts"
        return
            "\(Words.count(found.total, figure.unit.one, figure.unit.many)) \(what), a line each. \(asked.period.words), "
            + "\(asked.scopeWords.lowercased()). Counted \(Words.dayTime(found.asOf, now: now, zone: services.zone)); what "
            + "was recorded since is in this list already."
    }

    private func pager(
        _ figure: OutcomeFigure, _ part: OutcomePeople.Part, _ asked: OutcomeAsk, _ found: OutcomePeople, isFirst: Bool
    ) -> PagerModel {
        let base = asked.people(figure, part: part)
        return PagerModel(
            shown: "\(found.lines.count) of \(found.total)", previous: isFirst ? nil : base,
            next: RowPlace.text(found.next).map { "\(base)&after=\($0)" })
    }

    private static func heads(_ figure: OutcomeFigure) -> [String] {
        switch figure {
        case .enrolled: ["Since", "Status"]
        case .firstContact: ["Enrolled", "First contact after"]
        case .goals: ["Reached or due", "State"]
        case .readmission: ["Discharged", "Back after", "Return was"]
        case .emergency: ["Visit"]
        }
    }

    private func row(_ line: OutcomePeople.Line, _ figure: OutcomeFigure, _ heads: [String], _ now: Int64) -> Model.Row
    {
        let day = Words.day(line.at, now: now, zone: services.zone)
        let texts: [String]
        switch figure {
        case .enrolled: texts = [day, OutcomeWords.statuses[line.label] ?? line.label]
        case .firstContact:
            texts = [day, line.value.map { "\(OutcomeWords.number($0)) days" } ?? "not reached yet"]
        case .goals: texts = [day, line.isMet ? "reached" : line.label.isEmpty ? "not reached" : line.label]
        case .readmission:
            let after = line.value.map { Words.count(Int($0), "day") } ?? "not back within 30 days"
            texts = [day, after, line.label == "unknown" ? "planned or not unknown" : line.label]
        case .emergency: texts = [day]
        }
        let born = line.patient.map { Words.born($0.root, now: now, zone: services.zone) } ?? ""
        return Model.Row(
            name: line.patient.map { Words.listName($0.root) } ?? "Name not recorded", href: "/people/\(line.person)",
            about: born, cells: zip(heads, texts).map { Model.Cell(label: $0, text: $1, tone: nil) })
    }
}
