import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The pages beside the plan: team, signatures and copies, versions, conflicts, elements, proposals, protocols.
struct PlanBeside: Sendable {
    let services: Services

    /// What these pages read of a person.
    struct Seen: Sendable {
        let record: PersonRecord
        let picture: PlanPicture
        let versions: PlanHistory
        let history: AssessmentHistory
        let conflicts: SortedConflicts
        let guides: [PlanPack]

        /// The version that stands, by its moment.
        var version: Int64? { versions.moments.last }
    }

    private static let reads = PatientBanner.reads.union(FindConflicts.reads).union(CheckElements.reads)

    static func finder(_ services: Services) -> FindConflicts {
        let zone = services.zone
        return FindConflicts(services.care) { Words.calendarDay($0, zone: zone) }
    }

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/plan/team") { try await team($0, $1) }
        routes.post("people/:id/plan/team") { try await join($0, $1) }
        routes.post("people/:id/plan/team/leave") { try await leave($0, $1) }
        routes.get("people/:id/plan/copies") { try await copies($0, $1) }
        routes.post("people/:id/plan/sign") { try await sign($0, $1) }
        routes.post("people/:id/plan/agree") { try await agree($0, $1) }
        routes.post("people/:id/plan/copy") { try await give($0, $1) }
        routes.get("people/:id/plan/versions") { try await versions($0, $1) }
        routes.get("people/:id/plan/conflicts") { try await conflicts($0, $1) }
        routes.post("people/:id/plan/conflicts") { try await decide($0, $1) }
        routes.get("people/:id/plan/elements") { try await elements($0, $1) }
        routes.post("people/:id/plan/words") { try await write($0, $1) }
        routes.post("people/:id/plan/elements") { try await notNeeded($0, $1) }
        routes.get("people/:id/plan/proposals") { try await proposals($0, $1) }
        routes.post("people/:id/plan/proposals/:proposal") { try await answer($0, $1) }
        routes.get("people/:id/plan/protocols") { try await protocols($0, $1) }
        routes.post("people/:id/plan/protocols/:group") { try await migrate($0, $1) }
        routes.get("people/:id/plan/protocols/:group/choices") { try await alternatives($0, $1) }
        routes.post("people/:id/plan/protocols/:group/choices") { try await choose($0, $1) }
    }

    func look(_ context: StaffContext) async throws -> Seen {
        let person = try context.part("id")
        let now = services.now()
        let care = services.care
        let finder = Self.finder(services)
        let day = SiteDay(zone: services.zone).today(now).text
        return try await services.records.read(as: try context.caller(), at: now, for: "plan page") { reader in
            let record = try reader.person(person, Self.reads)
            let names = try Medicine.names(of: record, by: reader)
            let picture = PlanPicture(record, names: names)
            return Seen(
                record: record, picture: picture, versions: try PlanHistory(of: person, by: reader),
                history: AssessmentHistory.of(record, library: care.instruments, now: now),
                conflicts: SortedConflicts(finder.all(record, names: names, at: now), record),
                guides: PackFit.onPlan(
                    picture, care.plans.effective(on: day), age: AssessedPerson(record.patient, now: now).age))
        }
    }

    func page(
        _ seen: Seen, _ title: String, _ context: StaffContext, _ sections: [PlanSections.Section],
        intro: String? = nil, problems: FormProblems? = nil
    ) throws -> Response {
        try services.pages.response(
            PlanSections(
                page: PageFrame(title, context, problems: problems),
                banner: PatientBanner(seen.record, now: services.now(), zone: services.zone, place: .plan),
                planHref: "/people/\(seen.record.id)/plan", trail: title, intro: intro,
                links: PlanSections.links(seen.record.id), sections: sections), "plan-sections",
            status: problems == nil ? .ok : .unprocessableContent)
    }

    func form(_ request: Request, _ context: StaffContext) async throws -> Form {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        return form
    }

    /// How a version is named: by the day and time of its last change.
    func name(_ version: Int64) -> String {
        "\(Words.day(Words.calendarDay(version, zone: services.zone), today: nil)), \(Words.time(version, zone: services.zone))"
    }

    func day(_ moment: Int64) -> String { Words.day(moment, now: services.now(), zone: services.zone) }

    static func noticed(_ request: Request, _ context: StaffContext) -> StaffContext {
        let notices = [
            "signed": "The plan is signed as it stands.", "agreed": "It is written down that they agreed.",
            "copy": "The copy is written down.",
            "decided": "Your decision is kept. It comes back when the facts change.",
            "words": "The words are saved.", "joined": "They are in the team.",
            "left": "They have left the team.",
            "merged": "Saved. Somebody else had changed other parts in between: both are kept.",
            "element": "Saved.", "answered": "Your answer is sent: they read it in the portal.",
            "protocol": "The plan follows the new version. The reason is kept.",
            "choice": "What was chosen is on the plan.",
        ]
        var context = context
        context.notice = Form.query(of: request)["done"].flatMap { notices[$0] } ?? context.notice
        return context
    }
}
