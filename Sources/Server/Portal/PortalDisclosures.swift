import Access
import Care
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
        let says: PortalDisclosureWords
        let lines: [Line]
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/disclosures", use: show)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try PortalPerson.own(context)
        let form = DisclosureForm(Form([]), of: person.id, at: services.now(), zone: services.zone)
        try await services.records.sealAudit()
        let (found, language) = try await services.records.read(
            as: person.caller, at: services.now(), for: "portal disclosures"
        ) { reader in
            let patient = try reader.get("Patient", person.id)
            return (
                try reader.disclosures(of: person.id, from: form.from, until: form.until),
                PlanLanguage(code: Words.languageCode(of: patient.root))
            )
        }
        let says = PortalDisclosureWords(language)
        let days = PersonDays(language: language, now: services.now(), zone: services.zone)
        return try services.pages.response(
            Model(
                page: PageFrame(says.title, context, current: "/portal/looks").spoken(language), site: services.site,
                says: says, lines: found.map { line($0, says, days) }), "portal-disclosures")
    }

    private func line(_ disclosure: Disclosure, _ says: PortalDisclosureWords, _ days: PersonDays) -> Model.Line {
        func day(_ moment: Int64) -> String { days.long(Words.calendarDay(moment, zone: services.zone)) }
        return Model.Line(
            recipient: says.recipient(disclosure.recipient, isToThePerson: disclosure.isToThePerson),
            when: says.when(disclosure.count, from: day(disclosure.first), to: day(disclosure.last)),
            what: says.what(disclosure.way),
            why: PortalLookWords(days.language).purpose(disclosure.purpose))
    }
}
