import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// The audit for those who may see it, and for one person: who has looked at this record, and what for. Reading it is in
/// it.
struct AuditPage: Sendable {
    let services: Services

    struct Model {
        struct Back {
            let text: String
            let href: String
        }

        struct Head {
            let text: String
            let href: String?
            let sort: String?
        }

        struct Pager {
            let shown: String
            let previous: String?
            let next: String?
        }

        let page: PageFrame
        let back: Back?
        let disclosures: String?
        let sub: String
        let filters: [Field]
        let action: String
        let clear: String?
        let download: String
        let heads: [Head]
        let caption: String
        let rows: [AuditWords.Row]
        let pager: Pager
    }

    func add(to routes: StaffRoutes) {
        routes.get("audit", use: show)
        routes.get("audit.csv", use: download)
        routes.get("people/:id/looks", use: showLooks)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(AuditForm(Form.query(of: request), at: services.now(), zone: services.zone), nil, context)
    }

    @Sendable func showLooks(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try context.part("id")
        let form = AuditForm(Form.query(of: request), looksAt: person, at: services.now(), zone: services.zone)
        return try await page(form, person, context)
    }

    private func page(_ form: AuditForm, _ person: String?, _ context: StaffContext) async throws -> Response {
        let found = try await lines(form, person, context, for: person == nil ? "audit page" : "looks page")
        let words = AuditWords(services: services, seesPeople: found.seesPeople)
        let shown = found.lines.prefix(form.ask.limit - 1)
        let next = found.lines.count > shown.count ? shown.last.map { form.address(after: $0.place) } : nil
        let filters = form.filters
        return try services.pages.response(
            Model(
                page: PageFrame(person == nil ? "Audit" : "Who has looked", context, current: "/audit"),
                back: person.map { Model.Back(text: found.name ?? "The record", href: "/people/\($0)") },
                disclosures: person.map { "/people/\($0.formEncoded)/disclosures" },
                sub: person == nil
                    ? "Every look at and change of a record, every search, sign-in, refusal and export"
                    : "Everyone who has looked at or changed this record, and what for",
                filters: filters, action: form.path, clear: form.isFiltered ? form.path : nil,
                download: form.download,
                heads: form.heads.map { Model.Head(text: $0.text, href: $0.href, sort: $0.sort) },
                caption: form.caption, rows: shown.map { words.row($0, at: services.now()) },
                pager: Model.Pager(
                    shown: Words.count(shown.count, "line") + (next == nil ? "" : " on this page"), previous: nil,
                    next: next)), "audit", status: form.isBroken ? .unprocessableContent : .ok)
    }

    /// The most lines of one file; it says when there are more.
    private static let mostInFile = 10_000

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        var form = AuditForm(query, looksAt: query["looks"], at: services.now(), zone: services.zone)
        form.ask.limit = Self.mostInFile + 1
        let caller = try context.caller()
        try await check(caller, "audit as CSV")
        try await services.records.noteExport(
            by: caller, at: services.now(), for: "audit as CSV", asking: query.encoded)
        let found = try await lines(form, nil, context, for: "audit as CSV")
        var rows = [AuditWords.columns] + found.lines.prefix(Self.mostInFile).map(AuditWords.cells)
        if found.lines.count > Self.mostInFile {
            rows.append(["There are more than \(Self.mostInFile) lines. Choose fewer days."])
        }
        return Response.file(
            CSVText.text(rows), type: "text/csv; charset=utf-8; header=present", name: "audit.csv")
    }

    private struct Found {
        let lines: [AuditLine]
        let name: String?
        let seesPeople: Bool
    }

    private func lines(
        _ form: AuditForm, _ person: String?, _ context: StaffContext, for purpose: String
    ) async throws -> Found {
        let caller = try context.caller()
        try await check(caller, purpose)
        let seesPeople = services.records.policy.permits(caller, .seePeople)
        try await services.records.sealAudit()
        let ask = form.ask
        return try await services.records.read(
            as: caller, at: services.now(), for: purpose, asking: form.asked.encoded
        ) { reader in
            // Who may not see people learns no name, and not either whether there is such a person.
            let patient = seesPeople ? try person.map { try reader.get("Patient", $0) } : nil
            return Found(
                lines: try reader.audit(ask).map { seesPeople ? $0 : Self.withoutValues($0) },
                name: patient.map { Words.listName($0.root) }, seesPeople: seesPeople)
        }
    }

    /// What was searched for are names and diagnoses. Who may not see people learns by what was searched, not for whom.
    private static func withoutValues(_ line: AuditLine) -> AuditLine {
        var line = line
        line.query = Form(Form(encoded: line.query).fields.map { (name: $0.name, value: "") }).encoded
        return line
    }

    /// Whoever tries to read the audit without being allowed to is in it.
    private func check(_ caller: Caller, _ purpose: String) async throws {
        guard services.records.policy.permits(caller, .seeAudit) else {
            try await services.records.noteRefusal(of: caller, at: services.now(), for: purpose)
            throw AccountFailure.forbidden
        }
    }
}
