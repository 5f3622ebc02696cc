import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Reaching someone, asking for consent, enrolling, or accepting a no.
struct EngagePage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/engage", use: show)
        routes.post("people/:id/engage/attempt", use: attempt)
        routes.post("people/:id/engage/consent", use: consent)
        routes.post("people/:id/engage/channels", use: channels)
        routes.post("people/:id/engage/consents/:consent/end", use: endConsent)
        routes.post("people/:id/engage/enrol", use: enroll)
        routes.post("people/:id/engage/decline", use: decline)
        routes.post("people/:id/engage/pause/:episode", use: pause)
        routes.post("people/:id/engage/resume/:episode", use: resume)
    }

    struct Model {
        struct Line {
            let text: String
            /// The page that says why, criterion by criterion.
            let href: String?
        }

        struct Tried {
            let when: String
            let text: String
            let outcome: String
            let tone: String
            let by: String
        }

        struct Room {
            let name: String
            let text: String
            let tone: String
            let detail: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let best: String
        let why: [Line]
        let attempts: [Tried]
        let consents: [ConsentLines.Agreed]
        let asked: [ConsentLines.Asked]
        let ways: [ReachWords.Line]
        let forms: [EngageForms.Titled]
        let capacity: [Room]
        let gates: [ConsentLines.Gate]
        let script: ScriptWords.Model?
    }

    /// What the last action did, by the code in the address.
    private static let notices = [
        "talk": "Saved. You reached them: go on with the consent.",
        "try-again": "Saved. A task says when to try again.",
        "call-back": "Saved. A task says when to call back.",
        "find-number": "Saved. A task asks to find another number.",
        "wait": "Saved. A task comes back when they asked for it.",
        "interpreter": "Saved. A task asks to call again with an interpreter.",
        "decline": "Saved. Write down below why they said no.",
        "transition": "Saved. A task watches for the discharge.",
        "confirm-death": "Saved. A task asks to confirm the death.",
        "decide": "Saved. All attempts are used up: decide whether to go on.",
        "consent": "The consent is on file.", "consent-no": "The no is on file. It holds at once.",
        "channels": "The answers are on file. They hold at once.",
        "consent-ended": "The consent was taken back. It stays on file as it was.",
        "enrolled": "Enrolled. The first contact is on the care manager's list.",
        "waits": "On the waiting list.",
        "declined": "The no is on file, with its reason.",
        "paused": "Paused. A task asks when to look again.",
        "resumed": "The enrolment goes on.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        let done = query["done"]
        // From the queue one comes with the way that the step asks for.
        let into = done == "decline" ? "decline" : query["channel"] == nil ? nil : "attempt"
        return try await page(
            context, typed: done == nil ? query : Form([]), into: into,
            notice: done.flatMap { Self.notices[$0] }.map { PageFrame.Notice.good($0) })
    }

    // MARK: What can be done

    @Sendable func attempt(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, into: "attempt") { form, person, caller in
            guard let code = form["outcome"],
                let outcome = services.care.programs.reasons.outreachOutcomes.first(where: { $0.code == code })
            else {
                throw FormProblems("outcome", "Choose how it ended.")
            }
            let callBack = try FormMoment.read(form, "call-back", time: "call-back-time", hour: 9, zone: services.zone)
            let verb = RecordAttempt(
                person: person, outcome: outcome,
                channel: form["channel"].flatMap(RecordAttempt.Channel.init) ?? .phone, note: form["note"],
                callBack: callBack, number: form["number"], saidHealth: form["said-health"] != nil,
                despite: form["despite"],
                limits: Self.limits(services.care), policy: services.care.consents,
                outreach: services.care.outreach, by: caller.practitioner)
            return { try verb.perform(in: $0).next.rawValue }
        }
    }

    /// A programme that is in force.
    private static func program(_ id: String, _ services: Services) -> Program? {
        services.care.programs.effective(on: SiteDay(zone: services.zone).today(services.now()).text)
            .first { $0.id == id }
    }

    /// The most patient of the programmes says how often someone is tried.
    static func limits(_ care: CareContent) -> RecordAttempt.Limits {
        RecordAttempt.Limits(
            attempts: care.programs.programs.map(\.outreachAttempts).max() ?? 4,
            overDays: care.programs.programs.map(\.outreachOverDays).max() ?? 30)
    }

    @Sendable func enroll(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, into: "enrol") { form, person, caller in
            guard let program = form["program"].flatMap({ Self.program($0, services) }) else {
                throw FormProblems("program", "Choose a programme.")
            }
            let verb = EnrollPatient(
                person: person, program: program, careManager: form["care-manager"], why: form["why"],
                waits: form["waits"] != nil, care: services.care, by: caller.practitioner)
            return {
                try verb.perform(in: $0)
                return verb.waits ? "waits" : "enrolled"
            }
        }
    }

    @Sendable func decline(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, into: "decline") { form, person, caller in
            guard let program = form["decline-program"].flatMap({ Self.program($0, services) }) else {
                throw FormProblems("decline-program", "Choose a programme.")
            }
            guard let code = form["decline-reason"],
                let reason = services.care.programs.reasons.declineReasons.first(where: { $0.code == code })
            else {
                throw FormProblems("decline-reason", "Choose a reason.")
            }
            let verb = DeclineProgram(
                person: person, program: program, reason: reason, words: form["words"], by: caller.practitioner)
            return {
                try verb.perform(in: $0)
                return "declined"
            }
        }
    }

    @Sendable func pause(_ request: Request, _ context: StaffContext) async throws -> Response {
        let episode = try context.part("episode")
        return try await act(request, context, into: "pause-0") { form, _, _ in
            let verb = PauseEnrollment(
                enrollment: episode, version: form["version"].flatMap { Int($0) } ?? 0, reason: form["reason"] ?? "",
                until: try FormMoment.read(form, "until", hour: 9, zone: services.zone))
            return {
                try verb.perform(in: $0)
                return "paused"
            }
        }
    }

    @Sendable func resume(_ request: Request, _ context: StaffContext) async throws -> Response {
        let episode = try context.part("episode")
        return try await act(request, context, into: nil) { form, _, _ in
            let verb = ResumeEnrollment(enrollment: episode, version: form["version"].flatMap { Int($0) } ?? 0)
            return {
                try verb.perform(in: $0)
                return "resumed"
            }
        }
    }

    /// Reads the form, does the step, and shows the page again: with what it did, or with what is the matter.
    func act(
        _ request: Request, _ context: StaffContext, into: String?,
        _ prepare: (Form, String, Caller) throws -> @Sendable (Change) throws -> String
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        do {
            let step = try prepare(form, person, caller)
            let done = try await services.records.write(as: caller, at: services.now(), step)
            return .seeOther("/people/\(person)/engage?done=\(done)")
        } catch let problems as FormProblems {
            return try await page(
                context, typed: form, into: into, problems: await named(problems, into, context, person),
                status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, typed: form, into: into, notice: .wrong(refusal.reason), status: .conflict)
        } catch RecordsFailure.stale {
            return try await page(
                context, typed: form, into: into,
                notice: .wrong("Someone saved in between. This is how it stands now; what you typed is still here."),
                status: .conflict)
        }
    }

    /// Fields of which there are several on the page have their place in their id.
    private func named(
        _ problems: FormProblems, _ into: String?, _ context: StaffContext, _ person: String
    ) async -> FormProblems {
        into == "pause-0" ? problems.renamed { "\($0)-0" } : problems
    }

    // MARK: The page

    private func page(
        _ context: StaffContext, typed: Form, into: String?, problems: FormProblems? = nil,
        notice: PageFrame.Notice? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let person = try context.part("id")
        let caller = try context.caller()
        let managers = try await services.accounts.team(as: caller)
            .compactMap { account in account.practitioner.map { (reference: $0, name: account.name) } }
        let record = try await services.records.read(as: caller, at: services.now(), for: "engage page") { reader in
            try EngageRecord.read(person, managers: managers, services: services, by: reader)
        }
        let channel =
            (into == "attempt" ? typed["channel"].flatMap(RecordAttempt.Channel.init) : nil)
            ?? services.care.outreach.channel(of: record.running) ?? .phone
        return try services.pages.response(
            model(
                record, "/people/\(person)/engage",
                PageFrame("Reach and enrol", context, notice: notice, problems: problems),
                typed: typed, into: into, problems: problems,
                script: record.isBeingReached ? ScriptWords.model(record, by: channel, caller, services) : nil),
            "engage", status: status)
    }

    private func model(
        _ record: EngageRecord, _ path: String, _ frame: PageFrame, typed: Form, into: String?, problems: FormProblems?,
        script: ScriptWords.Model?
    ) -> Model {
        let now = services.now()
        let lines = ConsentLines(record: record, path: path, services: services)
        let forms = EngageForms(
            record: record, path: path, reasons: services.care.programs.reasons, policy: services.care.consents,
            typed: typed, into: into, problems: problems
        ) { id in record.ledger.entries.contains { $0.id == id && $0.holds(at: now) } }
        return Model(
            page: frame, banner: record.banner, best: best(record), why: why(record),
            attempts: record.attempts.map { attempt in
                let outcome = services.care.programs.reasons.outreachOutcomes.first { $0.code == attempt.outcome }
                return Model.Tried(
                    when: attempt.at.map { Words.dayTime($0, now: now, zone: services.zone) } ?? "time not recorded",
                    text: (attempt.note ?? (attempt.reached ? "Spoken with" : "Not reached"))
                        + (attempt.despite.map { ". Against what was agreed: \($0)" } ?? ""),
                    outcome: outcome?.words ?? attempt.outcome, tone: attempt.reached ? "good" : "soon",
                    by: attempt.by.flatMap { record.names[$0] } ?? "someone")
            },
            consents: lines.agreed, asked: lines.asked,
            ways: ReachWords(record.messaging, services.care.consents).lines,
            forms: forms.all(),
            capacity: record.suggestions.map { one in
                Model.Room(
                    name: one.desk.staff.name,
                    text: one.hindrance ?? "\(SuggestManager.number(one.points)) points",
                    tone: one.hindrance == nil ? "good" : "now", detail: CaseloadsWords.factors(one))
            }, gates: lines.gates, script: script)
    }

    private func best(_ record: EngageRecord) -> String {
        let wanted = ["Phone", "Safe contact", "Speaks"]
        let parts = wanted.compactMap { label in
            record.banner.pairs.first { $0.label == label }.map { "\($0.label): \($0.text)" }
        }
        return parts.joined(separator: ". ") + "."
    }

    private func why(_ record: EngageRecord) -> [Model.Line] {
        var lines = record.enrollments.map { enrollment in
            let title =
                record.entries.first { $0.program.id == enrollment.program }?.program.title ?? enrollment.program
            let since = enrollment.history.last?.start ?? enrollment.start
            let when = since.map { " since \(Words.day($0, now: services.now(), zone: services.zone))" } ?? ""
            let reason = enrollment.reason.map { ": \($0)" } ?? ""
            return Model.Line(text: "\(title): \(Self.words(enrollment.status))\(when)\(reason)", href: nil)
        }
        for entry in record.entries {
            let state =
                switch entry.readiness.verdict {
                case .met: "entry criteria met"
                case .notMet: "entry criteria not met"
                case .unknown: "not enough is known"
                }
            let telling = entry.readiness.lines.filter { $0.verdict == entry.readiness.verdict }
            let facts = telling.map { line in
                line.words + (line.evidence.map { " (\($0.text))" } ?? "")
            }
            lines.append(
                Model.Line(
                    text: "\(entry.program.title), \(state)"
                        + (facts.isEmpty ? "" : ": " + facts.joined(separator: "; ")),
                    href: "\(record.banner.href)/programs/\(entry.program.id)"))
        }
        return lines
    }

    static func words(_ status: Enrollment.Status) -> String {
        switch status {
        case .planned: "offered"
        case .waitlist: "waiting"
        case .active: "enrolled"
        case .onhold: "paused"
        case .finished: "closed"
        case .cancelled: "declined"
        }
    }
}
