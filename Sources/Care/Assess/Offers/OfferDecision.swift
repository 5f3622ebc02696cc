import Access
import FHIR
package import Records

/// What was decided on an offer: a closed Task, so that it is read where the offer comes again. Completed: accepted, as it was
/// or changed; rejected: declined, with the reason.
package struct OfferDecision: Sendable, Equatable {
    package enum Answer: String, Sendable {
        case accepted
        case changed
        case declined
    }

    /// As ``Offer/id``.
    package let offer: String
    /// The id of the QuestionnaireResponse.
    package let response: String
    package let answer: Answer
    package let title: String
    /// Why it was declined, or what else there is to say.
    package let reason: String?
    /// For example `Practitioner/ruth`.
    package let by: String?
    package let at: Int64?
    /// What was made of it: `Task/5`, `Goal/7`.
    package let made: String?

    static let keyStart = "offer|"

    static func key(_ offer: String, of response: String) -> String { "\(keyStart)\(response)|\(offer)" }

    init?(_ task: Resource) {
        let root = task.root
        guard
            let key = root.list("identifier").lazy.compactMap({ $0.text("value") }).first(where: {
                $0.hasPrefix(Self.keyStart)
            })
        else {
            return nil
        }
        let parts = key.split(separator: "|", maxSplits: 2)
        guard parts.count == 3 else {
            return nil
        }
        response = String(parts[1])
        offer = String(parts[2])
        title = root.text("code", "text") ?? offer
        answer =
            root.text("status") == "rejected"
            ? .declined : root.text("businessStatus", "text") == "Changed" ? .changed : .accepted
        reason = root.text("statusReason", "text")
        by = root.text("owner", "reference")
        at = root.text("executionPeriod", "end").flatMap { FHIRDate($0)?.low }
        made = root.list("output").lazy.compactMap { $0.text("valueReference", "reference") }.first
    }

    /// All decisions on a person's offers, the latest first.
    package static func all(_ record: PersonRecord) -> [OfferDecision] {
        record.all("Task").compactMap(OfferDecision.init).enumerated().sorted {
            ($0.element.at ?? 0, $0.offset) > ($1.element.at ?? 0, $1.offset)
        }.map(\.element)
    }

    /// Keeps a decision.
    /// - Throws: what storing throws.
    static func keep(
        _ asked: OpenOffer, of entry: AssessmentHistory.Entry, person: String, answer: Answer, title: String? = nil,
        reason: String? = nil, made: String? = nil, in change: Change
    ) throws {
        let now = FHIRDate.instant(change.now)
        let json = JSON.compact([
            "resourceType": "Task",
            "identifier": [
                [
                    "system": .string(OpenTask.keySystem),
                    "value": .string(key(asked.offer.id, of: entry.response.id)),
                ]
            ],
            "status": answer == .declined ? "rejected" : "completed",
            "statusReason": reason.map { ["text": .string($0)] },
            "businessStatus": answer == .changed ? ["text": "Changed"] : nil,
            "intent": "proposal",
            "priority": "routine",
            "code": [
                "coding": [["system": .string(TaskCode.system), "code": .string(TaskCode.offer.rawValue)]],
                "text": .string(title ?? asked.title),
            ],
            "description": .string(asked.because),
            "focus": ["reference": .string(entry.response.reference)],
            "for": ["reference": .string("Patient/\(person)")],
            "authoredOn": .string(now),
            "lastModified": .string(now),
            "executionPeriod": ["start": .string(now), "end": .string(now)],
            "owner": change.caller.practitioner.map { ["reference": .string($0)] },
            "output": made.map { made in
                [["type": ["text": "Made"], "valueReference": ["reference": .string(made)]]]
            },
        ])
        try change.create(json.labelled(entry.labels, in: change))
    }
}

extension AssessmentHistory.Entry {
    /// The labels that what follows from these answers carries too.
    var labels: [String] {
        instrument.labels(of: answers) + (ConfidentialLabel.isOn(response.root) ? [ConfidentialLabel.code] : [])
    }
}
