import Access
import Care
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// A contact from its first word: who is speaking, then the workspace of ``ContactWorkPage``.
struct ContactPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/contact", use: show)
        routes.post("people/:id/contact", use: start)
        routes.post("people/:id/contact/attempt", use: attempt)
        ContactWorkPage(services: services).add(to: routes)
        ClosedContactPage(services: services).add(to: routes)
    }

    struct Model {
        struct Line {
            let text: String
        }

        let page: PageFrame
        let name: String
        let href: String
        let number: String
        let phones: [ContactStart.Phone]
        let ways: [ReachWords.Line]
        let warnings: [Line]
        let script: String
        let scriptLanguage: String
        /// What may be left where nobody answers; nil where no message may be left.
        let message: String?
        let form: FormModel
        let attempt: FormModel
        let attemptOpen: Bool
        let parked: [ContactStart.Parked]
    }

    private static let notices = [
        "parked": "Parked. Its clock stands still, what was typed is kept.",
        "attempt": "The attempt is saved. A task says what comes next.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let done = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try await page(context, typed: Form([]), notice: done.map { .good($0) })
    }

    @Sendable func start(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        do {
            let who = form["speaker"]
            let caregiver = who?.hasPrefix("RelatedPerson/") == true ? who : nil
            let verb = StartContact(
                person: person, direction: form["direction"].flatMap(Contact.Direction.init),
                channel: form["channel"].flatMap(Contact.Channel.init) ?? .phone,
                speaker: caregiver == nil ? who.flatMap(Contact.Speaker.init) : .caregiver, caregiver: caregiver,
                identifiedBy: Set(form.all("identifiers").compactMap(Contact.Identifier.init)),
                interpreter: form["interpreter"], isConfidential: form[ConfidentialTick.name] != nil,
                by: try Signer(caller))
            let encounter = try await services.records.write(as: caller, at: services.now()) { change in
                try verb.perform(in: change)
            }
            return .seeOther("/people/\(person)/contact/\(encounter.id)")
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, typed: form, notice: .wrong(refusal.reason), status: .conflict)
        }
    }

    @Sendable func attempt(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        do {
            guard
                let outcome = services.care.programs.reasons.outreachOutcomes.first(where: {
                    $0.code == form["outcome"] && !$0.reached
                })
            else {
                throw FormProblems("outcome", "Choose how it ended.")
            }
            let verb = RecordAttempt(
                person: person, outcome: outcome, note: form["note"], number: form["number"],
                saidHealth: form["said-health"] != nil,
                despite: form["despite"], limits: EngagePage.limits(services.care), policy: services.care.consents,
                outreach: services.care.outreach, by: caller.practitioner)
            _ = try await services.records.write(as: caller, at: services.now()) { try verb.perform(in: $0).next }
            return .seeOther("/people/\(person)/contact?done=attempt")
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        }
    }

    private func page(
        _ context: StaffContext, typed: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let person = try context.part("id")
        let caller = try context.caller()
        let signer = try? Signer(caller)
        let start = try await services.records.read(as: caller, at: services.now(), for: "contact page") { reader in
            try ContactStart.read(person, signer: signer, as: caller, services: services, by: reader)
        }
        let path = "/people/\(person)/contact"
        return try services.pages.response(
            Model(
                page: PageFrame("Contact with \(start.name)", context, notice: notice, problems: problems),
                name: start.name, href: "/people/\(person)", number: start.number, phones: start.phones,
                ways: start.ways,
                warnings: start.warnings(now: services.now(), zone: services.zone).map(Model.Line.init),
                script: start.words(.opening, caller.name, services)
                    ?? "Hello, this is \(caller.name) from \(services.site). May I speak with \(start.name)?",
                scriptLanguage: start.language ?? "en",
                message: start.mayLeaveMessage ? start.words(.message, caller.name, services) : nil,
                form: form(start, path, typed, problems), attempt: attemptForm(start, path, typed, problems),
                attemptOpen: problems?.all.contains { ["outcome", "note", "number", "despite"].contains($0.field) }
                    ?? false,
                parked: start.parked),
            "contact-start", status: status)
    }

    private func form(_ start: ContactStart, _ path: String, _ typed: Form, _ problems: FormProblems?) -> FormModel {
        var speakers = [(Contact.Speaker.person.rawValue, start.name)]
        speakers += start.caregivers.map { ($0.reference, "\($0.name), caregiver with consent") }
        speakers.append((Contact.Speaker.other.rawValue, "Someone else: nothing about health is shown or said"))
        return FormModel(
            path, submit: "Begin the contact",
            fields: [
                Field.radios(
                    "direction", "Who called?", [("outgoing", "We called"), ("incoming", "They called")],
                    chosen: typed["direction"] ?? (typed.fields.isEmpty ? "outgoing" : nil)
                ).with { $0.across = true },
                .select(
                    "channel", "How", Contact.Channel.allCases.map { ($0.rawValue, $0.words) },
                    chosen: typed["channel"]),
                .radios("speaker", "Who is speaking?", speakers, chosen: typed["speaker"]),
                Field.checks(
                    "identifiers", "What did you compare?", Contact.Identifier.allCases.map { ($0.rawValue, $0.words) },
                    chosen: typed.all("identifiers")
                ).with { $0.hint = "Let them say it; do not read it out. Two must match." },
                Field.line("interpreter", "Interpreter: name or number", value: typed["interpreter"]).with {
                    $0.optional = true
                    $0.hint = "If family interprets, say who and why."
                },
            ].faulted(problems) + start.tick.fields(isOn: typed[ConfidentialTick.name] != nil))
    }

    private func attemptForm(
        _ start: ContactStart, _ path: String, _ typed: Form, _ problems: FormProblems?
    ) -> FormModel {
        let outcomes = services.care.programs.reasons.outreachOutcomes.filter { !$0.reached }
        return FormModel(
            "\(path)/attempt", submit: "Save the attempt",
            fields: ([
                .select(
                    "outcome", "How did it end?", [("", "Choose")] + outcomes.map { ($0.code, $0.words) },
                    chosen: typed["outcome"]),
                Field.area("note", "What happened", value: typed["note"], rows: 2).with { $0.optional = true },
            ] + EngageForms.number(start.numbers, typed["number"])
                + EngageForms.againstConsent(typed["said-health"], typed["despite"])).faulted(problems))
    }
}
