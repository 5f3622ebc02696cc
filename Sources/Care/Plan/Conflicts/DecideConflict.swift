import Access
import FHIR
package import Records

/// Somebody looks at a conflict and decides: it is kept in a DetectedIssue with the reason, and is not told again before the
/// facts change.
package struct DecideConflict: Sendable {
    package enum Decision: String, Sendable, CaseIterable {
        case intended
        case asked
        case noConflict = "no-conflict"

        package var words: String {
            switch self {
            case .intended: "It is meant so"
            case .asked: "The prescriber or the other team is asked"
            case .noConflict: "These do not contradict each other"
            }
        }
    }

    static let system = "urn:almoner:conflict-decision"
    private static let days: Int64 = 3

    package let person: String
    /// ``PlanConflict/key``
    package let key: String
    /// ``Decision``, as it came with the form.
    package let decision: String?
    package let note: String?
    package let finder: FindConflicts

    package init(person: String, key: String, decision: String?, note: String?, finder: FindConflicts) {
        self.person = person
        self.key = key
        self.decision = decision
        self.note = note
        self.finder = finder
    }

    /// - Returns: the DetectedIssue.
    /// - Throws: ``FormProblems``; ``NotNow`` when the facts are others by now, or it is decided already.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let record = try change.reader.person(person, FindConflicts.reads)
        let names = try Medicine.names(of: record, by: change.reader)
        let sorted = SortedConflicts(finder.all(record, names: names, at: change.now), record)
        guard let conflict = sorted.open.first(where: { $0.key == key }) else {
            throw NotNow(
                sorted.decided.contains { $0.conflict.key == key }
                    ? "Somebody has decided on this already." : "This is otherwise by now. Look at the list again.")
        }
        var checks = PlanChecks()
        let decision = decision.flatMap(Decision.init)
        if decision == nil {
            checks.refuse("decision", "Say what becomes of it.")
        }
        let note = checks.text("note", note, most: 2_000, missing: "Say why.")
        try checks.finish()
        let labels = labels(of: conflict, record)
        let issue = try change.create(
            .compact([
                "resourceType": "DetectedIssue",
                "meta": labels.map { ["security": $0] },
                "identifier": [["system": .string(PlanConflict.system), "value": .string(key)]],
                "status": "final",
                "code": CareCode.concept(PlanConflict.system, conflict.kind.rawValue, conflict.text),
                "severity": conflict.isAlert ? "high" : "moderate",
                "patient": .reference("Patient/\(person)"),
                "identifiedDateTime": .string(FHIRDate.instant(change.now)),
                "author": change.caller.practitioner.map { .reference($0) },
                "implicated": conflict.implicated.isEmpty
                    ? nil : .array(conflict.implicated.map { .reference($0) }),
                "detail": .string(conflict.detail),
                "mitigation": [
                    .compact([
                        "action": CareCode.concept(Self.system, (decision ?? .intended).rawValue, note),
                        "date": .string(FHIRDate.instant(change.now)),
                        "author": change.caller.practitioner.map { .reference($0) },
                    ])
                ],
            ]))
        if decision == .asked {
            try OpenTask(
                .followUp, person: person, title: "Hear back: \(conflict.text)", why: "\(conflict.detail). \(note)",
                owner: change.caller.practitioner, due: change.now + Self.days * 86_400_000, focus: issue.reference,
                labels: labels
            ).perform(in: change)
        }
        return issue
    }

    /// The labels of all that it is about.
    private func labels(of conflict: PlanConflict, _ record: PersonRecord) -> JSON? {
        var all: [JSON] = []
        for reference in conflict.implicated {
            let type = String(reference.prefix { $0 != "/" })
            let found = record.all(type).first { $0.reference == reference }
            for label in found?.root["meta"]?.list("security") ?? [] where !all.contains(label.value) {
                all.append(label.value)
            }
        }
        return all.isEmpty ? nil : .array(all)
    }
}
