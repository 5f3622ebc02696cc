import Access
import FHIR
package import Records

/// Puts a problem onto the plan: one from the records, or a new one in plain words.
package struct AddProblem: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// An illness or complaint.
        case problem
        /// Something that gets in the way.
        case barrier

        package var title: String {
            switch self {
            case .problem: "A health problem"
            case .barrier: "Something that gets in the way"
            }
        }
    }

    package let person: String
    /// Of the plan that was read, 0 when there was none.
    package let version: Int
    /// The id of a Condition on record; nil: a new one.
    package let known: String?
    package let text: String?
    package let kind: Kind?

    package init(person: String, version: Int, known: String?, text: String?, kind: Kind?) {
        self.person = person
        self.version = version
        self.known = known
        self.text = text
        self.kind = kind
    }

    /// - Returns: the plan.
    /// - Throws: ``FormProblems``, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var checks = PlanChecks()
        let text = checks.short("problem-text", text, most: TextLimit.line)
        if known == nil, text == nil, checks.problems.isEmpty {
            checks.refuse("problem-text", "Choose a problem from the records, or write a new one.")
        }
        if known != nil, text != nil {
            checks.refuse("problem-text", "Choose one from the records or write a new one, not both.")
        }
        let onRecord = try change.reader.person(person, ["Condition"]).all("Condition")
        if let known, !onRecord.contains(where: { $0.id == known }) {
            checks.refuse("problem-known", "This problem is not on record for this person.")
        }
        try checks.finish()
        var edit = try PlanEdit(person: person, version: version, in: change)
        if let known {
            edit.address("Condition/\(known)")
        } else if let text {
            edit.address(try Self.create(text, kind ?? .problem, person, in: change).reference)
        }
        return try edit.save(in: change)
    }

    static func create(_ text: String, _ kind: Kind, _ person: String, in change: Change) throws -> Resource {
        let category =
            kind == .problem
            ? ("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")
            : ("http://hl7.org/fhir/us/core/CodeSystem/condition-category", "health-concern")
        return try change.create(
            .compact([
                "resourceType": "Condition",
                "clinicalStatus": [
                    "coding": [
                        ["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]
                    ]
                ],
                "verificationStatus": [
                    "coding": [
                        ["system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "unconfirmed"]
                    ]
                ],
                "category": [["coding": [["system": .string(category.0), "code": .string(category.1)]]]],
                "code": ["text": .string(text)],
                "subject": ["reference": .string("Patient/\(person)")],
                "recordedDate": .string(FHIRDate.instant(change.now)),
                "recorder": change.caller.practitioner.map { ["reference": .string($0)] },
            ]))
    }
}
