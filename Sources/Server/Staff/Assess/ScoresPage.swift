import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// All scores of a person over time.
struct ScoresPage: Sendable {
    let services: Services

    struct Form {
        let id: String
        let title: String
        let latest: String
        let tone: String
        let band: String
        let change: String
        let caption: String
        let svg: String
        let heads: [String]
        let lines: [ChartFigure.Line]
        let rule: String
        let href: String?
    }

    struct Model {
        let page: PageFrame
        let banner: PatientBanner
        let forms: [Form]
    }

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/scores", use: show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try context.part("id")
        let now = services.now()
        let library = services.care.instruments
        let (record, trends) = try await services.records.read(
            as: try context.caller(), at: now, for: "scores page"
        ) { reader in
            let record = try reader.person(person, PatientBanner.reads.union(AssessmentHistory.reads))
            let history = AssessmentHistory.of(record, library: library, now: now)
            return (record, try ScoreTrend.all(history, person: person, by: reader, library: library))
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Scores over time", context),
                banner: PatientBanner(record, now: now, zone: services.zone, place: .assess),
                forms: trends.map { form($0, person, now) }), "scores")
    }

    private func form(_ trend: ScoreTrend, _ person: String, _ now: Int64) -> Form {
        let words = ScoreTrendWords(trend: trend, now: now, zone: services.zone)
        let figure = words.figure
        let last = trend.points.last { $0.response != nil }?.response
        return Form(
            id: "of-\(trend.instrument.name)", title: trend.instrument.short,
            latest: trend.latest.map(words.written) ?? "", tone: ScoreTrendWords.tone(trend),
            band: trend.latest?.band?.severity ?? "not scored", change: words.change, caption: figure.caption,
            svg: figure.svg, heads: figure.heads, lines: figure.lines, rule: words.rule,
            href: last.map { "/people/\(person)/assess/\(trend.instrument.name)?result=\($0)" })
    }
}
