import FHIR
package import Records

/// Two parts of what is planned for somebody that do not fit together, or a part that lacks something.
package struct PlanConflict: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case targets
        case instructions
        case interaction
        case duplicateMedicine = "duplicate-medicine"
        case duplicateTest = "duplicate-test"
        case doubleBooking = "double-booking"
        case duplicatePlan = "duplicate-plan"
        case goalWithoutStep = "goal-without-step"
        case stepWithoutOwner = "step-without-owner"
        case taskAfterEnd = "task-after-end"
    }

    package let kind: Kind
    package let text: String
    package let detail: String
    /// What it is about, for example `Goal/5`; in order.
    package let implicated: [String]
    /// Told at once; the others stand on the page of all conflicts.
    package let isAlert: Bool

    static let system = "urn:almoner:conflict"

    init(_ kind: Kind, _ text: String, _ detail: String, _ implicated: [String], isAlert: Bool = true) {
        self.kind = kind
        self.text = text
        self.detail = detail
        self.implicated = Set(implicated).sorted()
        self.isAlert = isAlert
    }

    /// The same as long as the facts are the same: what somebody has decided does not come back before they change.
    package var key: String {
        let facts = ([kind.rawValue, text, detail] + implicated).joined(separator: "\u{1F}")
        // FNV-1a. Two conflicts of one person with one hash would only hide the second.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in facts.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\(kind.rawValue)/\(String(hash, radix: 16))"
    }
}

/// What somebody decided about a conflict: it stands in a DetectedIssue until the facts change.
package struct ConflictDecision: Sendable {
    package let conflict: PlanConflict
    package let words: String
    package let note: String
    /// Milliseconds since 1970.
    package let at: Int64?
    /// For example `Practitioner/ruth`.
    package let by: String?
}

/// Conflicts that wait for somebody, and those that somebody has decided on.
package struct SortedConflicts: Sendable {
    package let open: [PlanConflict]
    package let decided: [ConflictDecision]

    /// - Parameters:
    ///   - found: by ``FindConflicts``.
    ///   - record: of the type DetectedIssue.
    package init(_ found: [PlanConflict], _ record: PersonRecord) {
        var decisions: [String: JSONNode] = [:]
        for issue in record.all("DetectedIssue").map(\.root) where issue.text("status") != "entered-in-error" {
            for identifier in issue.list("identifier") where identifier.text("system") == PlanConflict.system {
                decisions[identifier.text("value") ?? ""] = issue
            }
        }
        open = found.filter { decisions[$0.key] == nil }
        decided = found.compactMap { conflict in
            guard let issue = decisions[conflict.key] else {
                return nil
            }
            let mitigation = issue.list("mitigation").last
            let code = CareCode.code(mitigation?["action"], in: DecideConflict.system)
            return ConflictDecision(
                conflict: conflict, words: code.flatMap(DecideConflict.Decision.init)?.words ?? "Decided",
                note: mitigation?.text("action", "text") ?? "",
                at: CareMoment.of(mitigation?.text("date")), by: mitigation?.text("author", "reference"))
        }
    }
}
