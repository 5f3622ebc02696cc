import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Messages that may be about somebody on file: the list, each beside those who may be meant, and the decision.
struct MatchesPage: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let href: String
            let event: String
            let feed: String
            let received: String
            let reason: String
        }

        let page: PageFrame
        let sub: String
        let rows: [Row]
        let cut: Bool
    }

    struct MatchModel {
        struct Candidate {
            let id: String
            let number: String
            let name: String
            let href: String
            let verdict: String
            let tone: String
            let lines: [SideBySide.Line]
        }

        let page: PageFrame
        let told: String
        let who: String
        let waiting: String
        let reason: String
        let candidates: [Candidate]
        let decide: FormModel?
        let again: FormModel?
    }

    func add(to routes: StaffRoutes) {
        routes.get("matches", use: list)
        routes.get("matches/:number", use: show)
        routes.post("matches/:number", use: decide)
    }

    private static let most = 100
    private static let notices = [
        "same": "Saved. What was said of the person is on file now.", "new": "Saved: a new person is on file.",
        "drop": "Saved: nothing follows from it.", "again": "It is worked on again.",
    ]

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let now = services.now()
        let found = try await Inbox(records: services.records).messages(
            of: nil, in: .review, before: nil, limit: Self.most + 1, as: context.caller())
        let done = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try services.pages.response(
            Model(
                page: PageFrame("Messages to match", context, current: "/matches", notice: done.map { .good($0) }),
                sub: Words.count(min(found.count, Self.most), "message waits", "messages wait")
                    + " for somebody to say whom they mean",
                rows: found.prefix(Self.most).reversed().map { message in
                    Model.Row(
                        href: "/matches/\(message.number)", event: FeedWords.event(message.event),
                        feed: name(message.feed),
                        received: Words.dayTime(message.received, now: now, zone: services.zone),
                        reason: message.reason)
                }, cut: found.count > Self.most), "matches")
    }

    private func name(_ feed: String) -> String { services.feeds.first { $0.id == feed }?.name ?? feed }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, Form([]))
    }

    private struct Seen {
        let message: StoredMessage
        let reading: MessageReading
        let candidates: [FindMatches.Match]
    }

    private func number(_ context: StaffContext) throws -> Int64 {
        guard let number = Int64(try context.part("number")) else {
            throw HTTPError(.notFound)
        }
        return number
    }

    private func page(
        _ context: StaffContext, _ typed: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let number = try number(context)
        let now = services.now()
        guard let work = services.messages else {
            throw HTTPError(.notFound)
        }
        let seen = try await services.records.read(as: context.caller(), at: now, for: "message to match") { reader in
            guard let message = try reader.message(number), message.state == .review,
                let reading = MessageReading(message, try work.translate(message))
            else {
                throw RecordsFailure.notFound(type: "Message", id: String(number))
            }
            return Seen(
                message: message, reading: reading,
                candidates: try MatchCandidates.read(reading, rules: work.rules, by: reader))
        }
        let sides = SideBySide(now: now, zone: services.zone)
        let told = try seen.reading.patient?.document().root
        let candidates = told.map { told in
            seen.candidates.enumerated().map { place, match in
                let verdict = ReferralWords.verdict(match.evidence)
                return MatchModel.Candidate(
                    id: "candidate-\(place + 1)", number: String(place + 1),
                    name: ReferralWords.who(match.patient.root, now: now, zone: services.zone),
                    href: "/people/\(match.id)", verdict: verdict.text, tone: verdict.tone,
                    lines: sides.lines(told, match.patient.root, match.evidence))
            }
        }
        let isJoin = seen.message.event.hasSuffix("A40")
        let choices =
            seen.candidates.enumerated().map { place, match in
                (
                    match.id,
                    "Number \(place + 1): \(ReferralWords.who(match.patient.root, now: now, zone: services.zone))"
                )
            } + [("new", "Nobody here: a new person"), ("drop", "Nothing is to follow from it")]
        let path = "/matches/\(number)"
        return try services.pages.response(
            MatchModel(
                page: PageFrame(
                    "Whom does it mean?", context, current: "/matches", notice: notice, problems: problems),
                told: "\(FeedWords.event(seen.message.event)), from \(name(seen.message.feed)), "
                    + Words.dayTime(seen.message.received, now: now, zone: services.zone),
                who: told.map { ReferralWords.who($0, now: now, zone: services.zone) } ?? "Nobody is named",
                waiting: "What you decide holds for all messages that wait under the same number.",
                reason: seen.message.reason, candidates: candidates ?? [],
                decide: isJoin
                    ? nil
                    : FormModel(
                        path, submit: "Save",
                        fields: [
                            .radios("who", "Whom does it mean?", choices, chosen: typed["who"]),
                            .area("reason", "How you know", value: typed["reason"], rows: 2),
                        ].faulted(problems)),
                again: isJoin
                    ? FormModel(
                        path, submit: "Look again", hidden: [("who", "again")],
                        intro: "Decide on the pair under Duplicates first, then have this message worked on again.")
                    : nil), "match", status: status)
    }

    @Sendable func decide(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let number = try number(context)
        guard let work = services.messages else {
            throw HTTPError(.notFound)
        }
        let who = form["who"] ?? ""
        do {
            guard !who.isEmpty else {
                throw FormProblems("who", "Choose one.")
            }
            let reason = form["reason"]
            try await services.records.write(as: try context.caller(), at: services.now()) { change in
                if who == "again" {
                    try change.inbox().settle(number, .waiting)
                } else {
                    let answer: DecideMatch.Answer = who == "new" ? .new : who == "drop" ? .drop : .same(who)
                    try DecideMatch(number: number, answer: answer, reason: reason, work: work).perform(in: change)
                }
            }
        } catch let problems as FormProblems {
            return try await page(context, form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, form, notice: .wrong(refusal.reason), status: .conflict)
        }
        let done = ["new", "drop", "again"].contains(who) ? who : "same"
        return .seeOther("/matches?done=\(done)")
    }
}
