import Care
import FHIR
import HTTPTypes
import Hummingbird
import NIOCore
import Records

/// What the script of a form is told while somebody types: the version that was kept, what is closed now, and what was
/// worked out. The server alone knows the rules of a form.
extension AssessmentPage {
    static func typed(_ outcome: SubmitAssessment.Outcome) -> Response {
        guard let worked = outcome.worked else {
            return .json(["version": .int(outcome.response.version)])
        }
        var told = told(worked)
        told["version"] = .int(outcome.response.version)
        // Help is on the whole page: it is shown at once.
        told["danger"] = .bool(!outcome.screening.safety.isEmpty)
        // What somebody else added stands on no page here yet.
        told["merged"] = .bool(outcome.isMerged)
        return .json(told)
    }

    static func typed(_ worked: WorkedForm) -> Response { .json(told(worked)) }

    private static func told(_ worked: WorkedForm) -> JSON {
        let closed = worked.form.closed(worked.answers)
        let values = worked.form.questions.filter { $0.formulas.calculated != nil && !$0.look.isHidden }.map { item in
            JSONMember(
                name: AssessmentForm.id(item.linkId),
                value: .string((worked.answers[item.linkId] ?? []).first.map(AssessmentForm.typed) ?? ""))
        }
        return ["shut": .array(closed.map { .string(AssessmentForm.id($0)) }), "values": .object(values)]
    }
}

extension Response {
    static func json(_ value: JSON) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.serialized())))
    }
}
