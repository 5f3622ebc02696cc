import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Referrals that came in: those that wait with their clock, and what became of the others.
struct ReferralsPage: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let href: String
            let who: String
            let about: String
            let from: String
            let came: String
            let due: String
            let dueTone: String
            let state: String
            let stateTone: String
        }

        let page: PageFrame
        let sub: String
        let rows: [Row]
        let decided: [Row]
        let open: String?
    }

    func add(to routes: StaffRoutes) {
        routes.get("referrals", use: show)
        ReferralPage(services: services).add(to: routes)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let caller = try context.caller()
        let now = services.now()
        let query = Form.query(of: request)
        if let id = query["task"] {
            // From a list of tasks: which referral it is about stands in the task.
            let task = try await services.records.read(as: caller, at: now, for: "referral task") {
                CareTask(try $0.get("Task", id))
            }
            guard let focus = task.focus, focus.hasPrefix("ServiceRequest/") else {
                throw RecordsFailure.notFound(type: "ServiceRequest", id: id)
            }
            return .seeOther("/referrals/" + focus.dropFirst("ServiceRequest/".count))
        }
        let (open, decided, names) = try await services.records.read(as: caller, at: now, for: "referrals") { reader in
            let open = try ReferralList.open(by: reader)
            let decided = try ReferralList.decided(by: reader)
            var names: [String: String] = [:]
            for person in Set((open + decided).compactMap(\.person)) {
                names[person] = try reader.find("Patient", person).map { Words.listName($0.root) }
            }
            return (open, decided, names)
        }
        let late = open.count { $0.due(services.care.referrals) < now }
        let done = query["done"].flatMap { Self.notices[$0] }
        return try services.pages.response(
            Model(
                page: PageFrame("Referrals", context, current: "/referrals", notice: done.map { .good($0) }),
                sub: Words.count(open.count, "referral waits", "referrals wait") + (late == 0 ? "" : ", \(late) late"),
                rows: open.map { row($0, names, now) }, decided: decided.map { row($0, names, now) },
                open: services.publicReferrals == nil ? nil : "/refer"),
            "referrals")
    }

    private static let notices = [
        "sent": "The referral is on the list of those who decide.",
        "accepted": "Accepted. A task asks to get in touch.", "declined": "Declined, with its reason.",
    ]

    private func row(_ referral: Referral, _ names: [String: String], _ now: Int64) -> Model.Row {
        let zone = services.zone
        let due = referral.due(services.care.referrals)
        let isOpen = referral.state == .received || referral.state == .matched
        let written = referral.written.map { Words.listName($0) }
        let state = ReferralWords.state(referral)
        return Model.Row(
            href: "/referrals/\(referral.id)",
            who: referral.person.flatMap { names[$0] } ?? written ?? "Somebody on file",
            about: referral.program.flatMap { services.care.programs[$0]?.title } ?? "Programme not said",
            from: referral.from, came: Words.ago(referral.at, now: now, zone: zone),
            due: isOpen
                ? (referral.isUrgent ? "Urgent, " : "") + TaskWords.clock(due, now: now, zone: zone)
                : Words.day(referral.resource.updated, now: now, zone: zone),
            dueTone: !isOpen ? "note" : referral.isUrgent ? "now" : Words.tone(ofDue: due, now: now),
            state: state.text, stateTone: state.tone)
    }
}
