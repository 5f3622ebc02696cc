import Access
import FHIR
import Records

/// Lines of the audit as people read them.
struct AuditWords {
    let services: Services
    let seesPeople: Bool

    struct Row {
        let when: String
        let who: String
        let account: String
        let role: String?
        let deed: String
        let detail: String
        let query: String?
        let person: String?
        let personHref: String?
        let resource: String?
        let purpose: String?
        let address: String?
        let outcome: String
        let outcomeTone: String
    }

    func row(_ line: AuditLine, at now: Int64) -> Row {
        let person = line.person
        return Row(
            when: Words.dayTime(line.at, now: now, zone: services.zone), who: line.name ?? Self.name(line.account),
            account: line.account, role: line.roles.isEmpty ? nil : line.roles.joined(separator: ", "),
            deed: Self.deed(line.deed), detail: line.detail,
            query: line.query.isEmpty ? nil : Self.readable(line.query),
            person: person, personHref: seesPeople ? person.map { "/people/\($0.formEncoded)/looks" } : nil,
            resource: line.resource == person.map { "Patient/\($0)" } ? nil : line.resource,
            purpose: PurposeOfUse(rawValue: line.purpose)?.title,
            address: line.address.isEmpty ? nil : line.address,
            outcome: line.succeeded ? "Done" : Self.failed(line.deed),
            outcomeTone: line.succeeded ? "" : "soon")
    }

    private static func failed(_ deed: AuditAsk.Deed) -> String { deed == .refusal ? "Refused" : "Did not work" }

    /// What accounts without a person are called.
    private static func name(_ account: String) -> String {
        if account.hasPrefix("client/") {
            return "API client"
        }
        return account.hasPrefix("system/") ? "Almoner itself" : "Unknown account"
    }

    static func deed(_ deed: AuditAsk.Deed) -> String {
        switch deed {
        case .look: "Looked"
        case .search: "Searched"
        case .create: "Added"
        case .update: "Changed"
        case .delete: "Removed"
        case .signIn: "Signed in"
        case .refusal: "Was refused"
        case .importing: "Imported"
        case .export: "Took out"
        }
    }

    /// A query as people read it.
    private static func readable(_ query: String) -> String {
        let form = Form(encoded: query)
        return form.fields.isEmpty
            ? query
            : form.fields.map { $0.value.isEmpty ? $0.name : "\($0.name) = \($0.value)" }.joined(separator: ", ")
    }

    /// The heads of a file.
    static let columns = [
        "When", "Account", "Name", "What", "Detail", "Searched for", "Patient", "Resource", "Purpose", "Outcome",
        "Address",
    ]

    /// The cells of a file.
    static func cells(_ line: AuditLine) -> [String] {
        [
            FHIRDate.instant(line.at), line.account, line.name ?? "", deed(line.deed), line.detail, line.query,
            line.person ?? "", line.resource ?? "", line.purpose, line.succeeded ? "done" : "not done",
            line.address,
        ]
    }
}
