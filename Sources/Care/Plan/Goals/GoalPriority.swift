/// How soon a goal is worked on: HL7 goal-priority codes, as Goal.priority prefers them.
package enum GoalPriority: String, Sendable, CaseIterable {
    case high = "high-priority"
    case medium = "medium-priority"
    case low = "low-priority"

    static let system = "http://terminology.hl7.org/CodeSystem/goal-priority"

    package var title: String {
        switch self {
        case .high: "First"
        case .medium: "Next"
        case .low: "Later"
        }
    }
}
