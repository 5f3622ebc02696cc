import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// The first page of the portal: the plan, medicines, what comes next, who helps, in plain words.
struct PortalHome: Sendable {
    let services: Services

    struct Model {
        struct Goal {
            let words: String
            let by: String?
            let steps: [String]
        }

        struct Plan {
            let matters: String?
            let goals: [Goal]
        }

        struct Medicine {
            let name: String
            let how: String
            let why: String?
        }

        struct Medicines {
            let lines: [Medicine]
            let allergies: String
            let intolerances: String?
        }

        struct Next {
            let when: String
            let what: String
        }

        struct Steps {
            let lines: [Next]
        }

        struct Conditions {
            let lines: [String]
        }

        struct Team {
            let members: [Member]
        }

        struct Member {
            let name: String
            let role: String
            let phone: String?
            let tel: String?

            /// What they do, in the words of a language.
            func said(_ words: PlanSheetWords) -> Member {
                Member(name: name, role: words.role(role), phone: phone, tel: tel)
            }
        }

        let page: PageFrame
        let site: String
        let says: PortalHomeFrame
        let isOwn: Bool
        /// Nothing is shared any more.
        let ended: Bool
        /// Whose record somebody else sees, and why.
        let lead: String?
        /// What a parent or guardian is not shown.
        let kept: String?
        let plan: Plan?
        let medicines: Medicines?
        let next: Steps?
        let conditions: Conditions?
        let team: Team?
        let crisis: Lines
    }

    /// Whom to call who cannot wait.
    struct Lines {
        let line: String
        let emergency: String
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal", use: show)
    }

    private static let reads = PlanPicture.reads.union(["AllergyIntolerance", "Appointment", "List"])

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let crisis = self.crisis
        let ages = services.records.policy.ages
        guard let person = try PortalPerson.of(context) else {
            let language = DoorLanguage(request, path: "/portal").language
            return try services.pages.response(
                Model(
                    page: PageFrame(
                        language.say("Nothing is shared with you", "No se comparte nada con usted"), context
                    ).spoken(language), site: services.site,
                    says: PortalHomeFrame(language, majority: ages.majority), isOwn: false, ended: true, lead: nil,
                    kept: nil, plan: nil, medicines: nil,
                    next: nil, conditions: nil, team: nil, crisis: crisis),
                "portal-home")
        }
        let (now, zone) = (services.now(), services.zone)
        let seen = try await services.records.read(as: person.caller, at: now, for: "portal home") { reader in
            let summary = try PersonSummary.read(
                person.id, by: reader, with: Self.reads, month: now..<now + 1, now: now)
            return (summary, try PortalTeam(summary.team, by: reader).members)
        }
        let language = PlanLanguage(code: seen.0.record.patient.flatMap { Words.languageCode(of: $0.root) })
        let words = PortalHomeWords(
            summary: seen.0, plans: services.care.plans,
            days: PersonDays(language: language, now: now, zone: zone))
        let sheet = PlanSheetWords(language)
        let policy = services.records.policy.inForce(at: now)
        func opens(_ type: String) -> Bool {
            policy.reach(of: person.caller, for: .read, on: type) != .nobody
        }
        let name = words.name
        return try services.pages.response(
            Model(
                page: PageFrame(
                    person.isOwn
                        ? language.say("Hello, \(name)", "Hola, \(name)")
                        : language.say("Care of \(name)", "Cuidado de \(name)"), context, current: "/portal"
                ).spoken(language),
                site: services.site, says: PortalHomeFrame(language, majority: ages.majority), isOwn: person.isOwn,
                ended: false, lead: Self.lead(person, name, language),
                kept: PortalKept(services, language).toParent(of: person.minor),
                plan: opens("CarePlan") ? words.plan : nil,
                medicines: opens("MedicationRequest") ? words.medicines : nil,
                next: opens("Appointment") ? Model.Steps(lines: words.next) : nil,
                conditions: opens("Condition") ? Model.Conditions(lines: words.conditions) : nil,
                team: opens("CareTeam") ? Model.Team(members: seen.1.map { $0.said(sheet) }) : nil, crisis: crisis),
            "portal-home")
    }

    private static func lead(_ person: PortalPerson, _ name: String, _ language: PlanLanguage) -> String? {
        switch person.minor {
        case .child:
            language.say(
                "You see this as a parent or guardian of \(name). Each time that you look is written down.",
                "Usted ve esto como madre, padre o tutor de \(name). Cada vez que mira queda escrito.")
        case .adolescent:
            language.say(
                "You see this as a parent or guardian of \(name). \(name) can see each time that you look.",
                "Usted ve esto como madre, padre o tutor de \(name). \(name) puede ver cada vez que usted mira.")
        case nil where person.isOwn: nil
        case nil:
            language.say(
                "You see what \(name) shares with you. \(name) can see each time that you look.",
                "Usted ve lo que \(name) comparte con usted. \(name) puede ver cada vez que usted mira.")
        }
    }

    private var crisis: Lines {
        Lines(line: services.care.plans.lines.crisis, emergency: services.care.plans.lines.emergency)
    }
}
