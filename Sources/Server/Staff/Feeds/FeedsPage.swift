import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// How the feeds of other systems are doing, their messages without anybody's name, and working on them once more.
struct FeedsPage: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let href: String
            let name: String
            let alert: String?
            let last: String
            let hour: String
            let day: String
            let total: String
            let repeats: String
            let review: String
            let faults: String
            let faultsTone: String
            let lag: String
        }

        let page: PageFrame
        let sub: String
        let rows: [Row]
        let again: FormModel
    }

    struct FeedModel {
        struct Row {
            let number: String
            let event: String
            let received: String
            let occurred: String
            let sender: String
            let control: String
            let answer: String
            let state: String
            let tone: String
            let reason: String
        }

        let page: PageFrame
        let filters: [Field]
        let rows: [Row]
        let pager: PagerModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("feeds", use: list)
        routes.get("feeds/:feed", use: show)
        routes.post("feeds/again", use: again)
    }

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        let done = query["done"].flatMap { Int($0) }.map {
            $0 == 0 ? "Nothing came in that time." : Words.count($0, "message") + " will be worked on again."
        }
        return try await page(context, Form([]), notice: done.map { .good($0) })
    }

    private func page(
        _ context: StaffContext, _ typed: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let now = services.now()
        let zone = services.zone
        let figures = try await Inbox(records: services.records).figures(as: context.caller(), at: now)
        let expected = services.feeds
        let heard = figures.filter { figure in !expected.contains { $0.id == figure.feed } }
        let feeds = expected + heard.map { ExpectedFeed(id: $0.feed, name: $0.feed) }
        let rows = feeds.map { feed in row(feed, figures.first { $0.feed == feed.id }, now) }
        let silent = rows.count { $0.alert != nil }
        return try services.pages.response(
            Model(
                page: PageFrame("Feeds", context, current: "/feeds", notice: notice, problems: problems),
                sub: silent == 0
                    ? "Messages that other systems send: admissions, discharges, changes"
                    : Words.count(silent, "feed is", "feeds are") + " silent", rows: rows,
                again: FormModel(
                    "/feeds/again", submit: "Work on them again",
                    intro:
                        "Messages are kept as they came. What follows from them can be made again, for example after a setting was corrected; what is right already does not change.",
                    fields: [
                        .select("feed", "Feed", [("", "All")] + feeds.map { ($0.id, $0.name) }, chosen: typed["feed"]),
                        .line("from", "Came from", value: typed["from"], type: "date"),
                        .line("until", "Until and with", value: typed["until"], type: "date"),
                    ].faulted(problems))), "feeds", status: status)
    }

    private func row(_ feed: ExpectedFeed, _ figures: FeedFigures?, _ now: Int64) -> Model.Row {
        func count(_ state: MessageState) -> Int { figures?.states[state] ?? 0 }
        let faults = count(.refused) + count(.failed)
        return Model.Row(
            href: "/feeds/\(feed.id.formEncoded)", name: feed.name,
            alert: FeedWords.silence(feed, last: figures?.last, now: now, zone: services.zone),
            last: figures?.last.map { Words.ago($0, now: now, zone: services.zone) } ?? "never",
            hour: String(figures?.hour ?? 0), day: String(figures?.day ?? 0), total: String(figures?.total ?? 0),
            repeats: String(figures?.repeats ?? 0), review: String(count(.review)), faults: String(faults),
            faultsTone: faults > 0 ? "now" : "good", lag: FeedWords.lag(figures?.oldestWaiting, now: now))
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.part("feed")
        let query = Form.query(of: request)
        let state = query["state"].flatMap(MessageState.init)
        let now = services.now()
        let zone = services.zone
        let found = try await Inbox(records: services.records).messages(
            of: id, in: state, before: query["before"].flatMap { Int64($0) }, limit: Self.limit + 1,
            as: context.caller())
        guard
            !found.isEmpty || services.feeds.contains(where: { $0.id == id }) || query["before"] != nil || state != nil
        else {
            throw HTTPError(.notFound)
        }
        let shown = found.prefix(Self.limit)
        let name = services.feeds.first { $0.id == id }?.name ?? id
        let path = "/feeds/\(id.formEncoded)?state=\(state?.rawValue ?? "")"
        return try services.pages.response(
            FeedModel(
                page: PageFrame(name, context, current: "/feeds"),
                filters: [
                    .select(
                        "state", "State",
                        [("", "All")] + MessageState.allCases.map { ($0.rawValue, FeedWords.state($0).text) },
                        chosen: state?.rawValue)
                ],
                rows: shown.map { message in
                    let state = FeedWords.state(message.state)
                    return FeedModel.Row(
                        number: String(message.number), event: FeedWords.event(message.event),
                        received: Words.dayTime(message.received, now: now, zone: zone),
                        occurred: message.occurred.map { Words.dayTime($0, now: now, zone: zone) } ?? "not said",
                        sender: message.sender.replacing("|", with: ", "), control: message.control,
                        answer: message.answer, state: state.text, tone: state.tone, reason: message.reason)
                },
                pager: PagerModel(
                    shown: "", previous: nil,
                    next: found.count > Self.limit ? shown.last.map { "\(path)&before=\($0.number)" } : nil)),
            "feed")
    }

    private static let limit = 100

    @Sendable func again(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let zone = services.zone
        do {
            var problems = FormProblems([])
            let from = CalendarDay(form["from"] ?? "")
            let until = CalendarDay(form["until"] ?? "")
            if from == nil { problems.all.append(.init("from", "Write a day.")) }
            if until == nil { problems.all.append(.init("until", "Write a day.")) }
            try problems.check()
            guard let from, let until, from.daysSinceEpoch <= until.daysSinceEpoch else {
                throw FormProblems("until", "The second day comes before the first.")
            }
            let next = CalendarDay(daysSinceEpoch: until.daysSinceEpoch + 1)
            let span = Words.start(of: from, zone: zone)..<Words.start(of: next, zone: zone)
            let count = try await Inbox(records: services.records).again(
                form["feed"].flatMap { $0.isEmpty ? nil : $0 }, in: span, as: context.caller(), at: services.now())
            return .seeOther("/feeds?done=\(count)")
        } catch let problems as FormProblems {
            return try await page(context, form, problems: problems, status: .unprocessableContent)
        }
    }
}
