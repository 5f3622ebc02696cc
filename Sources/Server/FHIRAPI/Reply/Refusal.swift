import Access
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Why an interaction was refused: a status and what an OperationOutcome says of it. Never a patient's data.
struct Refusal: Error, Sendable {
    var status: HTTPResponse.Status
    var issues: [Issue]
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: Issue.Code, at expression: String? = nil, _ text: String) {
        self.status = status
        issues = [Issue(.error, code, at: expression, text)]
    }

    init(_ status: HTTPResponse.Status, _ issues: [Issue]) {
        self.status = status
        self.issues = issues
    }

    static func notHere(_ type: String) -> Refusal {
        Refusal(.notFound, .notFound, "There is no such \(type).")
    }

    /// The one place where what went wrong below becomes a status of HTTP.
    init(_ error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let failure as RecordsFailure: self = Self.of(failure)
        case let refusal as SearchRefusal: self.init(Self.status(of: refusal), refusal.issues)
        case let error as JSONError: self.init(.badRequest, .invalid, "This is not JSON: \(error.reason).")
        case let error as any HTTPResponseError where error.status.code < 500:
            self.init(error.status, .invalid, "The request could not be understood.")
        case is CancellationError: self.init(.requestTimeout, .timeout, "The request took too long to arrive.")
        default: self.init(.internalServerError, .exception, "Something went wrong on the server. Nothing was saved.")
        }
    }

    private static func status(of refusal: SearchRefusal) -> HTTPResponse.Status {
        switch refusal.issues.first?.code {
        case .expired: .gone
        case .tooLong: .uriTooLong
        case .forbidden: .forbidden
        default: .badRequest
        }
    }

    private static func of(_ failure: RecordsFailure) -> Refusal {
        switch failure {
        case .forbidden(let type):
            Refusal(.forbidden, .forbidden, "You may not do this with a \(type).")
        case .notFound(let type, _): notHere(type)
        case .gone(let type, _): Refusal(.gone, .deleted, "This \(type) was deleted.")
        case .stale:
            Refusal(
                .preconditionFailed, .conflict, "Someone saved in between: the version is no longer the current one.")
        case .invalid(let reasons):
            Refusal(.unprocessableContent, reasons.map { Issue(.error, .invalid, $0) })
        case .unavailable:
            Refusal(.serviceUnavailable, .transient, "The database does not answer. Nothing was saved. Try again soon.")
        case .outcomeUnknown:
            Refusal(
                .serviceUnavailable, .transient,
                "The database was lost in the middle of saving: look whether the change is there.")
        case .malformed(let error): Refusal(.badRequest, .invalid, "This is not JSON: \(error.reason).")
        default:
            Refusal(.internalServerError, .exception, "Something went wrong on the server. Nothing was saved.")
        }
    }

    var answer: Reply {
        var answer = Reply(status, OperationOutcome.json(issues))
        answer.headers = headers
        answer.issues = issues
        return answer
    }
}
