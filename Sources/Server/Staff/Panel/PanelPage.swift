import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Everyone one looks after, sorted and filtered, and what can be done for several of them at once.
struct PanelPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("panel", use: show)
        routes.post("panel/batch", use: batch)
    }

    struct Model {
        let page: PageFrame
        let sub: String
        let filters: [Field]
        let clear: String?
        let heads: [Head]
        let caption: String
        let rows: [Row]
        let batchAction = "/panel/batch"
        let batchFields: [Field]
        let pager: Pager
    }

    struct Head {
        let text: String
        let href: String?
        let sort: String?
        let num: Bool
    }

    struct Pager {
        let shown: String
        let previous: String?
        let next: String?
    }

    struct Row {
        let id: String
        let name: String
        let href: String
        let about: String
        let tier: String
        let tierTone: String
        let why: String
        let programme: String
        let lastContact: String
        let lastTone: String?
        let next: String
        let nextTone: String?
        let owner: String
        let ownerDetail: String?
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let asked = Form.query(of: request)
        var context = context
        context.notice = asked["done"].flatMap(PanelBatch.notice)
        return try await page(asked, context, problems: nil)
    }

    private func page(
        _ asked: Form, _ context: StaffContext, problems: FormProblems?, ticked: Form? = nil
    ) async throws -> Response {
        let caller = try context.caller()
        let now = services.now()
        let mine = caller.practitioner
        var form = PanelForm(asked)
        let staff = try await StaffNames.read(services, caller)
        let (bareForm, isBare) = (form, form.isBare)
        let (panel, isMine) = try await services.records.read(
            as: caller, at: now, for: "panel page", asking: asked.encoded
        ) { reader in
            var query = bareForm.query(mine: mine)
            if isBare, let mine {
                // One's own people first; who has none yet sees everyone.
                var own = query
                own.owner = .one(mine)
                let panel = try Panel.read(own, by: reader, at: now)
                if panel.count > 0 {
                    return (panel, true)
                }
                query.owner = .anyone
            }
            return (try Panel.read(query, by: reader, at: now), false)
        }
        var shown = form.form
        if isBare {
            shown.set("owner", isMine ? "mine" : "anyone")
            form = PanelForm(shown)
        }
        let query = form.query(mine: mine)
        let words = PanelWords(services: services, now: now, staff: staff)
        var frame = PageFrame("Panel", context, current: "/panel", problems: problems)
        frame.query = nil
        let isFiltered = asked.fields.contains { PanelForm.filters.contains($0.name) && !$0.value.trimmed.isEmpty }
        return try services.pages.response(
            Model(
                page: frame, sub: words.summary(panel, query), filters: words.filters(form.form),
                clear: isFiltered ? "/panel" : nil, heads: words.heads(form, query), caption: words.caption(query),
                rows: panel.rows.map(words.row), batchFields: words.batch(ticked),
                pager: Pager(
                    shown: words.shown(panel),
                    previous: panel.hasEarlier
                        ? panel.rows.first.map { row in form.address { $0.set("before", row.person) } } : nil,
                    next: panel.hasMore
                        ? panel.rows.last.map { row in form.address { $0.set("after", row.person) } } : nil)),
            "panel", status: problems == nil ? .ok : .unprocessableContent)
    }

    @Sendable func batch(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        do {
            let done = try await PanelBatch(form).perform(services, context)
            return .seeOther("/panel?done=\(done)")
        } catch let problems as FormProblems {
            return try await page(Form([]), context, problems: problems, ticked: form)
        }
    }
}
