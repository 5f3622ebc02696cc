import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// What the forms of a task do.
extension TaskPage {
    @Sendable func take(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, .take, then: "/?done=taken") { form, id, change in
            try TakeTask(id: id, version: form.version).perform(in: change)
        }
    }

    @Sendable func complete(_ request: Request, _ context: StaffContext) async throws -> Response {
        let days = SiteDay(zone: services.zone).days(services.now())
        return try await act(request, context, .complete, then: "/?done=closed") { form, id, change in
            try CompleteTask(
                id: id, version: form.version, outcome: form["outcome"].flatMap(TaskOutcome.init),
                note: form["outcome-note"], days: days
            ).perform(in: change)
        }
    }

    @Sendable func acknowledge(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, .acknowledge, then: "/?done=acknowledged") { form, id, change in
            try AcknowledgeSafety(
                id: id, version: form.version, outcome: form["safety-outcome"].flatMap(SafetyOutcome.init),
                note: form["safety-note"]
            ).perform(in: change)
        }
    }

    @Sendable func amend(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, .amend, then: "/?done=answered") { form, id, change in
            try AnswerAmendment(
                task: id, version: form.version, isAccepted: form["decision"].map { $0 == "accept" },
                ground: form["ground"].flatMap(DenialGround.init), words: form["answer"]
            ).perform(in: change)
        }
    }

    @Sendable func answer(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, .answer, then: "/?done=told") { form, id, change in
            try AnswerMedicine(
                id: id, version: form.version, decision: form["medicine-answer"], takes: form["medicine-takes"],
                words: form["medicine-words"]
            ).perform(in: change)
        }
    }

    @Sendable func reassign(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, .reassign, then: "?done=given") { form, id, change in
            try ReassignTask(id: id, version: form.version, owner: form["owner"], reason: form["owner-reason"])
                .perform(in: change)
        }
    }

    @Sendable func pause(_ request: Request, _ context: StaffContext) async throws -> Response {
        let zone = services.zone
        return try await act(request, context, .pause, then: "/?done=paused") { form, id, change in
            try PauseTask(
                id: id, version: form.version, until: LocalTime.moment(form["until"], zone: zone),
                reason: form["pause-reason"]
            ).perform(in: change)
        }
    }

    @Sendable func resume(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, .resume, then: "?done=resumed") { form, id, change in
            try ResumeTask(id: id, version: form.version).perform(in: change)
        }
    }

    /// Runs a verb, then goes to a place; what begins with `?` is on the page of the task. Problems show the page again
    /// with what was typed; someone who saved in between is shown beside it.
    private func act(
        _ request: Request, _ context: StaffContext, _ kind: TaskForms.Kind, then place: String,
        _ verb: @escaping @Sendable (Form, String, Change) throws -> Resource
    ) async throws -> Response {
        let id = try context.part("id")
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        do {
            _ = try await services.records.write(as: try context.caller(), at: services.now()) { change in
                try verb(form, id, change)
            }
        } catch let problems as FormProblems {
            return try await page(context, form, problems)
        } catch RecordsFailure.stale(let current) {
            return try await conflict(context, form, kind, CareTask(current))
        }
        return .seeOther(place.hasPrefix("?") ? "/tasks/\(id)\(place)" : place)
    }

    private func conflict(
        _ context: StaffContext, _ typed: Form, _ kind: TaskForms.Kind, _ current: CareTask
    ) async throws -> Response {
        let caller = try context.caller()
        let now = services.now()
        let zone = services.zone
        let colleagues = try await services.accounts.colleagues(as: caller)
        let facts = try await services.records.read(as: caller, at: now, for: "task conflict") { reader in
            try TaskFacts(current, now: now, zone: zone, by: reader)
        }
        let forms = TaskForms(task: current, typed: typed, problems: nil, colleagues: colleagues, services: services)
        let form = forms.form(kind)
        var lines = facts.facts.prefix(3).map { (label: $0.label, theirs: $0.text, mine: "Not changed by you") }
        for field in form.fields {
            let chosen = field.options.first { $0.on }?.text ?? field.value ?? ""
            lines.append((label: field.label, theirs: "Not filled in", mine: chosen))
        }
        if let last = facts.history.first {
            lines.insert((label: "What they did", theirs: last.text, mine: "Not saved yet"), at: 0)
        }
        return try await ConflictPage.response(
            services, context, what: current.title, current: current.resource, lines: lines, form: form,
            theirsHref: "/tasks/\(current.id)")
    }
}

extension Form {
    /// The version that the form was made from. A form without one was not made by a page of ours: 0 fits nothing.
    var version: Int { self["version"].flatMap { Int($0) } ?? 0 }
}
