import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// One transition and the forms that move it on: `/transitions/:id`.
struct StayPage: Sendable {
    let services: Services

    struct Model {
        struct Step {
            let text: String
            let state: String
            let tone: String
        }

        struct Fact {
            let label: String
            let text: String
        }

        struct Part {
            let id: String
            let title: String
            let open: Bool
            let form: FormModel
        }

        struct Link {
            let text: String
            let href: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let title: String
        let why: String
        let clock: String?
        let clockTone: String
        let steps: [Step]
        let facts: [Fact]
        let forms: [Part]
        let links: [Link]
    }

    /// What the forms of this page do.
    enum Move: String {
        case reconciled
        case seen
        case close

        var title: String {
            switch self {
            case .reconciled: "Medicines reconciled"
            case .seen: "Visit took place"
            case .close: "Close the 30 days"
            }
        }
    }

    static let notices = [
        "reconciled": "Saved: medicines are reconciled.", "seen": "Saved: the visit took place.",
        "close": "Closed: the 30 days are over.",
    ]

    func add(to routes: StaffRoutes) {
        routes.get("transitions/:id", use: show)
        routes.post("transitions/:id/:move", use: save)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        return try await page(
            context, id: try context.part("id"), open: query["step"].flatMap(Move.init), typed: nil, problems: nil,
            notice: query["done"].flatMap { Self.notices[$0] })
    }

    @Sendable func save(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let id = try context.part("id")
        guard let move = Move(rawValue: try context.part("move")) else {
            throw HTTPError(.notFound)
        }
        let caller = try context.caller()
        let zone = FacilityZone.named(services.zone)
        let (day, note, version) = (form["day"] ?? "", form["note"], form["version"].flatMap { Int($0) })
        do {
            if (note?.count ?? 0) > TextLimit.line {
                throw FormProblems("note", "Use at most \(TextLimit.line) characters.")
            }
            try await services.records.write(as: caller, at: services.now()) { change in
                switch move {
                case .reconciled:
                    try RecordReconciled(
                        episode: id, version: version, day: day, note: note, performer: caller.practitioner, zone: zone
                    ).perform(in: change)
                case .seen:
                    try RecordSeen(episode: id, version: version, day: day, note: note, zone: zone).perform(in: change)
                case .close:
                    try RecordClosed(episode: id).perform(in: change)
                }
                return ()
            }
        } catch let problems as FormProblems {
            return try await page(context, id: id, open: move, typed: form, problems: problems, notice: nil)
        } catch RecordsFailure.stale(let current) {
            return try await conflict(context, id, move, form, current)
        }
        return .seeOther(move == .close ? "/transitions?done=close" : "/transitions/\(id)?done=\(move.rawValue)")
    }

    private func conflict(
        _ context: StaffContext, _ id: String, _ move: Move, _ typed: Form, _ current: Resource
    ) async throws -> Response {
        try await ConflictPage.response(
            services, context, what: move.title, current: current,
            lines: [
                (label: "State", theirs: current.root.text("status") ?? "", mine: "completed"),
                (label: "Day", theirs: current.root.text("executionPeriod", "end") ?? "", mine: typed["day"] ?? ""),
            ],
            form: form(move, id, version: current.version, typed: typed, today: ""), theirsHref: "/transitions/\(id)")
    }

    private func page(
        _ context: StaffContext, id: String, open: Move?, typed: Form?, problems: FormProblems?, notice: String?
    ) async throws -> Response {
        let now = services.now()
        let (detail, names) = try await services.records.read(as: context.caller(), at: now, for: "stay") { reader in
            let detail = try TransitionDetail.read(id, with: PatientBanner.reads, by: reader)
            return (detail, try TransitionsPage.names(of: Set([detail.owner].compactMap { $0 }), reader))
        }
        let next =
            detail.episode.isRunning
            ? detail.steps.filter(\.isOpen).min { ($0.due ?? .max) < ($1.due ?? .max) } : nil
        return try services.pages.response(
            Model(
                page: PageFrame(
                    "Home from hospital", context, current: "/transitions", notice: notice.map { .good($0) },
                    problems: problems),
                banner: PatientBanner(detail.record, now: now, zone: services.zone), title: Self.title(detail),
                why: why(detail, now), clock: next?.due.map { Words.left(until: $0, now: now) },
                clockTone: next?.due.map { Words.tone(ofDue: $0, now: now) } ?? "",
                steps: detail.steps.map { step($0, now) }, facts: facts(detail, names, now),
                forms: parts(detail, id, open: open, typed: typed, problems: problems, now),
                links: [
                    .init(text: "Compare the medicines", href: "/people/\(detail.record.id)/medicines"),
                    .init(text: "Record a call", href: "/people/\(detail.record.id)/contact"),
                    .init(text: "Back to the board", href: "/transitions"),
                ]), "stay", status: problems == nil ? .ok : .unprocessableContent)
    }

