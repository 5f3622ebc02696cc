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
        let lines = try await services.records.read(as: person.caller, at: services.now(), for: "portal looks") {
            reader in
            _ = try reader.get("Patient", person.id)
            return try reader.audit(asked)
        }
        let shown = lines.prefix(Self.onPage)
        let next = lines.count > shown.count ? shown.last?.place.text : nil
        return try services.pages.response(
            Model(
                page: PageFrame("Who has looked at my record", context, current: "/portal/looks"), site: services.site,
                days: days(Array(shown), own: person.caller.account),
                more: next.map { "/portal/looks?after=\($0)" }, first: ask.after == nil ? nil : "/portal/looks"),
            "portal-looks")
    }

    private func days(_ lines: [AuditLine], own: String) -> [Model.Day] {
        var days: [(day: String, looks: [Model.Look])] = []
        for line in lines {
            let day = Words.calendarDay(line.at, zone: services.zone)
            let title = Words.weekday(day, today: nil)
            let look = Model.Look(
                time: Words.time(line.at, zone: services.zone), who: PortalLookWords.who(line, own: own),
                role: line.account == own || line.roles.isEmpty ? nil : line.roles.joined(separator: ", "),
                what: PortalLookWords.what(line), why: PortalLookWords.why(line, own: own))
            if days.last?.day == title {
                days[days.count - 1].looks.append(look)
            } else {
                days.append((title, [look]))
            }
        }
        return days.map { Model.Day(day: $0.day, looks: $0.looks) }
    }
}
