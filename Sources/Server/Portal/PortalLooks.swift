import Access
import Care
import Foundation
import Hummingbird
import Records

/// Who has looked at my record, and why: the audit of one's own record in plain words, a day at a time.
struct PortalLooks: Sendable {
    let services: Services

    struct Model {
        struct Look {
            let time: String
            let who: String
            let role: String?
            let what: String
            let why: String?
        }

        struct Day {
            let day: String
            let looks: [Look]
        }

        let page: PageFrame
        let site: String
        let says: PortalLooksFrame
        let days: [Day]
        /// The address of what lies further back.
        let more: String?
        /// The address of the newest, on a later page.
        let first: String?
    }

    private static let onPage = 40

    func add(to routes: StaffRoutes) {
        routes.get("portal/looks", use: show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try PortalPerson.own(context)
        var ask = AuditAsk()
        ask.person = person.id
        ask.after = Form.query(of: request)["after"].flatMap(AuditAsk.Place.init)
        ask.limit = Self.onPage + 1
        try await services.records.sealAudit()
        let asked = ask
        let (lines, language) = try await services.records.read(
            as: person.caller, at: services.now(), for: "portal looks"
        ) {
            reader in
            let patient = try reader.get("Patient", person.id)
            return (try reader.audit(asked), PlanLanguage(code: Words.languageCode(of: patient.root)))
        }
        let shown = lines.prefix(Self.onPage)
        let next = lines.count > shown.count ? shown.last?.place.text : nil
        let says = PortalLooksFrame(language)
        return try services.pages.response(
            Model(
                page: PageFrame(says.title, context, current: "/portal/looks").spoken(language), site: services.site,
                says: says,
                days: days(Array(shown), own: person.caller.account, in: language),
                more: next.map { "/portal/looks?after=\($0)" }, first: ask.after == nil ? nil : "/portal/looks"),
            "portal-looks")
    }

    private func days(_ lines: [AuditLine], own: String, in language: PlanLanguage) -> [Model.Day] {
        let says = PortalLookWords(language)
        let written = PersonDays(language: language, now: services.now(), zone: services.zone)
        let sheet = PlanSheetWords(language)
        var days: [(day: String, looks: [Model.Look])] = []
        for line in lines {
            let day = Words.calendarDay(line.at, zone: services.zone)
            let title = written.weekday(day)
            let look = Model.Look(
                time: Words.time(line.at, zone: services.zone), who: says.who(line, own: own),
                role: line.account == own || line.roles.isEmpty
                    ? nil : line.roles.map(sheet.role).joined(separator: ", "),
                what: says.what(line), why: says.why(line, own: own))
            if days.last?.day == title {
                days[days.count - 1].looks.append(look)
            } else {
                days.append((title, [look]))
            }
        }
        return days.map { Model.Day(day: $0.day, looks: $0.looks) }
    }
}
