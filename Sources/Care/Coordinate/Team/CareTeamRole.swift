/// What somebody does in the care of one person, as a care team names it.
package enum CareTeamRole: String, Sendable, CaseIterable {
    case primaryCare = "primary-care"
    case specialist
    case nurse
    case careManager = "care-manager"
    case pharmacist
    case behaviouralHealth = "behavioral-health"
    case socialWorker = "social-worker"
    case communityHealthWorker = "community-health-worker"
    case other

    /// As it stands in CareTeam.participant.role, and as protocols name who does a step.
    package var words: String {
        switch self {
        case .primaryCare: "primary care"
        case .specialist: "specialist"
        case .nurse: "nurse"
        case .careManager: "care manager"
        case .pharmacist: "pharmacist"
        case .behaviouralHealth: "behavioural health"
        case .socialWorker: "social worker"
        case .communityHealthWorker: "community health worker"
        case .other: "helps"
        }
    }
}
