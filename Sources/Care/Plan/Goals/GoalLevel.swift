/// How far a goal has come: HL7 goal-achievement codes, as Goal.achievementStatus prefers them.
package enum GoalLevel: String, Sendable, CaseIterable {
    case inProgress = "in-progress"
    case improving
    case noChange = "no-change"
    case worsening
    case achieved
    case sustaining
    case notAchieved = "not-achieved"

    static let system = "http://terminology.hl7.org/CodeSystem/goal-achievement"

    package var title: String {
        switch self {
        case .inProgress: "Begun"
        case .improving: "Getting better"
        case .noChange: "No change"
        case .worsening: "Getting worse"
        case .achieved: "Reached"
        case .sustaining: "Reached and kept"
        case .notAchieved: "Not reached"
        }
    }

    package var isGood: Bool { [.improving, .achieved, .sustaining].contains(self) }
    package var isBad: Bool { [.worsening, .notAchieved].contains(self) }
}
