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
        try page(context, nil)
    }

    @Sendable func open(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        let caller: Caller
        do {
            caller = try await services.handOvers.enter(
                try context.part("token"), code: form["handed-code"] ?? "",
                from: ClientPlace.address(request, context, services), at: services.now())
        } catch AccountFailure.lockedUntil {
            return try page(context, "Too many tries. Wait ten minutes, then try again.")
        } catch HandOvers.Failure.refused {
            return try page(
                context,
                "This did not work. Check the code. Links end on their last day, when they are taken back, or after a few "
                    + "wrong tries. Ask the person who gave it to you for a new one.")
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
                person, context, for: "handed over as a PDF")
            return try await PaperFile(services: services).response(model, "portal-print", name: "record")
        default:
            let model = try await PortalRecordPrint(services: services).model(
                person, context, for: "handed over to read")
            return try services.pages.response(model, "portal-print")
        }
    }

    private func page(_ context: StaffContext, _ problem: String?) throws -> Response {
        var code = Field.line("handed-code", "The code of 6 digits that you were told").with {
            $0.short = true
            $0.inputmode = "numeric"
            $0.autocomplete = "one-time-code"
        }
        code.error = problem
        return try services.pages.response(
            Model(
                page: PageFrame(
                    "A care record for you", context, problems: problem.map { FormProblems("handed-code", $0) }),
                site: services.site, action: "/handed/\(try context.part("token"))", code: code,
                pdf: services.printer != nil),
            "handed", status: problem == nil ? .ok : .unprocessableContent)
    }
}
