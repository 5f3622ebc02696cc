import Access
import Care
import FHIR
import Hummingbird
import Records

/// The health sheets that I was given, to read again: in the words in which I got them.
struct PortalEducation: Sendable {
    let services: Services

    struct Model {
        struct Sheet {
            let title: String
            let lang: String
            let href: String
            let when: String
        }

        let page: PageFrame
        let site: String
        let says: PortalEducationWords
        let sheets: [Sheet]
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/education", use: show)
        routes.get("portal/education/:given", use: sheet)
        routes.get("portal/education/:given/sheet.pdf", use: download)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try PortalPerson.own(context)
        let now = services.now()
        let (given, language) = try await services.records.read(as: person.caller, at: now, for: "portal sheets") {
            reader in
            (try GivenSheet.all(of: person.id, by: reader), try reader.language(of: person))
        }
        let says = PortalEducationWords(language)
        let days = PersonDays(language: language, now: now, zone: services.zone)
        return try services.pages.response(
            Model(
                page: PageFrame(says.title, context, current: "/portal/education").spoken(language),
                site: services.site, says: says,
                sheets: given.map { sheet in
                    Model.Sheet(
                        title: sheet.text.title, lang: sheet.language, href: "/portal/education/\(sheet.id)",
                        when: sheet.at.map(days.day) ?? "")
                }), "portal-education")
    }

    @Sendable func sheet(_ request: Request, _ context: StaffContext) async throws -> Response {
        try services.pages.response(try await model(context), "education-print")
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await PaperFile(services: services).response(try await model(context), "education-print", name: "sheet")
    }

    private func model(_ context: StaffContext) async throws -> SheetPage.Model {
        let person = try PortalPerson.own(context)
        let id = try context.part("given")
        let (found, language) = try await services.records.read(
            as: person.caller, at: services.now(), for: "portal sheet"
        ) { (try $0.find("Communication", id), try $0.language(of: person)) }
        guard let given = found.flatMap(GivenSheet.init),
            given.resource.root.text("subject", "reference") == "Patient/\(person.id)"
        else {
            throw RecordsFailure.notFound(type: "Communication", id: id)
        }
        return SheetPage.model(
            given, services, PageFrame(given.text.title, context).spoken(language), back: "/portal/education",
            file: "/portal/education/\(id)/sheet.pdf", today: services.now())
    }
}
