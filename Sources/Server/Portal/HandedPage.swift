import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// Where the link of a record that was handed over leads: the code, and then the record to read or to keep. The page is the
/// same for a link that nobody made. There is no session: each look asks for the code, and ends with its answer.
struct HandedPage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let site: String
        let says: HandedWords
        let other: DoorLanguage.Other
        let action: String
        let code: Field
        /// Whether this site makes PDF files.
        let pdf: Bool
    }

    func add(to routes: StaffRoutes) {
        routes.get("handed/:token", use: show)
        routes.post("handed/:token", use: open)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) throws -> Response {
        try page(request, context, nil)
    }

    @Sendable func open(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        let door = DoorLanguage(request, path: try path(context))
        let says = HandedWords(door.language)
        let caller: Caller
        do {
            caller = try await services.handOvers.enter(
                try context.part("token"), code: form["handed-code"] ?? "",
                from: ClientPlace.address(request, context, services), at: services.now())
        } catch AccountFailure.lockedUntil {
            return try page(request, context, says.tooMany)
        } catch HandOvers.Failure.refused {
            return try page(request, context, says.refused)
        }
        guard let id = caller.ownPerson else {
            throw AccountFailure.forbidden
        }
        let person = PortalPerson(id: id, isOwn: false, caller: caller)
        switch form["as"] {
        case "file":
            return try await PortalRecord(services: services).file(of: person, request, for: "handed over as a file")
        case "pdf":
            let model = try await PortalRecordPrint(services: services).model(
                person, context, for: "handed over as a PDF", in: door.language)
            return try await PaperFile(services: services).response(model, "portal-print", name: "record")
        default:
            let model = try await PortalRecordPrint(services: services).model(
                person, context, for: "handed over to read", in: door.language)
            return try services.pages.response(model, "portal-print")
        }
    }

    private func path(_ context: StaffContext) throws -> String { "/handed/\(try context.part("token"))" }

    private func page(_ request: Request, _ context: StaffContext, _ problem: String?) throws -> Response {
        let path = try path(context)
        let door = DoorLanguage(request, path: path)
        let says = HandedWords(door.language)
        var code = Field.line("handed-code", says.code).with {
            $0.short = true
            $0.inputmode = "numeric"
            $0.autocomplete = "one-time-code"
        }
        code.error = problem
        return try services.pages.response(
            Model(
                page: PageFrame(
                    says.title, context, problems: problem.map { FormProblems("handed-code", $0) }
                ).spoken(door.language),
                site: services.site, says: says, other: door.other, action: door.action(path), code: code,
                pdf: services.printer != nil),
            "handed", status: problem == nil ? .ok : .unprocessableContent)
    }
}
