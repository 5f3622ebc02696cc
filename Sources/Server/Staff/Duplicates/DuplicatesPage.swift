import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// People who may be on file twice: the pairs that wait, each side by side, the decision, and undoing it.
struct DuplicatesPage: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let href: String
            let one: String
            let other: String
            let verdict: String
            let tone: String
            let evidence: String
            let later: String?
        }

        let page: PageFrame
        let sub: String
        let rows: [Row]
        let cut: Bool
    }

    struct PairModel {
        struct Since {
            let text: String
        }

        let page: PageFrame
        let one: String
        let other: String
        let oneHref: String
        let otherHref: String
        let verdict: String
        let tone: String
        let lines: [SideBySide.Line]
        let decided: String?
        let blocks: [String]
        let merge: FormModel?
        let decide: FormModel?
        let undo: FormModel?
        let since: [Since]
    }

    func add(to routes: StaffRoutes) {
        routes.get("duplicates", use: list)
        routes.get("duplicates/:id", use: show)
        routes.post("duplicates/:id/merge", use: merge)
        routes.post("duplicates/:id/decide", use: decide)
        routes.post("duplicates/:id/undo", use: undo)
    }

    private static let notices = [
        "merged": "They are one person now. It can be undone here.",
        "undone": "They are two people again. What was recorded since stays where it is.",
        "different": "Kept as two people. They are not shown as a pair again.", "later": "Put off.",
    ]

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let now = services.now()
        let zone = services.zone
        let rules = services.care.matching
        let found = try await services.records.read(as: context.caller(), at: now, for: "duplicates") {
            try DuplicateList.read(rules, by: $0)
        }
        let done = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try services.pages.response(
            Model(
                page: PageFrame("Duplicates", context, current: "/duplicates", notice: done.map { .good($0) }),
                sub: Words.count(found.rows.count, "pair of entries", "pairs of entries") + " may be one person",
                rows: found.rows.map { row in
                    let verdict = ReferralWords.verdict(row.evidence)
                    return Model.Row(
                        href: "/duplicates/\(row.pair.id)", one: ReferralWords.who(row.one.root, now: now, zone: zone),
                        other: ReferralWords.who(row.other.root, now: now, zone: zone), verdict: verdict.text,
                        tone: verdict.tone, evidence: ReferralWords.evidence(row.evidence),
                        later: row.pair.state == .later ? "Put off: \(row.pair.reason ?? "")" : nil)
                }, cut: found.isCut),
            "duplicates")
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let done = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try await page(context, Form([]), notice: done.map { .good($0) })
    }

    @Sendable func merge(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, then: "?done=merged") { form, id in
            let verb = MergePeople(pair: id, version: form.version, keep: form["keep"] ?? "", reason: form["reason"])
            return { _ = try verb.perform(in: $0) }
        }
    }

    @Sendable func decide(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, then: "/duplicates") { form, id in
            guard let answer = form["answer"].flatMap(DecideDuplicate.Answer.init) else {
                throw FormProblems("answer", "Choose one.")
            }
            let verb = DecideDuplicate(pair: id, version: form.version, answer: answer, reason: form["why"])
            return { change in
                do {
                    try verb.perform(in: change)
                } catch let problems as FormProblems {
                    // Two forms of one page have a reason each.
                    throw FormProblems("why", problems.all.first?.message ?? "Say why.")
                }
            }
        }
    }

    @Sendable func undo(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, then: "?done=undone") { form, id in
            let verb = UnmergePeople(pair: id, version: form.version, reason: form["reason"])
            return { _ = try verb.perform(in: $0) }
        }
    }

    private func act(
        _ request: Request, _ context: StaffContext, then place: String,
        _ prepare: (Form, String) throws -> @Sendable (Change) throws -> Void
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let id = try context.part("id")
        do {
            try await services.records.write(as: try context.caller(), at: services.now(), prepare(form, id))
            return .seeOther(place.hasPrefix("?") ? "/duplicates/\(id)\(place)" : place)
        } catch let problems as FormProblems {
            return try await page(context, form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, form, notice: .wrong(refusal.reason), status: .conflict)
        } catch RecordsFailure.stale {
            return try await page(
                context, form, notice: .wrong("Someone decided in between. This is how it stands now."),
                status: .conflict)
        }
    }

    private struct Seen {
        let pair: DuplicatePair
        let one: Resource
        let other: Resource
        let blocks: [String]
        let since: [Resource]
    }

    private func page(
        _ context: StaffContext, _ typed: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let id = try context.part("id")
        let now = services.now()
        let zone = services.zone
        let seen = try await services.records.read(as: context.caller(), at: now, for: "pair of entries") { reader in
            guard let pair = DuplicatePair(try reader.get("Task", id)) else {
                throw RecordsFailure.notFound(type: "Task", id: id)
            }
            let isWaiting = pair.state == .waiting || pair.state == .later
            return Seen(
                pair: pair, one: try reader.get("Patient", pair.one), other: try reader.get("Patient", pair.other),
                blocks: isWaiting ? try MergeBlocks.read(keeping: pair.one, over: pair.other, by: reader, at: now) : [],
                since: try pair.state == .same
                    ? pair.merge.map { try reader.recorded(of: $0.kept, after: pair.resource.updated) } ?? [] : [])
        }
        let (one, other) = (seen.one.root, seen.other.root)
        let evidence = MatchEvidence(MatchFacts(one), MatchFacts(other), rules: services.care.matching)
        let verdict = ReferralWords.verdict(evidence)
        let isWaiting = seen.pair.state == .waiting || seen.pair.state == .later
        let names = (
            ReferralWords.who(one, now: now, zone: zone), ReferralWords.who(other, now: now, zone: zone)
        )
        let path = "/duplicates/\(id)"
        let model = PairModel(
            page: PageFrame("On file twice?", context, current: "/duplicates", notice: notice, problems: problems),
            one: names.0, other: names.1, oneHref: "/people/\(seen.one.id)", otherHref: "/people/\(seen.other.id)",
            verdict: verdict.text, tone: verdict.tone,
            lines: SideBySide(now: now, zone: zone).lines(one, other, evidence),
            decided: decided(seen.pair), blocks: seen.blocks,
            merge: isWaiting
                ? FormModel(
                    path + "/merge", submit: "They are one person", version: seen.pair.version,
                    intro:
                        "All that is on file of the other moves to the entry that is kept. The other stays readable, out of use.",
                    fields: [
                        .radios(
                            "keep", "Which entry is kept?",
                            [(seen.one.id, "The first: \(names.0)"), (seen.other.id, "The second: \(names.1)")],
                            chosen: typed["keep"]),
                        .area("reason", "How you know", value: typed["reason"], rows: 2),
                    ].faulted(problems), grave: true) : nil,
            decide: isWaiting
                ? FormModel(
                    path + "/decide", submit: "Save", version: seen.pair.version,
                    fields: [
                        .radios(
                            "answer", "Or else", [("different", "They are two people"), ("later", "Decide later")],
                            chosen: typed["answer"]),
                        .area("why", "Why", value: typed["why"], rows: 2),
                    ].faulted(problems)) : nil,
            undo: seen.pair.state == .same && seen.pair.merge != nil
                ? FormModel(
                    path + "/undo", submit: "Make two people of it again", version: seen.pair.version,
                    intro: "What was moved goes back as it was. What was changed since goes back as it is now.",
                    fields: [Field.area("reason", "Why", value: typed["reason"], rows: 2)].faulted(problems),
                    grave: true) : nil,
            since: seen.since.map { resource in
                PairModel.Since(
                    text: "\(resource.type), \(Words.dayTime(resource.updated, now: now, zone: zone))")
            })
        return try services.pages.response(model, "duplicate", status: status)
    }

    private func decided(_ pair: DuplicatePair) -> String? {
        let words: String? =
            switch pair.state {
            case .waiting: nil
            case .later: "Put off"
            case .same: "Merged into one person"
            case .different: "Kept as two people"
            case .undone: "Merged, and undone"
            }
        return words.map { $0 + (pair.reason.map { ": \($0)" } ?? "") }
    }
}
