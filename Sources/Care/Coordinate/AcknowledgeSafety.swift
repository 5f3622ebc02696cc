import Access
import FHIR
package import Records

/// What came of a safety item. Codes of `urn:almoner:code:safety-outcome`.
package enum SafetyOutcome: String, Sendable, CaseIterable {
    case safeNow = "safe-now"
    case crisisTeam = "crisis-team"
    case emergency
    case welfareCheck = "welfare-check"
    case recordedByMistake = "recorded-by-mistake"

    package static let system = "urn:almoner:code:safety-outcome"

    package var words: String {
        switch self {
        case .safeNow: "Spoke with the person: safe now, with a plan"
        case .crisisTeam: "Handed over to a crisis team or clinician"
        case .emergency: "Emergency services were called"
        case .welfareCheck: "Could not reach: a welfare check was asked for"
        case .recordedByMistake: "The answer was recorded by mistake"
        }
    }
}

/// Closes a safety item: a named person says that they have dealt with it, and what came of it. Being told, or owning the
/// item, is not acknowledging.
package struct AcknowledgeSafety: Sendable {
    package let id: String
    /// The version that was read.
    package let version: Int?
    package let outcome: SafetyOutcome?
    /// What was said and done.
    package let note: String?

    package init(id: String, version: Int?, outcome: SafetyOutcome?, note: String?) {
        self.id = id
        self.version = version
        self.outcome = outcome
        self.note = note
    }

    /// - Throws: ``NotNow`` when nobody stands behind the caller or it is no safety item; ``FormProblems`` on
    ///   `safety-outcome` or `safety-note`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let task = try CareTask.open(id, version: version, in: change)
        guard task.isSafety else {
            throw NotNow("This is not a safety item.")
        }
        guard let me = change.caller.practitioner else {
            throw NotNow("Only a person of the care team acknowledges a safety item.")
        }
        var problems = FormProblems([])
        if outcome == nil {
            problems.all.append(.init("safety-outcome", "Choose what came of it."))
        }
        let note = note ?? ""
        if note.isEmpty {
            problems.all.append(.init("safety-note", "Write what was said and done."))
        } else if note.count > TextLimit.note {
            problems.all.append(.init("safety-note", "Use at most \(TextLimit.note) letters."))
        }
        try problems.check()
        guard let outcome else {
            throw problems
        }
        return try task.store("Acknowledged by \(change.caller.name). \(outcome.words). \(note)", in: change) { json in
            json["status"] = "completed"
            json["owner"] = ["reference": .string(me)]
            json["businessStatus"] = ["text": "Acknowledged"]
            json.addOutcome(SafetyOutcome.system, outcome.rawValue, outcome.words)
            json.end(at: change.now)
        }
    }
}