    private static func title(_ detail: TransitionDetail) -> String {
        "Home from \(detail.stay?.facility ?? detail.stay?.kind.words.lowercased() ?? "hospital")"
    }

    private func why(_ detail: TransitionDetail, _ now: Int64) -> String {
        guard let stay = detail.stay else {
            return "The stay is no longer on file."
        }
        let days = stay.days.map { Words.count($0, "day") + " there" }
        let left = stay.discharged.map {
            "discharged \(Words.day($0, now: now, zone: services.zone)), \(stay.disposition.words)"
        }
        return [stay.reason, days, left].compactMap { $0 }.joined(separator: ", ")
    }

    private func step(_ step: TransitionDetail.Step, _ now: Int64) -> Model.Step {
        if step.isOpen {
            guard let due = step.due else {
                return .init(text: step.code.title, state: "open", tone: "note")
            }
            return .init(
                text: step.code.title,
                state: "due \(Words.day(due, now: now, zone: services.zone)), \(Words.left(until: due, now: now))",
                tone: Words.tone(ofDue: due, now: now))
        }
        let when = step.ended.map { " \(Words.day($0, now: now, zone: services.zone))" } ?? ""
        return switch step.status {
        case "completed": .init(text: step.code.title, state: "done\(when)", tone: "good")
        case "failed": .init(text: step.code.title, state: "not in time", tone: "soon")
        default: .init(text: step.code.title, state: step.reason ?? "not needed", tone: "")
        }
    }

    private func facts(_ detail: TransitionDetail, _ names: [String: String], _ now: Int64) -> [Model.Fact] {
        let tried = detail.lastAttempt.map { ", last \(Words.dayTime($0, now: now, zone: services.zone))" } ?? ""
        var facts = [
            Model.Fact(label: "Owner", text: detail.owner.map { names[$0] ?? "Somebody not on file" } ?? "Nobody yet"),
            Model.Fact(label: "Attempts", text: "\(detail.attempts) without an answer\(tried)"),
        ]
        facts += detail.scores.map { Model.Fact(label: "Risk", text: $0) }
        facts += detail.notes.map { Model.Fact(label: "Note", text: $0) }
        if !detail.episode.isRunning {
            let words = detail.episode.resource.root.list("extension").first?.text("valueCodeableConcept", "text")
            facts.insert(Model.Fact(label: "Closed", text: words ?? "yes"), at: 0)
        }
        return facts
    }

    private func parts(
        _ detail: TransitionDetail, _ id: String, open: Move?, typed: Form?, problems: FormProblems?, _ now: Int64
    ) -> [Model.Part] {
        guard detail.episode.isRunning else {
            return []
        }
        let today = Words.calendarDay(now, zone: services.zone).text
        func part(_ move: Move, _ step: TransitionDetail.Step?) -> Model.Part? {
            guard let step else {
                return nil
            }
            var form = form(move, id, version: step.version, typed: open == move ? typed : nil, today: today)
            if open == move, let problems {
                form.fields = form.fields.with(problems.all.map { ($0.field, $0.message) })
            }
            return Model.Part(id: move.rawValue, title: move.title, open: open == move, form: form)
        }
        func first(_ codes: TaskCode...) -> TransitionDetail.Step? {
            codes.lazy.compactMap { code in detail.steps.first { $0.code == code && $0.isOpen } }.first
        }
        let last = first(.day30).flatMap { ($0.due ?? 0) <= now ? $0 : nil }
        return [
            part(.reconciled, first(.medicationReconciliation)),
            part(.seen, first(.dischargeVisit14, .dischargeVisit7)), part(.close, last),
        ].compactMap { $0 }
    }

    private func form(_ move: Move, _ id: String, version: Int, typed: Form?, today: String) -> FormModel {
        let action = "/transitions/\(id)/\(move.rawValue)"
        guard move != .close else {
            return FormModel(
                action, submit: "Close", version: version,
                intro: "What is still open is closed with it. Back in hospital meanwhile? Then it has closed by itself."
            )
        }
        let note = move == .seen ? "Where and with whom" : "Note"
        return FormModel(
            action, submit: move == .seen ? "Save the visit" : "Save", version: version,
            fields: [
                .line("day", "Day", value: typed?["day"] ?? today, type: "date").with {
                    $0.required = true
                    $0.id = problemsID(move, "day", typed)
                    $0.short = true
                },
                .line("note", note, value: typed?["note"]).with {
                    $0.optional = true
                    $0.id = problemsID(move, "note", typed)
                    $0.maxlength = String(TextLimit.line)
                },
            ])
    }

    /// The form that was sent has the plain ids that the list of problems links to; ids on a page are unique.
    private func problemsID(_ move: Move, _ name: String, _ typed: Form?) -> String {
        typed == nil ? "\(move.rawValue)-\(name)" : name
    }
}
