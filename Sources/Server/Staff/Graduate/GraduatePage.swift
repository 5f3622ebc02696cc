import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Ready to go on alone? Readiness, closing with a reason, reopening.
struct GraduatePage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/graduate", use: show)
        routes.post("people/:id/graduate/close/:episode", use: close)
        routes.post("people/:id/graduate/reopen/:episode", use: reopen)
    }

    struct Model {
        struct Line {
            let text: String
            let met: Bool
            let state: String
            let tone: String
            let evidence: String
        }

        struct Open {
            let text: String
            let href: String
        }

        struct Summary {
            let when: String
            let reason: String
            let text: String
            let href: String
        }

        struct Step {
            let when: String
            let text: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let verdict: String
        let verdictTone: String
        let criteria: [Line]
        let openItems: [Open]
        let others: [Open]
        let summary: Summary?
        let form: FormModel?
        let reopen: FormModel?
        let history: [Step]
    }

    private struct Record: Sendable {
        let banner: PatientBanner
        let enrollment: Enrollment?
        let others: [(id: String, title: String, isOpen: Bool)]
        let program: Program?
        let readiness: Readiness?
        let tasks: [FinishTasks.Open]
        let summary: (text: String, at: Int64?)?
        let isDeceased: Bool
    }

    private static let notices = [
        "closed": "Closed. The closing summary is on file.", "reopened": "Open again. What was before is kept.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        return try await page(
            context, episode: query["episode"], typed: Form([]),
            notice: query["done"].flatMap { Self.notices[$0] }.map { .good($0) })
    }

    @Sendable func close(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, done: "closed") { form, episode, version, signer in
            guard let code = form["reason"],
                let reason = services.care.programs.reasons.closingReasons.first(where: { $0.code == code })
            else {
                throw FormProblems("reason", "Choose why it closes.")
            }
            var verb = CloseEpisode(
                enrollment: episode, version: version, reason: reason, words: form["words"], care: services.care,
                by: signer)
            verb.selfManagement = form["self-management"]
            verb.keep = Set(form.all("keep"))
            verb.died = form["died"]
            let ready = verb
            return { _ = try ready.perform(in: $0) }
        }
    }

    @Sendable func reopen(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, done: "reopened") { form, episode, version, signer in
            let verb = ReopenEpisode(
                enrollment: episode, version: version, why: form["why"] ?? "", care: services.care, by: signer)
            return { _ = try verb.perform(in: $0) }
        }
    }

    private func act(
        _ request: Request, _ context: StaffContext, done: String,
        _ prepare: (Form, String, Int, Signer) throws -> @Sendable (Change) throws -> Void
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        let episode = try context.part("episode")
        do {
            let version = form["version"].flatMap { Int($0) } ?? 0
            let step = try prepare(form, episode, version, try Signer(caller))
            try await services.records.write(as: caller, at: services.now(), step)
            return .seeOther("/people/\(person)/graduate?episode=\(episode)&done=\(done)")
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, typed: form, notice: .wrong(refusal.reason), status: .conflict)
        } catch RecordsFailure.stale {
            return try await page(
                context, typed: form,
                notice: .wrong("Someone saved in between. This is how it stands now; what you typed is still here."),
                status: .conflict)
        }
    }

    // MARK: The page

    private func page(
        _ context: StaffContext, episode: String? = nil, typed: Form, problems: FormProblems? = nil,
        notice: PageFrame.Notice? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let person = try context.part("id")
        let services = services
        // Closing and reopening name the enrolment in the path, links to the page behind the question mark.
        let chosen = context.parameters.get("episode") ?? episode
        let record = try await services.records.read(
            as: try context.caller(), at: services.now(), for: "graduate page"
        ) { reader in try Self.read(person, chosen, services, reader) }
        return try services.pages.response(
            model(
                record, person, typed, problems, PageFrame("Graduate", context, notice: notice, problems: problems)),
            "graduate", status: status)
    }

    private static func read(
        _ person: String, _ chosen: String?, _ services: Services, _ reader: Reader
    ) throws -> Record {
        let now = services.now()
        let record = try reader.person(
            person, KnownFacts.reads(services.care).union(PatientBanner.reads).union(["DocumentReference"]))
        let enrollments = Enrollment.all(record)
        let shown = enrollments.filter { $0.isOpen || $0.status == .finished }
        let enrollment = shown.first { $0.id == chosen } ?? shown.last(where: \.isOpen) ?? shown.last
        let program = enrollment.flatMap { services.care.programs[$0.program, on: FHIRDate.day(now)] }
        return Record(
            banner: PatientBanner(record, now: now, zone: services.zone), enrollment: enrollment,
            others: shown.filter { $0.id != enrollment?.id }.map { other in
                (other.id, services.care.programs[other.program]?.title ?? other.program, other.isOpen)
            }, program: program,
            readiness: program.map { Readiness(record, program: $0, care: services.care, at: now) },
            tasks: FinishTasks.open(record),
            summary: enrollment.flatMap {
                $0.status == .finished ? ClosingSummary.find(of: $0.id, in: record) : nil
            },
            isDeceased: record.patient.map { KnownFacts.isDeceased($0.root) } ?? false)
    }

    private func model(
        _ record: Record, _ person: String, _ typed: Form, _ problems: FormProblems?, _ frame: PageFrame
    ) -> Model {
        let path = "/people/\(person)/graduate"
        let count = record.readiness?.count
        let isReady = record.readiness?.verdict == .met
        let closed = record.enrollment?.status == .finished
        return Model(
            page: frame, banner: record.banner,
            verdict: count.map { "\($0.met) of \($0.of) met" } ?? "not enrolled",
            verdictTone: isReady ? "good" : "soon", criteria: lines(record),
            openItems: record.tasks.map { Model.Open(text: $0.title, href: "/tasks/\($0.id)") },
            others: record.others.map { other in
                Model.Open(text: other.title + (other.isOpen ? "" : ", closed"), href: "\(path)?episode=\(other.id)")
            },
            summary: record.summary.map { summary in
                Model.Summary(
                    when: summary.at.map { Words.day($0, now: services.now(), zone: services.zone) }
                        ?? "day not recorded",
                    reason: Self.short(record.enrollment, services), text: summary.text, href: path)
            },
            form: record.enrollment.flatMap { $0.isOpen ? closeForm($0, record, path, typed, problems) : nil },
            reopen: record.enrollment.flatMap { enrollment in
                closed && !record.isDeceased
                    ? FormModel(
                        "\(path)/reopen/\(enrollment.id)", submit: "Reopen", version: enrollment.version,
                        fields: [
                            .area("why", "Why it opens again", value: typed["why"], rows: 2)
                        ].faulted(problems)) : nil
            },
            history: history(record))
    }

    private static func short(_ enrollment: Enrollment?, _ services: Services) -> String {
        services.care.programs.reasons.closingReasons.first { $0.code == enrollment?.reasonCode }?.words
            ?? "Closed"
    }

    private func lines(_ record: Record) -> [Model.Line] {
        (record.readiness?.lines ?? []).map { line in
            let when = line.evidence?.at.map { ", \(Words.day($0, now: services.now(), zone: services.zone))" } ?? ""
            let (state, tone) =
                switch line.verdict {
                case .met: ("met", "good")
                case .notMet: (line.oneOf == nil ? "not yet" : "one of these is enough", "soon")
                case .unknown: ("not known", "note")
                }
            return Model.Line(
                text: line.words, met: line.verdict == .met, state: state, tone: tone,
                evidence: (line.evidence?.text ?? "Nothing on file") + when)
        }
    }

    private func closeForm(
        _ enrollment: Enrollment, _ record: Record, _ path: String, _ typed: Form, _ problems: FormProblems?
    ) -> FormModel {
        let reasons = services.care.programs.reasons.closingReasons
        var fields = [
            Field.radios("reason", "Why does it close?", reasons.map { ($0.code, $0.words) }, chosen: typed["reason"])
                .with { field in
                    field.options = field.options.map { option in
                        var option = option
                        option.more = reasons.first { $0.code == option.value }?.asks
                        return option
                    }
                },
            Field.area("words", "In words: why, who takes over, what they were told", value: typed["words"], rows: 3)
                .with { $0.optional = true },
            Field.area(
                "self-management", "What the person does alone, and whom to call", value: typed["self-management"],
                rows: 3
            ).with { $0.optional = true },
            Field.line("died", "Day of death", value: typed["died"], type: "date").with {
                $0.optional = true
                $0.short = true
                $0.hint = "Only when the person has died. Everything that is scheduled stops at once."
            },
        ]
        let tasks = record.tasks.filter { !$0.hasOwnEnd }
        if !tasks.isEmpty {
            fields.append(
                Field.checks("keep", "Keep these open", tasks.map { ($0.id, $0.title) }, chosen: typed.all("keep")).with
                {
                    $0.optional = true
                    $0.hint = "What is not ticked is cancelled. Safety items always stay."
                })
        }
        return FormModel(
            "\(path)/close/\(enrollment.id)", submit: "Close \(record.program?.title ?? "")",
            version: enrollment.version,
            fields: fields.faulted(problems), grave: true)
    }

    private func history(_ record: Record) -> [Model.Step] {
        (record.enrollment?.history ?? []).reversed().map { step in
            Model.Step(
                when: step.start.map { Words.dayTime($0, now: services.now(), zone: services.zone) }
                    ?? "time not recorded",
                text: EngagePage.words(step.status) + (step.reason.map { ": \($0)" } ?? ""))
        }
    }
}
