package import Content

/// What can be planned for one problem: goals in the person's words and what the team does about them.
package struct PlanPack: Sendable, Equatable {
    /// Short name, the file's name without ending: `heart-failure`.
    package let id: String
    package let title: String
    /// Published source, version, licence and dates of use.
    package let origin: ContentOrigin
    /// The problem as a Condition would say it.
    package let problem: String
    /// Codes that suggest the pack.
    package let suggestedBy: [Suggestion]
    package let goals: [Goal]
    package let interventions: [Intervention]

    /// A code, or the start of a code, that suggests the pack.
    package struct Suggestion: Sendable, Equatable {
        package enum System: String, Sendable, CaseIterable {
            case icd10 = "icd-10"
            case snomed
            case need
        }
        package let system: System
        /// ICD-10-CM without dot; a prefix when `isPrefix`.
        package let code: String
        package let isPrefix: Bool
        /// The social need the code stands for; nil outside the social-need pack.
        package let need: String?
    }

    /// A goal to be agreed on, with how it is measured.
    package struct Goal: Sendable, Equatable {
        package let id: String
        /// What the team calls it.
        package let title: String
        /// A sentence in the person's words; `{what matters}` is where theirs come in.
        package let personWords: String
        /// A sentence as someone might say it.
        package let example: String
        package let measure: Measure
        package let dueInDays: Int
        /// Needs it answers; empty outside the social-need pack.
        package let needs: [String]
    }

    /// How one sees that a goal is reached.
    package struct Measure: Sendable, Equatable {
        package enum Direction: String, Sendable, CaseIterable {
            case atLeast = "at-least"
            case atMost = "at-most"
            case between
            /// Down by `target` percent from the first value.
            case dropPercent = "drop-percent"
            /// No further than `target` from the person's own baseline.
            case withinOfBaseline = "within-of-baseline"
            /// The person says that the need was met.
            case saidMet = "said-met"
        }
        /// LOINC code of the readings that count; nil when the team counts by hand.
        package let loinc: String?
        package let name: String
        /// UCUM unit where there is a LOINC code, a plain word otherwise.
        package let unit: String
        package let direction: Direction
        package let target: Double?
        package let low: Double?
        package let high: Double?
        /// What to agree on before the number is used.
        package let note: String?
    }

    /// Something the team does, as a task.
    package struct Intervention: Sendable, Equatable {
        package enum Role: String, Sendable, CaseIterable {
            case careManager = "care-manager"
            case nurse
            case pharmacist
            case clinician
            case socialWorker = "social-worker"
            case communityHealthWorker = "community-health-worker"
        }
        package let id: String
        /// Title of the task.
        package let title: String
        package let who: Role
        package let dueInDays: Int
        /// Days between repeats; nil when it is done once.
        package let everyDays: Int?
        /// Ids of the goals it serves.
        package let goals: [String]
        /// What the person reads, at or below sixth grade.
        package let patient: String
    }

    /// The interventions that serve a goal, soonest first.
    package func interventions(for goal: Goal) -> [Intervention] {
        interventions.filter { $0.goals.contains(goal.id) }.sorted { $0.dueInDays < $1.dueInDays }
    }
}
