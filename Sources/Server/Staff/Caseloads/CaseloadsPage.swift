import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// What everybody carries, who is away, and how people move: `/caseloads`, for supervisors.
struct CaseloadsPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("caseloads", use: show)
        routes.get("caseloads/what-if", use: WhatIfPage(services: services).show)
        routes.post("caseloads/move", use: WhatIfPage(services: services).move)
        routes.post("caseloads/undo", use: undo)
        routes.post("caseloads/staff", use: describe)
        routes.post("absences", use: addAbsence)
        routes.post("absences/:absence/remove", use: removeAbsence)
    }

    struct Model {
        struct Desk {
            let name: String
            let href: String
            let load: String
            let loadTone: String
            let state: String
            let people: String
            let tiers: String
            let languages: String
            let place: String
            let away: String?
            let awayTone: String
            let covers: String?
        }

        struct Line {
            let id: String
            let name: String
            let href: String
            let about: String
            let points: String
        }

        struct Chosen {
            let title: String
            let note: String?
            let heads = ["Person", "Points"]
            let lines: [Line]
            let to: [Field]
            let who: String
        }

        struct Suggested {
            let text: String
            let factors: String
        }

        struct Waiting {
            let name: String
            let href: String
            let about: String
            let suggestions: [Suggested]
            let form: FormModel
        }

        struct Unowned {
            let count: String
            let lines: [Waiting]
        }

        struct Away {
            let who: String
            let cover: String
            let tone: String
            let from: String
            let to: String
            let action: String
            let version: String
        }

        struct Method {
            let title: String
            let text: String
        }

        let page: PageFrame
        let sub: String
        let undo: FormModel?
        let chart: ChartFigure
        let heads = ["Care manager", "Load", "People", "Speaks", "Here"]
        let desks: [Desk]
        let chosen: Chosen?
        let unowned: Unowned
        let absences: [Away]
        let absenceForm: FormModel
        let staffForm: FormModel
        let methods: [Method]
    }

    private static let notices = [
        "moved": "They have moved, with their open tasks.", "undone": "Taken back: all is as it was.",
        "undone-part": "Taken back, but for what was given on since: that stays where it is.",
        "described": "Written down.", "away": "The absence is written down.", "back": "The absence is taken off.",
    ]

    /// So many people without a care manager are shown with suggestions.
    private static let mostSuggested = 8

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        let notice = query["done"].flatMap { Self.notices[$0] }.map { PageFrame.Notice.good($0) }
        return try await page(context, asked: query, typed: Form([]), notice: notice)
    }

    @Sendable func undo(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, into: "undo") { form in
            let verb = UndoMove(move: form["move"] ?? "")
            return { try verb.perform(in: $0).left == 0 ? "undone" : "undone-part" }
        }
    }

    @Sendable func describe(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, into: "staff") { form in
            let verb = DescribeStaff(
                reference: form["who"] ?? "", version: form.version ?? 0, capacity: form["capacity"] ?? "",
                languages: form["languages"] ?? "", city: form["city"] ?? "")
            return {
                try verb.perform(in: $0)
                return "described"
            }
        }
    }

    @Sendable func addAbsence(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, into: "absence") { form in
            let verb = AddAbsence(
                who: form["away"], cover: form["cover"],
                from: try FormMoment.read(form, "from", hour: 0, zone: services.zone),
                until: try FormMoment.read(form, "until", hour: 24, zone: services.zone))
            return {
                try verb.perform(in: $0)
                return "away"
            }
        }
    }

    @Sendable func removeAbsence(_ request: Request, _ context: StaffContext) async throws -> Response {
        let absence = try context.part("absence")
        return try await act(request, context, into: nil) { form in
            let verb = EndAbsence(id: absence, version: form.version)
            return {
                try verb.perform(in: $0)
                return "back"
            }
        }
    }

    private func act(
        _ request: Request, _ context: StaffContext, into: String?,
        _ prepare: (Form) throws -> @Sendable (Change) throws -> String
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        do {
            let step = try prepare(form)
            let done = try await services.records.write(as: try context.caller(), at: services.now(), step)
            return .seeOther("/caseloads?done=\(done)")
        } catch let problems as FormProblems {
            return try await page(
                context, asked: into == "staff" ? form : Form([]), typed: form, into: into, problems: problems,
                status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(
                context, asked: Form([]), typed: form, into: into, notice: .wrong(refusal.reason), status: .conflict)
        } catch RecordsFailure.stale {
            return try await page(
                context, asked: into == "staff" ? form : Form([]), typed: form, into: into,
                notice: .wrong("Someone saved in between. This is how it stands now; what you typed is still here."),
                status: .conflict)
        }
    }

    private func page(
        _ context: StaffContext, asked: Form, typed: Form, into: String? = nil, problems: FormProblems? = nil,
        notice: PageFrame.Notice? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let caller = try context.caller()
        let now = services.now()
        let team = try await services.accounts.team(as: caller)
            .compactMap { account in account.practitioner.map { (reference: $0, name: account.name) } }
        let rules = services.care.assignment
        let who = asked["who"].flatMap { who in team.contains { $0.reference == who } ? who : nil }
        let read = try await services.records.read(
            as: caller, at: now, for: "caseloads page", asking: who.map(CaseloadsWords.account) ?? ""
        ) { reader in
            let staff = try StaffMember.read(team, by: reader, at: now)
            let picture = try CaseloadPicture.read(staff, rules, at: now, by: reader)
            let people = try who.map { try CarriedPerson.of($0, rules, by: reader) } ?? []
            let unowned = try CarriedPerson.of("", rules, by: reader)
            let suggested = try unowned.prefix(Self.mostSuggested).map { person in
                (
                    person,
                    SuggestManager.read(
                        try reader.person(person.person, SuggestManager.reads), program: person.programs.first,
                        picture, rules, at: now)
                )
            }
            let absences = try Absence.all(from: now, until: now + Absence.longest, by: reader)
            return CaseloadsWords.Read(
                picture: picture, chosen: who, people: people, suggested: suggested, absences: absences)
        }
        let words = CaseloadsWords(read: read, services: services, now: now)
        let forms = CaseloadsForms(read: read, typed: typed, into: into, problems: problems)
        return try services.pages.response(
            Model(
                page: PageFrame("Caseloads", context, current: "/caseloads", notice: notice, problems: problems),
                sub: words.summary, undo: asked["moved"].map(forms.undo), chart: words.chart, desks: words.desks,
                chosen: words.chosen, unowned: words.unowned, absences: words.absences, absenceForm: forms.absence,
                staffForm: forms.staff, methods: words.methods), "caseloads", status: status)
    }
}
