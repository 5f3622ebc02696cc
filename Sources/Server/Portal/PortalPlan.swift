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
        var context = context
        if Form.query(of: request)["done"] == "sent" {
            context.notice = "We have it. You will read our answer here."
        }
        return try await page(context)
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
        _ context: StaffContext, _ typed: Form = Form([]), _ problems: FormProblems? = nil
    ) async throws -> Response {
        guard let person = try PortalPerson.of(context) else {
            throw AccountFailure.forbidden
        }
        let (now, zone) = (services.now(), services.zone)
        let record = try await services.records.read(as: person.caller, at: now, for: "portal plan") { reader in
            try reader.person(person.id, PlanPicture.reads.union(["Provenance"]))
        }
        let picture = PlanPicture(record)
        let mayRead =
            services.records.policy.inForce(at: now).reach(of: person.caller, for: .read, on: "CarePlan") != .nobody
        let form = FormModel(
            "/portal/plan", submit: "Send it to my care team",
            fields: [
                Field.radios(
                    "kind", "What is it?", PlanProposal.Kind.allCases.map { ($0.rawValue, $0.words) },
                    chosen: typed["kind"]),
                Field.select(
                    "about", "What is it about?",
                    [("", "The plan as a whole")] + picture.openGoals.map { ($0.resource.reference, $0.words) },
                    chosen: typed["about"]),
                Field.area("words", "In your own words", value: typed["words"], rows: 3),
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
        return try services.pages.response(
            Model(
                page: PageFrame(
                    person.isOwn ? "My plan" : "The plan", context, current: "/portal/plan", problems: problems),
                site: services.site, matters: picture.matters?.words,
                goals: picture.openGoals.map { goal in
                    Model.Goal(
                        words: goal.words, by: Words.date(goal.target?.due, now: now, zone: zone).map { "by \($0)" },
                        steps: PlanPrint.unique(goal.steps.filter(\.isOpen).compactMap(PlanPrint.plain)))
                },
                parts: PlanPart.allCases.filter(\.isForPaper).compactMap { part in
                    picture.parts[part].map { Model.Part(title: part.title, text: $0) }
                },
                seals: PlanSeal.all(record).prefix(4).map { seal in
                    "\(seal.kind == .signed ? "Signed" : "Agreed"): \(seal.who), \(Words.day(seal.at, now: now, zone: zone))"
                },
                proposals: PlanProposal.all(record).map { proposal in
                    Model.Proposal(
                        text: proposal.words,
                        who: "\(proposal.authorName), \(Words.day(proposal.at, now: now, zone: zone))",
                        state: proposal.state.words, tone: proposal.state == .open ? "note" : "good",
                        answer: proposal.answer)
                }, form: mayRead ? form : nil), "portal-plan", status: problems == nil ? .ok : .unprocessableContent)
    }
}

extension PlanProposal.State {
    /// As the person reads it.
    fileprivate var words: String {
        switch self {
        case .open: "We will answer"
        case .accepted: "Yes"
        case .changed: "Yes, with a change"
        case .declined: "Not now"
        }
    }
}
