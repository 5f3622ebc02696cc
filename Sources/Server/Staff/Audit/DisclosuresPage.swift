import Access
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// The accounting of disclosures of one person, to be read, sorted, printed and taken as a file. 45 CFR 164.528,
/// 42 CFR 2.25, 45 CFR 170.315(d)(11).
struct DisclosuresPage: Sendable {
    let services: Services

    struct Model {
        struct Row {
            let last: String
            let first: String
            let recipient: String
            let account: String
            let what: String
            let purpose: String
            let count: String
        }

        let page: PageFrame
        let back: AuditPage.Model.Back
        let looks: String
        let period: String
        let site: String
        let filters: [Field]
        let action: String
        let clear: String?
        let download: String
        let heads: [AuditPage.Model.Head]
        let caption: String
        let rows: [Row]
    }

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/disclosures", use: show)
        routes.get("people/:id/disclosures.csv", use: download)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try context.part("id")
        let form = form(request, person)
        let found = try await lines(form, person, context, for: "disclosures page")
        let lines = form.chosen(found.lines)
        let rows = lines.map { line in
            Model.Row(
                last: DisclosureWords.day(line.last, services.zone),
                first: DisclosureWords.day(line.first, services.zone),
                recipient: line.recipient, account: line.account, what: line.what, purpose: line.purpose,
                count: String(line.count))
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Disclosures", context, current: "/audit"),
                back: AuditPage.Model.Back(
                    text: found.name ?? "The record", href: "/people/\(person.formEncoded)"),
                looks: "/people/\(person.formEncoded)/looks", period: form.period, site: services.site,
                filters: form.filters, action: form.action, clear: form.clear, download: form.download,
                heads: form.heads, caption: "What went out of this record, \(Words.count(rows.count, "line"))",
                rows: rows), "disclosures", status: form.isBroken ? .unprocessableContent : .ok)
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try context.part("id")
        let form = form(request, person)
        let found = try await lines(form, person, context, for: Reader.ownFile)
        try await services.records.noteExport(
            by: try context.caller(), at: services.now(), for: Reader.ownFile, of: person)
        let rows = [DisclosureWords.columns] + form.chosen(found.lines).map(DisclosureWords.cells)
        return Response.file(
            CSVText.text(rows), type: "text/csv; charset=utf-8; header=present", name: "disclosures.csv")
    }

    private func form(_ request: Request, _ person: String) -> DisclosureForm {
        DisclosureForm(Form.query(of: request), of: person, at: services.now(), zone: services.zone)
    }

    private func lines(
        _ form: DisclosureForm, _ person: String, _ context: StaffContext, for purpose: String
    ) async throws -> (lines: [DisclosureWords.Line], name: String?) {
        let caller = try context.caller()
        // Who may not see people learns no name, and not either whether there is such a person.
        let seesPeople = services.records.policy.permits(caller, .seePeople)
        try await services.records.sealAudit()
        return try await services.records.read(as: caller, at: services.now(), for: purpose) { reader in
            let patient = seesPeople ? try reader.get("Patient", person) : nil
            return (
                try reader.disclosures(of: person, from: form.from, until: form.until).map(DisclosureWords.line),
                patient.map { Words.listName($0.root) }
            )
        }
    }
}
