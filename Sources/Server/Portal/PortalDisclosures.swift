import Access
import Hummingbird
import Records

/// To whom my record went: the accounting of disclosures in plain words, 45 CFR 164.528.
struct PortalDisclosures: Sendable {
    let services: Services

    struct Model {
        struct Line {
            let recipient: String
            let when: String
            let what: String
            let why: String?
        }

        let page: PageFrame
        let site: String
        let lines: [Line]
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/disclosures", use: show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try PortalPerson.own(context)
        let form = DisclosureForm(Form([]), of: person.id, at: services.now(), zone: services.zone)
        try await services.records.sealAudit()
        let found = try await services.records.read(
            as: person.caller, at: services.now(), for: "portal disclosures"
        ) { reader in
            _ = try reader.get("Patient", person.id)
            return try reader.disclosures(of: person.id, from: form.from, until: form.until)
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Who got a copy", context, current: "/portal/looks"), site: services.site,
                lines: found.map(line)), "portal-disclosures")
    }

    private func line(_ disclosure: Disclosure) -> Model.Line {
        let last = DisclosureWords.day(disclosure.last, services.zone)
        let first = DisclosureWords.day(disclosure.first, services.zone)
        return Model.Line(
            recipient: disclosure.isToThePerson ? "You" : disclosure.recipient ?? "No name was noted. Ask us.",
            when: disclosure.count == 1
                ? last
                : "\(Words.count(disclosure.count, "time")), \(first == last ? "on" : "from \(first) to") \(last)",
            what: Self.what(disclosure.way),
            why: PortalLookWords.purpose(disclosure.purpose))
    }

    private static func what(_ way: Disclosure.Way) -> String {
        switch way {
        case .export: "Got a copy of your record"
        case .program: "A computer of theirs asked for parts of your record"
        case .share: "Saw what you share"
        }
    }
}
