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

        /// One encounter that the stay was put together of, and the messages that told of it.
        struct Told {
            let text: String
            let why: String
            let messages: [Message]
        }

        struct Message {
            let text: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let title: String
        let why: String
        let clock: String?
        let clockTone: String
        let steps: [Step]
        let facts: [Fact]
        let told: [Told]
        let forms: [Part]
        let links: [Link]
    }

    /// What the forms of this page do.
    enum Move: Equatable {
        case reconciled
        case seen
        case close
        /// A step that is asked about.
        case step(TaskCode)

        init?(rawValue: String) {
            switch rawValue {
            case "reconciled": self = .reconciled
            case "seen": self = .seen
            case "close": self = .close
            default:
                guard let code = TaskCode(rawValue: rawValue) else {
                    return nil
                }
                self = .step(code)
            }
        }

        var rawValue: String {
            switch self {
            case .reconciled: "reconciled"
            case .seen: "seen"
            case .close: "close"
            case .step(let code): code.rawValue
            }
        }

        var title: String {
            switch self {
            case .reconciled: "Medicines reconciled"
            case .seen: "Visit took place"
            case .close: "Close the 30 days"
            case .step(let code): code.title
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
            notice: query["done"].flatMap { done in
                Self.notices[done] ?? TaskCode(rawValue: done).map { "Saved: \($0.title.lowercased())." }
            })
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
        let plan = services.care.transitions
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
                    try RecordClosed(episode: id, conclusion: form["conclusion"], note: note, plan: plan)
                        .perform(in: change)
                case .step(let code):
                    try RecordStep(
                        episode: id, code: code, version: version, answer: form["answer"], day: day, note: note,
                        plan: plan, zone: zone
                    ).perform(in: change)
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
        let (detail, names, told) = try await services.records.read(as: context.caller(), at: now, for: "stay") {
            reader in
            let detail = try TransitionDetail.read(id, with: PatientBanner.reads, by: reader)
            return (
                detail, try TransitionsPage.names(of: Set([detail.owner].compactMap { $0 }), reader),
                try ToldStay.read(detail, by: reader)
            )
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
                told: told.map { $0.model(now: now, zone: services.zone) },
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
        if detail.timelyAttempts >= services.care.transitions.timelyAttempts {
            facts.append(
                Model.Fact(
                    label: "Evidence",
                    text:
                        "\(detail.timelyAttempts) attempts came in time: the rule of the first contact is met. Go on trying."
                ))
        }
        facts += detail.scores.map { Model.Fact(label: "Risk", text: $0) }
        facts += detail.notes.map { Model.Fact(label: "Note", text: $0) }
        if !detail.episode.isRunning {
            let said = detail.episode.resource.root.list("extension").compactMap {
                $0.text("valueCodeableConcept", "text")
            }
            facts.insert(
                Model.Fact(label: "Closed", text: said.isEmpty ? "yes" : said.joined(separator: ". ")), at: 0)
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
        let last = detail.steps.first { $0.code == .day30 }.flatMap { ($0.due ?? 0) <= now ? $0 : nil }
        let asked = detail.steps.filter { $0.isOpen && services.care.transitions.asked($0.code) != nil }
        let parts =
            [
                part(.reconciled, first(.medicationReconciliation)),
                part(.seen, first(.dischargeVisit14, .dischargeVisit7)),
            ] + asked.map { part(.step($0.code), $0) } + [part(.close, last)]
        return parts.compactMap { $0 }.map { found in
            found.id == Move.close.rawValue ? closing(found, detail, open == .close ? typed : nil) : found
        }
    }

    /// What the record says of how it went is chosen beforehand.
    private func closing(_ part: Model.Part, _ detail: TransitionDetail, _ typed: Form?) -> Model.Part {
        var form = part.form
        let chosen = typed?["conclusion"] ?? detail.found?.code
        form.intro = (detail.found.map { $0.words + " " } ?? "") + (form.intro ?? "")
        form.fields = form.fields.map { field in
            guard field.name == "conclusion" else {
                return field
            }
            let fresh = Field.radios(
                "conclusion", field.label, services.care.transitions.conclusions.map { ($0.code, $0.words) },
                chosen: chosen)
            return fresh.with { $0.error = field.error }
        }
        return Model.Part(id: part.id, title: part.title, open: part.open, form: form)
    }

    private func form(_ move: Move, _ id: String, version: Int, typed: Form?, today: String) -> FormModel {
        let action = "/transitions/\(id)/\(move.rawValue)"
        guard move != .close else {
            return FormModel(
                action, submit: "Close", version: version,
                intro:
                    "What is still open is closed with it. Back in hospital meanwhile? Then it has closed by itself.",
                fields: [
                    .radios("conclusion", "How did it go?", [], chosen: nil),
                    .line("note", "Note", value: typed?["note"]).with {
                        $0.optional = true
                        $0.id = problemsID(move, "note", typed)
                        $0.maxlength = String(TextLimit.line)
                    },
                ])
        }
        let question: Field? =
            if case .step(let code) = move {
                services.care.transitions.asked(code).map { step in
                    Field.radios(
                        "answer", step.question ?? step.title, step.answers.map { ($0.code, $0.words) },
                        chosen: typed?["answer"]
                    ).with { $0.id = problemsID(move, "answer", typed) }
                }
            } else {
                nil
            }
        let note = move == .seen ? "Where and with whom" : "Note"
        return FormModel(
            action, submit: move == .seen ? "Save the visit" : "Save", version: version,
            fields: (question.map { [$0] } ?? []) + [
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
