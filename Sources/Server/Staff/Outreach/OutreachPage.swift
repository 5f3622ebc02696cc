import Access
import Care
import Foundation
import Hummingbird
import Records

/// Whom to reach next, how and when: `/outreach`.
struct OutreachPage: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let pressing: String
            let name: String
            let href: String
            let about: String
            let tag: String?
            let tagTone: String
            let title: String
            let titleHref: String
            let reasons: [String]
            let times: [String]
            let last: [String]
            let action: String
            let actionHref: String
        }

        struct Known {
            let title: String
            let text: String
        }

        let page: PageFrame
        let sub: String
        let filters: [Field]
        let summary: String
        let order: String
        let rows: [Row]
        let known: [Known]
    }

    func add(to routes: StaffRoutes) {
        routes.get("outreach", use: show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let caller = try context.caller()
        let query = Form.query(of: request)
        let me = caller.practitioner ?? ""
        let chosen = query["owner"] ?? "me"
        let owner: OutreachQueue.Owner =
            switch chosen {
            case "anyone": .anyone
            case "nobody": .nobody
            case "me": .one(me)
            default: .one(chosen.hasPrefix("Practitioner/") ? chosen : "")
            }
        let now = services.now()
        let staff = try await StaffNames.read(services, caller)
        let (care, zone) = (services.care, services.zone)
        let queue = try await services.records.read(
            as: caller, at: now, for: "outreach page", asking: chosen.split(separator: "/").last.map(String.init) ?? ""
        ) { reader in
            try OutreachQueue.read(owner, care.outreach, policy: care.consents, zone: zone, at: now, by: reader)
        }
        let words = OutreachWords(services: services, staff: staff, now: now, model: queue.model)
        let waiting =
            queue.count > OutreachQueue.mostRanked
            ? "More than \(OutreachQueue.mostRanked) wait; those due first are ordered"
            : Words.count(queue.count, "person waits", "people wait")
        let shown = queue.rows.count < queue.count ? "The first \(queue.rows.count)" : "All of them"
        return try services.pages.response(
            Model(
                page: PageFrame("Outreach", context, current: "/outreach"), sub: waiting,
                filters: [
                    .select(
                        "owner", "Whose",
                        [("me", "Mine"), ("nobody", "Nobody's"), ("anyone", "Everyone's")]
                            + staff.choices.filter { $0.0 != me }, chosen: chosen)
                ],
                summary: queue.rows.isEmpty ? "Nobody waits" : shown,
                order: "Those for whom now is a time come first, then by points", rows: queue.rows.map(words.row),
                known: words.known), "outreach")
    }
}
