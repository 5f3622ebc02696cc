package import FHIR
package import Records

/// What a task is for. The code system is Almoner's own, `urn:almoner:task`.
package enum TaskCode: String, Sendable, CaseIterable {
    /// An answer or reading that cannot wait: stays on top until someone acknowledges it with an outcome.
    case safety
    case firstContact = "first-contact"
    case nextContact = "next-contact"
    case outreach
    case assessment
    case planReview = "plan-review"
    case intervention
    case dischargeContact = "discharge-contact"
    case dischargeVisit7 = "discharge-visit-7"
    case dischargeVisit14 = "discharge-visit-14"
    case medicationReconciliation = "medication-reconciliation"
    case dischargeSummary = "discharge-summary"
    case dischargeBooking = "discharge-booking"
    case dischargeTeachBack = "discharge-teach-back"
    case dischargeServices = "discharge-services"
    case dischargeResults = "discharge-results"
    case dischargeSecondCall = "discharge-second-call"
    case day30 = "day-30"
    case followUp = "follow-up"
    /// What somebody recorded who does not sign for it waits for somebody who does.
    case review
    /// A person asks for a correction of the record. 45 CFR 164.526
    case amendment
    /// What was decided on what a result asked for: closed when it is made.
    case offer
    /// Somebody was referred to a programme and whoever referred waits for an answer.
    case referral
    /// A medicine was changed after a copy of the plan was given.
    case planCopy = "plan-copy"
    /// The person or a caregiver proposes something for the plan.
    case planProposal = "plan-proposal"
    /// A protocol has a new version, and what it does to a plan waits for somebody who knows the person.
    case protocolChange = "protocol-change"
    /// A prescriber is asked about a medicine on which the lists do not agree.
    case medicineQuestion = "medicine-question"

    package static let system = "urn:almoner:task"

    package var title: String {
        switch self {
        case .safety: "Safety"
        case .firstContact: "First contact"
        case .nextContact: "Next contact"
        case .outreach: "Outreach"
        case .assessment: "Assessment"
        case .planReview: "Plan review"
        case .intervention: "Plan step"
        case .dischargeContact: "First call after discharge"
        case .dischargeVisit7: "Visit within 7 days"
        case .dischargeVisit14: "Visit within 14 days"
        case .medicationReconciliation: "Reconcile medicines"
        case .dischargeSummary: "Get the discharge summary"
        case .dischargeBooking: "Book the visit after discharge"
        case .dischargeTeachBack: "Warning signs, said back"
        case .dischargeServices: "Equipment and services started"
        case .dischargeResults: "Results still to come"
        case .dischargeSecondCall: "Second call after discharge"
        case .day30: "Day 30 after discharge"
        case .followUp: "Follow up"
        case .review: "Review"
        case .amendment: "Correction asked for"
        case .offer: "Asked for by a result"
        case .referral: "Referral"
        case .planCopy: "Copy of the plan"
        case .planProposal: "Proposal for the plan"
        case .protocolChange: "Changed protocol"
        case .medicineQuestion: "Question on a medicine"
        }
    }
}

/// Puts a task on someone's list.
package struct OpenTask: Sendable {
    package let code: TaskCode
    /// The id of the Patient.
    package let person: String
    /// What is to be done, in plain words.
    package let title: String
    /// Why now, in plain words.
    package let why: String
    /// For example `Practitioner/ruth`; nil: nobody owns it yet.
    package let owner: String?
    /// Milliseconds since 1970.
    package let due: Int64?
    package let isUrgent: Bool
    /// What the task is about, for example `Encounter/5`.
    package let focus: String?
    /// The plan, episode or order that it comes from.
    package let basedOn: String?
    /// The same key never opens two tasks: person, protocol, action and trigger.
    package let key: String?
    /// The form that is to be asked, as the canonical address of its Questionnaire.
    package let form: String?
    /// The labels of what it speaks of, as `meta.security` has them.
    package let labels: JSON?

    package init(
        _ code: TaskCode, person: String, title: String, why: String, owner: String?, due: Int64?,
        isUrgent: Bool = false, focus: String? = nil, basedOn: String? = nil, key: String? = nil, form: String? = nil,
        labels: JSON? = nil
    ) {
        self.code = code
        self.person = person
        self.title = title
        self.why = why
        self.owner = owner
        self.due = due
        self.isUrgent = isUrgent
        self.focus = focus
        self.basedOn = basedOn
        self.key = key
        self.form = form
        self.labels = labels
    }

    /// - Returns: the task, or the one that the key has opened before.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        if let key,
            let known = try change.reader.search(
                Query("Task", [.token("identifier", system: Self.keySystem, code: key)], limit: 1)
            ).first
        {
            return known
        }
        let task = JSON.compact([
            "resourceType": "Task",
            "meta": labels.map { ["security": $0] },
            "identifier": key.map { [["system": .string(Self.keySystem), "value": .string($0)]] },
            "basedOn": basedOn.map { [["reference": .string($0)]] },
            "status": "requested",
            "intent": "order",
            "priority": isUrgent ? "urgent" : "routine",
            "code": [
                "coding": [["system": .string(TaskCode.system), "code": .string(code.rawValue)]],
                "text": .string(title),
            ],
            "description": .string(why),
            "focus": focus.map { ["reference": .string($0)] },
            "for": ["reference": .string("Patient/\(person)")],
            "authoredOn": .string(FHIRDate.instant(change.now)),
            "owner": owner.map { ["reference": .string($0)] },
            "restriction": due.map { ["period": ["end": .string(FHIRDate.instant($0))]] },
            "input": form.map { [["type": ["text": "Form"], "valueCanonical": .string($0)]] },
        ])
        return try change.create(task)
    }

    package static let keySystem = "urn:almoner:key"
}
