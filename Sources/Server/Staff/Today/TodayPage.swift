import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// Today: one ranked list, safety first.
struct TodayPage: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let pressing: String
            let name: String
            let href: String
            let about: String
            let clock: String?
            let clockTone: String
            let why: String
            let whyHref: String
            let detail: String?
            let last: [String]
            let action: String
            let actionHref: String
            let main: Bool
        }

        struct Unowned {
            let text: String
            let detail: String?
            let action: String
            let csrfAction: String
            let version: String
        }

        struct Item {
            let text: String
            let detail: String?
            let href: String
        }

        struct Slot {
            let time: String
            let text: String
            let detail: String?
            let href: String
        }

        let page: PageFrame
        let summary: String
        let order: String
        let rows: [Row]
        let more: String?
        let later: String?
        let unowned: [Unowned]
        let unownedMore: String?
        let covering: [Item]
        let day: [Slot]
    }

    func add(to routes: StaffRoutes) {
        routes.get("", use: show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let caller = try context.caller()
        guard services.records.policy.permits(caller, .seePeople) else {
            // Whoever has no list of people begins where their work is.
            let offices = context.session?.offices ?? []
            let first: [(Policy.Office, String)] = [
                (.manageAccounts, "/users"), (.manageDutyRoster, "/users"), (.seeOutcomes, "/outcomes"),
                (.reviewFiles, "/review"),
                (.reviewAccess, "/glass"),
            ]
            return .seeOther(first.first { offices.contains($0.0) }?.1 ?? "/password")
        }
        let now = services.now()
        let zone = services.zone
        let query = Form.query(of: request)
        let after = query["after"]
        let today = Words.calendarDay(now, zone: zone)
        let day = LocalTime.stretch(of: today, zone: zone)
        let me = caller.practitioner ?? ""
        let (list, owners) = try await services.records.read(as: caller, at: now, for: "today page") { reader in
            let list = try TodayList.read(me: me, now: now, day: day, after: after, by: reader)
            var owners: [String: String] = [:]
            for owner in Set(list.rows.compactMap(\.owner) + list.covered.map(\.who)) {
                owners[owner] = try Colleague.name(owner, by: reader)
            }
            return (list, owners)
        }
        var context = context
        context.notice = TaskWords.notice(query["done"])
        let model = Model(
            page: PageFrame(title(today), context, current: "/"), summary: summary(list, isRest: after != nil),
            order: "Safety first, then day by day, urgent first",
            rows: list.rows.map { row($0, me: me, owners: owners, now: now) },
            more: list.next.map { "/?after=\($0)" }, later: list.hasLater ? "/tasks?owner=me&due=later" : nil,
            unowned: list.unowned.map { task in
                Model.Unowned(
                    text: "\(task.title): \(task.name)", detail: TaskWords.why(task), action: "Take",
                    csrfAction: "/tasks/\(task.task)/take", version: String(task.version))
            }, unownedMore: list.hasMoreUnowned ? "/tasks?owner=nobody" : nil,
            covering: covering(list.duty, now: now) + covered(list.covered, owners, now: now),
            day: list.day.map { visit in
                Model.Slot(
                    time: Words.time(visit.starts, zone: zone), text: visit.name,
                    detail: visit.title
                        + (visit.ends > visit.starts ? ", until \(Words.time(visit.ends, zone: zone))" : ""),
                    href: "/people/\(visit.person)")
            })
        return try services.pages.response(model, "today")
    }

    private func row(_ task: WorkRow, me: String, owners: [String: String], now: Int64) -> Model.Row {
        let action = TaskWords.action(task)
        let clock = task.due.map { TaskWords.clock($0, now: now, zone: services.zone) }
        let tone = task.due.map { Words.tone(ofDue: $0, now: now) } ?? "note"
        var last = TaskWords.last(task, now: now, zone: services.zone)
        var detail = TaskWords.why(task) ?? ""
        if task.isSafety {
            let owner = task.owner.map { $0 == me ? "Yours" : owners[$0] ?? "A colleague's" } ?? "Nobody owns this"
            last.insert(owner, at: 0)
            detail += detail.isEmpty ? "Not acknowledged yet." : " Not acknowledged yet."
        } else if let owner = task.owner, owner != me {
            last.insert("For \(owners[owner] ?? "a colleague"), who is away", at: 0)
        }
        let pressing = task.isSafety || task.isUrgent && tone == "now" ? "now" : tone == "note" ? "" : "soon"
        return Model.Row(
            pressing: pressing, name: task.name, href: "/people/\(task.person)", about: TaskWords.about(task),
            clock: clock, clockTone: task.isSafety ? "now" : tone, why: task.title, whyHref: "/tasks/\(task.task)",
            detail: detail.isEmpty ? nil : detail, last: last, action: action.words, actionHref: action.href,
            main: pressing == "now")
    }

    private func summary(_ list: TodayList, isRest: Bool) -> String {
        if isRest {
            return "The rest of your list"
        }
        switch list.count {
        case 0: return "Your list"
        case 1: return "1 needs you"
        case TodayList.mostCounted...: return "\(TodayList.mostCounted) or more need you, most pressing first"
        default: return "\(list.count) need you, most pressing first"
        }
    }

    private func covering(_ duty: TodayList.Duty, now: Int64) -> [Model.Item] {
        let until = duty.until.map { " until \(Words.dayTime($0, now: now, zone: services.zone))" } ?? ""
        if duty.isMine {
            let backup = duty.backup.map { "\($0) is your backup." } ?? "You have no backup."
            return [
                Model.Item(
                    text: "Everyone's safety items", detail: "You are on duty\(until). \(backup)",
                    href: "/tasks?owner=anyone&kind=safety")
            ]
        }
        if duty.isBackup {
            return [
                Model.Item(
                    text: "\(duty.who ?? "Who is on duty"), as backup",
                    detail: "Safety items come to you when they are not acknowledged in time\(until).",
                    href: "/tasks?owner=anyone&kind=safety")
            ]
        }
        return []
    }

    private func covered(_ absences: [Absence], _ owners: [String: String], now: Int64) -> [Model.Item] {
        absences.map { absence in
            Model.Item(
                text: owners[absence.who] ?? "A colleague",
                detail:
                    "Away until \(Words.day(absence.until - 1, now: now, zone: services.zone)). Their work is on your list.",
                href: "/tasks?owner=\(absence.who)")
        }
    }

    private func title(_ day: CalendarDay) -> String {
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return "\(names[(day.weekday + 6) % 7]) \(day.day) \(months[(day.month + 11) % 12])"
    }
}
