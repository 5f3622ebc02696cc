import FHIR
package import Records

/// The tier and the scores of a row, from the stored risk.
struct PanelRisk {
    var tier: Tier?
    var why = ""
    var until: Int64?
    var hfrs = 0.0
    var charlson = 0.0
    var v28 = 0.0

    init(_ person: PersonRecord) {
        guard let resource = RiskDraft.standing(in: person), let risk = StoredRisk(resource) else {
            return
        }
        tier = risk.tier
        why = risk.reasons.first ?? ""
        until = risk.until
        func score(_ model: String) -> Double {
            risk.models.first { $0.model == model }.flatMap { Double($0.score) } ?? 0
        }
        hfrs = score("hfrs")
        charlson = score("charlson-original")
        v28 = score("cms-hcc-v28")
    }
}

/// The enrolment that a row shows: of several the active one, of those the oldest.
struct PanelEnrolment {
    let programme: String
    let status: String
    let careManager: String?

    var isOpen: Bool { status == "active" || status == "onhold" }

    private static let order = ["active", "onhold", "waitlist", "planned"]

    static func main(of person: PersonRecord) -> PanelEnrolment? {
        var best: (rank: Int, enrolment: PanelEnrolment)?
        for episode in person.all("EpisodeOfCare") {
            let root = episode.root
            guard let status = root.text("status"), let rank = order.firstIndex(of: status),
                rank < best?.rank ?? order.count, let programme = programme(root)
            else {
                continue
            }
            best = (
                rank,
                PanelEnrolment(programme: programme, status: status, careManager: root.text("careManager", "reference"))
            )
        }
        return best?.enrolment
    }

    static func programme(_ root: JSONNode) -> String? {
        for type in root.list("type") {
            for coding in type.list("coding") where coding.text("system") == "urn:almoner:program" {
                return coding.text("code")
            }
        }
        return nil
    }
}

/// An open task with its due time.
struct PanelTask {
    let code: String
    let what: String
    let due: Int64
    let owner: String?

    static let openStates: Set<String> = [
        "requested", "received", "accepted", "ready", "in-progress", "on-hold",
    ]

    static func open(of person: PersonRecord) -> [PanelTask] {
        person.all("Task").compactMap { task in
            let root = task.root
            guard let status = root.text("status"), openStates.contains(status) else {
                return nil
            }
            let code = root.text("code", "coding", "code") ?? ""
            let due = root.text("restriction", "period", "end").flatMap { FHIRDate($0)?.low }
            return PanelTask(
                code: code, what: TaskCode(rawValue: code)?.title ?? root.text("code", "text") ?? "Task",
                due: due ?? PanelProjection.never, owner: root.text("owner", "reference"))
        }
    }
}

/// When somebody of ours last spoke with a person.
enum PanelContact {
    /// - Returns: milliseconds since 1970; 0 for never, which sorts before every date.
    static func last(of person: PersonRecord) -> Int64 {
        var last: Int64 = 0
        for encounter in person.all("Encounter") {
            let root = encounter.root
            guard root.text("type", "coding", "system") == "urn:almoner:contact",
                ["finished", "in-progress", "arrived"].contains(root.text("status") ?? ""),
                let start = root.text("period", "start").flatMap({ FHIRDate($0) })
            else {
                continue
            }
            last = max(last, start.low)
        }
        return last
    }
}

/// What is missing of an enrolled person, the first step of the way that was not taken.
package enum PanelGap: String, Sendable, CaseIterable {
    case consent, assessment, plan
    /// It was to be begun, or to be complete, by now. Looked at before whether there is any form at all.
    case overdue = "assessment-overdue"

    package var title: String {
        switch self {
        case .consent: "No consent"
        case .assessment: "No assessment"
        case .plan: "No plan"
        case .overdue: "Assessment overdue"
        }
    }

    static func first(of person: PersonRecord, clocks: AssessmentClocks?, asOf: Int64) -> PanelGap? {
        if !person.all("Consent").contains(where: { holds($0.root, asOf) }) {
            return .consent
        }
        if let clocks,
            AssessmentClock.all(person, clocks: clocks, now: asOf).contains(where: { $0.isOverdue(at: asOf) })
        {
            return .overdue
        }
        if !person.all("QuestionnaireResponse").contains(where: {
            ["completed", "amended"].contains($0.root.text("status") ?? "")
        }) {
            return .assessment
        }
        return person.all("CarePlan").contains { $0.root.text("status") == "active" } ? nil : .plan
    }

    /// Consent to a programme. One that says nothing of its kind counts; one to messages alone does not.
    private static func holds(_ root: JSONNode, _ asOf: Int64) -> Bool {
        guard root.text("status") == "active", root.text("provision", "type") != "deny" else {
            return false
        }
        let kinds = root.list("category").flatMap { $0.list("coding") }
            .filter { $0.text("system") == "urn:almoner:consent" }.compactMap { $0.text("code") }
        guard kinds.isEmpty || kinds.contains("program") else {
            return false
        }
        let end = root.text("provision", "period", "end").flatMap { FHIRDate($0) }
        return end.map { $0.high > asOf } ?? true
    }
}
