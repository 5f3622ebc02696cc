import Access
import Care
import Foundation
import Hummingbird
import Records

/// All open tasks, filtered by owner and kind, by due time.
struct TaskListPage: Sendable {
    let services: Services

    struct Model {
        struct Head {
            let text: String
            let href: String?
            let sort: String?
            let num: Bool
        }

        struct Row {
            let href: String
            let title: String
            let detail: String?
            let name: String
            let personHref: String
            let due: String
            let dueTone: String
            let owner: String
            let state: String
        }

        struct Pager {
            let shown: String
            let previous: String?
            let next: String?
        }

        let page: PageFrame
        let sub: String
        let caption: String
        let filters: [Field]
        let heads: [Head]
        let rows: [Row]
        let pager: Pager
    }

    func add(to routes: StaffRoutes) {
        routes.get("tasks", use: show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let caller = try context.caller()
        let query = Form.query(of: request)
        let me = caller.practitioner ?? ""
        let chosen = query["owner"] ?? "me"
        let owner: WorkList.Owner =
            switch chosen {
            case "anyone": .anyone
            case "nobody": .nobody
            case "me": .person(me)
            default: .person(chosen)
            }
        let kind = query["kind"].flatMap(TaskCode.init)
        let colleagues = try await services.accounts.colleagues(as: caller)
        let after = query["after"]
        let now = services.now()
        let isLater = query["due"] == "later"
        let today = LocalTime.stretch(of: Words.calendarDay(now, zone: services.zone), zone: services.zone)
        let list = WorkList(owner: owner, code: kind, from: isLater ? TodayList.horizon(today) : nil)
        let found = try await services.records.read(
            as: caller, at: now, for: "tasks page", asking: query.encoded
        ) { reader in
            try list.read(after: after, by: reader)
        }
        let names = Dictionary(colleagues, uniquingKeysWith: { first, _ in first })
        let whose = [("me", "Mine"), ("nobody", "Nobody's"), ("anyone", "Everyone's")]
        let kinds = [("", "All kinds")] + TaskCode.allCases.map { ($0.rawValue, $0.title) }
        var rest = Form([("owner", chosen)])
        rest.set("kind", kind?.rawValue)
        rest.set("due", isLater ? "later" : nil)
        rest.set("after", found.next)
        let model = Model(
            page: PageFrame("Tasks", context), sub: "Open tasks, the earliest due first", caption: "Open tasks",
            filters: [
                .select("owner", "Whose", whose + colleagues.filter { $0.0 != me }, chosen: chosen),
                .select("kind", "Kind", kinds, chosen: kind?.rawValue),
                .select(
                    "due", "Due", [("", "Any time"), ("later", "Later than a week")], chosen: isLater ? "later" : nil),
            ],
            heads: ["Task", "For", "Due", "Owner", "State"].map { text in
                Model.Head(text: text, href: nil, sort: text == "Due" ? "ascending" : nil, num: false)
            },
            rows: found.rows.map { row($0, names, now: now) },
            pager: Model.Pager(
                shown: Words.count(found.rows.count, "task") + (found.next == nil ? "" : " on this page"),
                previous: nil, next: found.next == nil ? nil : "/tasks?\(rest.encoded)"))
        return try services.pages.response(model, "tasks")
    }

    private func row(_ task: WorkRow, _ names: [String: String], now: Int64) -> Model.Row {
        let zone = services.zone
        let paused = task.pausedUntil.flatMap {
            $0 > now ? "Put aside until \(Words.day($0, now: now, zone: zone))" : nil
        }
        return Model.Row(
            href: "/tasks/\(task.task)", title: task.title, detail: task.why.isEmpty ? nil : task.why, name: task.name,
            personHref: "/people/\(task.person)",
            due: task.due.map { TaskWords.clock($0, now: now, zone: zone) } ?? "no fixed time",
            dueTone: task.due.map { Words.tone(ofDue: $0, now: now) } ?? "note",
            owner: task.owner.map { names[$0] ?? "Someone who left" } ?? "Nobody",
            state: task.isSafety ? "Not acknowledged" : paused ?? "Open")
    }
}
