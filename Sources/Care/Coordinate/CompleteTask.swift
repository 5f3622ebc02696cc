import Access
import FHIR
package import Records

/// How a task ended. Codes of `urn:almoner:outcome`.
package enum TaskOutcome: String, Sendable, CaseIterable {
    case done
    case notNeeded = "not-needed"
    case notPossible = "not-possible"

    package static let system = "urn:almoner:outcome"

    package var words: String {
        switch self {
        case .done: "Done"
        case .notNeeded: "Not needed any more"
        case .notPossible: "Could not be done"
        }
    }

    var status: JSON {
        switch self {
        case .done: "completed"
        case .notNeeded: "cancelled"
        case .notPossible: "failed"
        }
    }
}

/// Closes a task with its outcome; a step of the plan that repeats opens its next turn. A safety item is closed by ``AcknowledgeSafety`` alone.
package struct CompleteTask: Sendable {
    package let id: String
    /// The version that was read.
    package let version: Int?
    package let outcome: TaskOutcome?
    /// What came of it; must be there unless it was simply done.
    package let note: String?
    package let days: SiteDays

    package init(id: String, version: Int?, outcome: TaskOutcome?, note: String? = nil, days: SiteDays) {
        self.id = id
        self.version = version
        self.outcome = outcome
        self.note = note
        self.days = days
    }

    /// - Throws: ``NotNow`` for a safety item; ``FormProblems`` on `outcome` or `outcome-note`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let task = try CareTask.open(id, version: version, in: change)
        guard !task.isSafety else {
            throw NotNow("A safety item is closed only by someone who acknowledges it and says what came of it.")
        }
        guard task.code != .amendment else {
            throw NotNow("A correction that was asked for is closed with an answer that the person reads.")
        }
        guard task.code != .referral else {
            throw NotNow("A referral is closed on the page Referrals, with an answer to whoever referred.")
        }
        guard task.code != .day30 else {
            throw NotNow("The 30 days are closed on the page of the transition, with how they went.")
        }
        guard task.code != .medicineQuestion else {
            throw NotNow("A question on a medicine is closed with an answer that returns to its line.")
        }
        guard let outcome else {
            throw FormProblems("outcome", "Choose how it ended.")
        }
        let note = note ?? ""
        if outcome != .done, note.isEmpty {
            throw FormProblems("outcome-note", "Say why.")
        }
        if note.count > TextLimit.note {
            throw FormProblems("outcome-note", "Use at most \(TextLimit.note) letters.")
        }
        let words = "\(outcome.words), \(change.caller.name)." + (note.isEmpty ? "" : " \(note)")
        let closed = try task.store(words, in: change) { json in
            json["status"] = outcome.status
            json.addOutcome(TaskOutcome.system, outcome.rawValue, outcome.words)
            json.end(at: change.now)
        }
        if outcome == .done {
            try OpenNextStep(days: days).perform(after: closed, in: change)
        }
        return closed
    }
}

extension JSON {
    /// Notes on a Task what came of it.
    mutating func addOutcome(_ system: String, _ code: String, _ words: String) {
        let output: JSON = [
            "type": ["text": "Outcome"],
            "valueCodeableConcept": [
                "coding": [["system": .string(system), "code": .string(code)]], "text": .string(words),
            ],
        ]
        self["output"] = .array((self["output"]?.array ?? []) + [output])
    }

    /// Notes on a Task when the work on it ended.
    mutating func end(at now: Int64) {
        var period = self["executionPeriod"] ?? [:]
        period["end"] = .string(FHIRDate.instant(now))
        self["executionPeriod"] = period
    }
}
