import Access
import Care
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The figures, read from what was counted in the background: `/outcomes`.
struct OutcomesPage: Sendable {
    let services: Services

    struct Model {
        struct Figure {
            let title: String
            let value: String
            let of: String
            let change: String?
            let tone: String
            let href: String
        }

        struct Drawn {
            let title: String
            let caption: String
            let svg: String
            let heads: [String]
            let lines: [ChartFigure.Line]
            let note: String
        }

        struct Cell {
            let text: String
            let href: String?
        }

        struct Line {
            let name: String
            let cells: [Cell]
        }

        struct Groups {
            let caption: String
            let heads: [String]
            let lines: [Line]
        }

        struct Method {
            let title: String
            let text: String
        }

        let page: PageFrame
        let sub: String
        let filters: [Field]
        let figures: [Figure]
        let charts: [Drawn]
        let groups: Groups
        let methods: [Method]
    }

    func add(to routes: StaffRoutes) {
        routes.get("outcomes", use: show)
        routes.get("outcomes/:figure", use: OutcomePeoplePage(services: services).show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let caller = try context.caller()
        guard services.records.policy.permits(caller, .seeOutcomes) else {
            throw RecordsFailure.forbidden(type: "MeasureReport")
        }
        let asked = OutcomeAsk(Form.query(of: request), services.care.programs)
        let now = services.now()
        let outcomes = try await services.records.read(as: caller, at: now, for: "outcomes") { reader in
            try Outcomes.read(asked.period, by: reader)
        }
        let words = OutcomeWords(outcomes: outcomes, asked: asked)
        let counted =
            outcomes.asOf.map { "Counted \(Words.dayTime($0, now: now, zone: services.zone))" }
            ?? "Not counted yet: look again in a minute"
        return try services.pages.response(
            Model(
                page: PageFrame("Outcomes", context, current: "/outcomes"),
                sub: "\(asked.period.words), \(asked.scopeWords.lowercased()). \(counted).",
                filters: asked.fields, figures: OutcomeFigure.allCases.map(words.figure), charts: words.charts(),
                groups: words.groups(), methods: Self.methods), "outcomes")
    }

    private static var methods: [Model.Method] {
        OutcomeFigure.allCases.map { Model.Method(title: $0.title, text: $0.method) } + [
            Model.Method(
                title: "What these figures cannot say",
                text: """
                    There is no comparison group: nobody knows from these figures what would have happened without the \
                    programme. People are often enrolled when things are at their worst, and then get better on their own \
                    (regression to the mean), so a figure that improves after enrolment proves nothing by itself.
                    """),
            Model.Method(
                title: "Small numbers",
                text: """
                    Below \(OutcomeCount.few) a figure is mostly chance. It is shown here, inside the team, and marked; do \
                    not publish it.
                    """),
            Model.Method(
                title: "Time",
                text: """
                    Figures are counted in the background every hour and when the server starts. Days are counted in UTC. \
                    What is recorded later moves a figure at the next count.
                    """),
        ]
    }
}
