import Care
import FHIR
import HTTPTypes
import Hummingbird
import Logging
import Records

/// Turns what went wrong into a page in plain words. Logs hold the kind of failure, never a patient's data.
struct Refusals: RouterMiddleware {
    let services: Services

    struct Model {
        let page: PageFrame
        let text: String
        let code: String
        let reference: String?
        let links: [Link]

        struct Link {
            let text: String
            let href: String
        }
    }

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let (status, title, text) = Self.words(for: error)
            if status.code >= 500 {
                context.logger.error("a request failed", metadata: ["kind": "\(type(of: error))"])
            }
            let isOfPortal = request.uri.path.hasPrefix("/portal")
            // Whose record it is may be just what could not be read: the browser says the language.
            let isForPeople = ["/portal", "/invitation/", "/handed/"].contains { request.uri.path.hasPrefix($0) }
            let language = isForPeople ? DoorLanguage(request, path: request.uri.path).language : .en
            let says = RefusalWords(language)
            let reference = status.code >= 500 ? String(context.id.prefix(12)) : nil
            return try services.pages.response(
                Model(
                    page: PageFrame(says.said(title), context).spoken(language), text: says.said(text),
                    code: String(status.code), reference: reference,
                    links: [Model.Link(text: isOfPortal ? says.toPages : "Go to Today", href: "/")]), "error",
                status: status)
        }
    }

    private static func words(for error: any Error) -> (HTTPResponse.Status, String, String) {
        switch error {
        case RecordsFailure.notFound, RecordsFailure.gone:
            return (
                .notFound, "This is not here", "What you asked for is not on file. It may have been moved or removed."
            )
        case RecordsFailure.forbidden, AccountFailure.forbidden:
            return (.forbidden, "This is not open to you", "Your role does not allow this. Ask your supervisor.")
        case RecordsFailure.stale:
            return (
                .conflict, "Someone saved in between",
                "While you were working someone else changed this. Go back, look at what is new, and save again."
            )
        case RecordsFailure.invalid(let reasons):
            return (.unprocessableContent, "This cannot be saved", reasons.prefix(3).joined(separator: " "))
        case let problems as FormProblems:
            return (.unprocessableContent, "Please check the form", problems.all.map(\.message).joined(separator: " "))
        case let refusal as NotNow:
            return (.conflict, "This cannot be done now", refusal.reason)
        case is PDFPrinter.Failure:
            return (
                .serviceUnavailable, "The PDF could not be made",
                "Open the page for paper instead: your phone or computer can save it as a PDF."
            )
        case let error as HTTPError:
            return words(for: error)
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            return words(for: HTTPError(.contentTooLarge))
        case let error as any HTTPResponseError where error.status.code < 500:
            return (error.status, "This did not work", "The request could not be understood.")
        default:
            return (.internalServerError, "Something went wrong on our side", "Nothing was saved. Please try again.")
        }
    }

    private static func words(for error: HTTPError) -> (HTTPResponse.Status, String, String) {
        switch error.status {
        case .notFound: (.notFound, "This page is not here", "Check the address, or start again from Today.")
        case .contentTooLarge:
            (.contentTooLarge, "This is too long", "What you sent is too long. Shorten it, or choose smaller files.")
        case .unauthorized: (.unauthorized, "Please sign in", "You are not signed in.")
        default: (error.status, "This did not work", error.body ?? "The request could not be understood.")
        }
    }
}
