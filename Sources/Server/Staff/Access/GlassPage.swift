import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Breaking the glass for one person, and the review of it afterwards.
struct GlassPage: Sendable {
    let services: Services

    struct Model {
        struct Waiting {
            let who: String
            let when: String
            let reason: String
            let record: String
            let form: FormModel?
        }

        struct Done {
            let who: String
            let when: String
            let reason: String
            let conclusion: String
            let by: String
        }

        let page: PageFrame
        let waiting: [Waiting]
        let done: [Done]
    }

    struct Ask {
        let page: PageFrame
        let form: FormModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("glass", use: show)
        routes.post("glass/:id/review", use: review)
        routes.get("glass/break", use: ask)
        routes.post("glass/break", use: open)
    }

    // MARK: Breaking

    @Sendable func ask(_ request: Request, _ context: StaffContext) async throws -> Response {
        try asking(context, Form.query(of: request), nil)
    }

    @Sendable func open(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let caller = try context.caller()
        let now = services.now()
        do {
            // The same person at the keyboard as at sign-in.
            try await services.accounts.prove(
                caller.account, secret: form.all("password").first ?? "",
                from: ClientPlace.address(request, context, services), at: now)
            let person = try await person(form, caller)
            try await BrokenGlass(records: services.records).open(
                person, because: form["reason"] ?? "", as: caller, at: now)
            try await alert(person, caller, at: now)
            return .seeOther("/people/\(person)")
        } catch AccountFailure.wrongPassword {
            return try asking(
                context, form, FormProblems("password", "That is neither your password nor a code of your phone."))
        } catch AccountFailure.lockedUntil {
            return try asking(
                context, form, FormProblems("password", "Too many wrong passwords. Wait ten minutes and try again."))
        } catch GlassFailure.reasonMissing {
            return try asking(
                context, form,
                FormProblems("reason", "Say why it cannot wait, in \(BrokenGlass.shortestReason) letters or more."))
        } catch let problems as FormProblems {
            return try asking(context, form, problems)
        }
    }

    /// Whoever breaks the glass has somebody before them: number and birth date are known. Nobody browses this way.
    private func person(_ form: Form, _ caller: Caller) async throws -> String {
        let (number, born) = (form["number"] ?? "", form["born"] ?? "")
        let found = try await services.records.read(
            as: .system("break the glass"), at: services.now(), for: "break the glass"
        ) { reader in
            let byNumber = try reader.search(
                Query("Patient", [.token("identifier", system: nil, code: number)], limit: 20))
            let byID = try reader.find("Patient", number)
            return (byNumber + [byID].compactMap { $0 }).filter { $0.root.text("birthDate") == born }.map(\.id)
        }
        guard !born.isEmpty, let person = found.first, Set(found).count == 1 else {
            try await services.records.noteRefusal(of: caller, at: services.now(), for: "break the glass")
            throw FormProblems("number", "Nobody on file has this number and this birth date.")
        }
        return person
    }

    /// Somebody who reviews is told at once. The reason is on the page of the reviews, not in the task.
    private func alert(_ person: String, _ caller: Caller, at now: Int64) async throws {
        let policy = services.records.policy
        let reviewer = try await services.accounts.all(as: caller).first { account in
            !account.isEnded && account.id != caller.account && policy.permits(account.caller, .reviewAccess)
                && policy.permits(account.caller, .seePeople)
        }
        let owner = reviewer?.practitioner
        try await services.records.write(as: .system("break the glass"), at: now) { change in
            try OpenTask(
                .followUp, person: person, title: "Review a broken glass",
                why: "\(caller.name) opened this record without the usual right to it. See Broken glass.",
                owner: owner, due: now + 86_400_000, isUrgent: true
            ).perform(in: change)
        }
    }

    private func asking(_ context: StaffContext, _ typed: Form, _ problems: FormProblems?) throws -> Response {
        let form = FormModel(
            "/glass/break", submit: "Open this record for an hour",
            intro:
                "Only when somebody's health depends on it and it cannot wait. You see one person's record for 60 minutes. "
                + "A supervisor is told at once and will ask you about it. Notes of therapy stay closed.",
            fields: [
                Field.line("number", "Record number", value: typed["number"]).with { $0.required = true },
                Field.line("born", "Birth date", value: typed["born"], type: "date").with {
                    $0.required = true
                    $0.short = true
                },
                Field.area("reason", "Why can it not wait?", value: typed["reason"], rows: 3).with {
                    $0.required = true
                },
                Field.line("password", "Your password, or a code of your phone, once more", type: "password").with {
                    $0.required = true
                    $0.autocomplete = "current-password"
                },
            ].faulted(problems), grave: true, cancel: "/")
        return try services.pages.response(
            Ask(page: PageFrame("Break the glass", context, problems: problems), form: form), "glass-break",
            status: problems == nil ? .ok : .unprocessableContent)
    }

    // MARK: Reviewing

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        context.notice = Form.query(of: request)["done"] == nil ? nil : "The review is closed."
        return try await reviewing(context, nil, Form([]), nil)
    }

    @Sendable func review(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let id = try context.part("id")
        do {
            try await BrokenGlass(records: services.records).review(
                id, conclusion: form["conclusion"] ?? "", as: try context.caller(), at: services.now())
        } catch GlassFailure.conclusionMissing {
            return try await reviewing(
                context, id, form, FormProblems("conclusion", "Write what came of it before you close the review."))
        } catch GlassFailure.ownAccess {
            throw NotNow("Somebody else has to review what you opened yourself.")
        } catch GlassFailure.alreadyReviewed {
            throw NotNow("This review is closed already.")
        }
        return .seeOther("/glass?done=reviewed")
    }

    private func reviewing(
        _ context: StaffContext, _ into: String?, _ typed: Form, _ problems: FormProblems?
    ) async throws -> Response {
        let caller = try context.caller()
        let now = services.now()
        let all = try await BrokenGlass(records: services.records).all(as: caller)
        let accounts = try await services.accounts.all(as: caller)
        let names = Dictionary(accounts.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        func when(_ access: BrokenGlass.Access) -> String {
            Words.dayTime(access.since, now: now, zone: services.zone)
                + (access.until > now && access.reviewed == nil ? ", open now" : "")
        }
        let waiting = all.filter { $0.reviewed == nil }.map { access in
            let isTyped = access.id == into
            let form = FormModel(
                "/glass/\(access.id)/review", submit: "Close the review",
                fields: [
                    Field.area(
                        "conclusion", "What came of it?", value: isTyped ? typed["conclusion"] : nil, rows: 2
                    ).with {
                        $0.id = "conclusion-\(access.id)"
                        $0.required = true
                    }
                ].faulted(isTyped ? problems : nil))
            return Model.Waiting(
                who: names[access.account] ?? access.account, when: when(access), reason: access.reason,
                record: access.person, form: access.account == caller.account ? nil : form)
        }
        let done = all.filter { $0.reviewed != nil }.map { access in
            Model.Done(
                who: names[access.account] ?? access.account, when: when(access), reason: access.reason,
                conclusion: access.conclusion, by: access.reviewer.flatMap { names[$0] } ?? "")
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Broken glass", context, current: "/glass", problems: problems), waiting: waiting,
                done: done), "glass", status: problems == nil ? .ok : .unprocessableContent)
    }
}
