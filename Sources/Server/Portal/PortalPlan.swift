import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The plan in the portal: to read, to propose something for, and to read what the team answered. For the person, and for
/// whomever the person lets see the plan.
struct PortalPlan: Sendable {
    let services: Services

    struct Model {
        struct Goal {
            let words: String
            let by: String?
            let steps: [String]
        }

        struct Part {
            let title: String
            let text: String
        }

        struct Proposal {
            let text: String
            let who: String
            let state: String
            let tone: String
            let answer: String?
        }

        let page: PageFrame
        let site: String
        let says: PortalPlanWords
        let matters: String?
        let goals: [Goal]
        let parts: [Part]
        let seals: [String]
        let proposals: [Proposal]
        let form: FormModel?
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/plan", use: show)
        routes.post("portal/plan", use: propose)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, isSent: Form.query(of: request)["done"] == "sent")
    }

    @Sendable func propose(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        guard let person = try PortalPerson.of(context) else {
            throw AccountFailure.forbidden
        }
        let verb = ProposeChange(person: person.id, kind: form["kind"], about: form["about"], words: form["words"])
        do {
            try await services.records.write(as: person.caller, at: services.now()) { _ = try verb.perform(in: $0) }
        } catch let problems as FormProblems {
            return try await page(context, form, problems)
        }
        return .seeOther("/portal/plan?done=sent")
    }

    private func page(
        _ context: StaffContext, _ typed: Form = Form([]), _ problems: FormProblems? = nil, isSent: Bool = false
    ) async throws -> Response {
        guard let person = try PortalPerson.of(context) else {
            throw AccountFailure.forbidden
        }
        let (now, zone, plans) = (services.now(), services.zone, services.care.plans)
        let record = try await services.records.read(as: person.caller, at: now, for: "portal plan") { reader in
            try reader.person(person.id, PlanPicture.reads.union(["Patient", "Provenance"]))
        }
        let picture = PlanPicture(record)
        let mayRead =
            services.records.policy.inForce(at: now).reach(of: person.caller, for: .read, on: "CarePlan") != .nobody
        let says = PortalPlanWords(PlanLanguage(code: record.patient.flatMap { Words.languageCode(of: $0.root) }))
        let problems = problems.map { FormProblems($0.all.map { .init($0.field, says.problem($0)) }) }
        var context = context
        if isSent { context.notice = says.sent }
        let frame = PageFrame(
            person.isOwn ? says.title : says.titleOfOther, context, current: "/portal/plan", problems: problems)
        let form = FormModel(
            "/portal/plan", submit: says.send,
            fields: [
                Field.radios(
                    "kind", says.what, PlanProposal.Kind.allCases.map { ($0.rawValue, says.kind($0)) },
                    chosen: typed["kind"]),
                Field.select(
                    "about", says.about,
                    [("", says.whole)] + picture.openGoals.map { ($0.resource.reference, $0.words) },
                    chosen: typed["about"]),
                Field.area("words", says.words, value: typed["words"], rows: 3),
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
        return try services.pages.response(
            Model(
                page: frame.spoken(says.language), site: services.site, says: says, matters: picture.matters?.words,
                goals: picture.openGoals.map { goal in
                    Model.Goal(
                        words: plans.said(goal.words, in: says.language) ?? goal.words,
                        by: goal.target?.due.flatMap { CalendarDay($0) }.map(says.by),
                        steps: PlanPrint.plain(goal.steps, plans, says.language))
                },
                parts: PlanPart.allCases.filter(\.isForPaper).compactMap { part in
                    picture.parts[part].map { Model.Part(title: says.part(part), text: $0) }
                },
                seals: PlanSeal.all(record).prefix(4).map { seal in
                    "\(seal.kind == .signed ? says.signed : says.agreed): \(seal.who), \(says.day(Words.calendarDay(seal.at, zone: zone)))"
                },
                proposals: PlanProposal.all(record).map { proposal in
                    Model.Proposal(
                        text: proposal.words,
                        who: "\(proposal.authorName), \(says.day(Words.calendarDay(proposal.at, zone: zone)))",
                        state: says.state(proposal.state), tone: proposal.state == .open ? "note" : "good",
                        answer: proposal.answer)
                }, form: mayRead ? form : nil), "portal-plan", status: problems == nil ? .ok : .unprocessableContent)
    }
}
