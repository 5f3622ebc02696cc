import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Records

/// What the script of a form is told while somebody types: the version that was kept, what is closed now, and what was
/// worked out. The server alone knows the rules of a form.
extension AssessmentPage {
    /// - Parameters:
    ///   - outcome: what was kept.
    ///   - answers: what the page sent. What was answered elsewhere goes back to it: the next time it sends everything again,
    ///     and what it did not know of would count as taken back.
    ///   - zone: where the site is, for days and times.
    /// - Returns: what the script reads.
    static func typed(_ outcome: SubmitAssessment.Outcome, sent answers: Answers, zone: TimeZone) -> Response {
        guard let worked = outcome.worked else {
            return .json(["version": .int(outcome.response.version)])
        }
        var told = told(worked)
        told["version"] = .int(outcome.response.version)
        // Help is on the whole page: it is shown at once.
        told["danger"] = .bool(!outcome.screening.safety.isEmpty)
        if outcome.isMerged {
            let form = AssessmentForm(instrument: worked.form, answers: worked.answers, zone: zone)
            let changed = worked.form.questions.filter {
                $0.formulas.calculated == nil && worked.answers[$0.linkId] ?? [] != answers[$0.linkId] ?? []
            }
            told["fill"] = .object(
                changed.flatMap(form.sent).map { name, values in
                    JSONMember(name: name, value: .array(values.map { .string($0) }))
                })
        }
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
