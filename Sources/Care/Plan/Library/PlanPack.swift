package import Content

/// What can be planned for one problem: goals in the person's words and what the team does about them.
package struct PlanPack: Sendable, Equatable {
    /// Short name, the file's name without ending: `heart-failure`.
    package let id: String
    package let title: String
    /// What it is called to the person: plain, and fit for a sheet on the refrigerator door.
    package let called: PlanWords
    /// Published source, version, licence and dates of use.
    package let origin: ContentOrigin
    package let ages: Ages
    /// The problem as a Condition would say it.
    package let problem: String
    /// Codes that suggest the pack.
    package let suggestedBy: [Suggestion]
    package let goals: [Goal]
    /// What the team does; the contacts are the last of them.
    package let interventions: [Intervention]
    /// What the person does, in plain words.
    package let selfCare: [PlanWords]
    /// One of each light, green first.
    package let warningSigns: [WarningSign]
    package let contacts: Contacts
    /// Readings that are followed.
    package let measures: [Followed]
    /// Steps among which is chosen.
    package let choices: [Choice]

    /// Some steps and how many of them are taken.
    package struct Choice: Sendable, Equatable {
        package let id: String
        package let title: String
        /// FHIR R4 action-selection-behavior.
        package let selection: CareProtocol.Selection
        package let steps: [String]
    }

    /// Whom the pack is for.
    package struct Ages: Sendable, Equatable {
        /// In whole years.
        package let from: Int
        package let to: Int?

        /// Someone of unknown age may be of any.
        package func fit(_ age: Int?) -> Bool {
            guard let age else {
                return true
            }
            return age >= from && age <= to ?? .max
        }
    }

    /// What one sees, and what to do then.
    package struct WarningSign: Sendable, Equatable {
        package enum Light: String, Sendable, CaseIterable {
            case green
            case yellow
            case red
        }
        package let light: Light
        package let see: PlanWords
        /// What to do and whom to call.
        package let act: PlanWords
    }

    /// Who calls, and how often.
    package struct Contacts: Sendable, Equatable {
        /// A rhythm that holds for some days, the last one for good.
        package struct Turn: Sendable, Equatable {
            package let everyDays: Int
            package let forDays: Int?
        }
        package let title: String
        package let who: Intervention.Role
        package let firstInDays: Int
        package let turns: [Turn]
    }

    /// A reading that is followed.
    package struct Followed: Sendable, Equatable {
        package let loinc: String
        package let name: String
        /// UCUM.
        package let unit: String
        /// About how often; nil when it comes as it comes.
        package let everyDays: Int?
    }

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
        package let personWords: PlanWords
        /// A sentence as someone might say it.
        package let example: PlanWords
        package let measure: Measure
        package let dueInDays: Int
        /// Needs it answers; empty outside the social-need pack.
        package let needs: [String]
        /// Goals of earlier versions that it takes the place of.
        package let replaces: [String]

        /// A first wording; the person's own takes its place when the goal is talked over.
        package var firstWords: PlanWords {
            PlanWords(
                en: personWords.en.replacing("{what matters}", with: "do what matters to me"),
                es: personWords.es.replacing("{what matters}", with: "hacer lo que me importa"))
        }
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
        package let patient: PlanWords
        /// Whether, from when and until when it is done, in FHIRPath over the record.
        package let when: [When]
        /// Steps that have to be done before.
        package let after: [After]
        /// How many times it is done; nil: as long as the plan says.
        package let times: Int?
        /// For how many days it is repeated.
        package let forDays: Int?
        /// What is filled in from the record.
        package let values: [Value]
        package let required: CareProtocol.Required?
        package let isPrechecked: Bool
        /// Steps of earlier versions that it takes the place of.
        package let replaces: [String]

        package struct When: Sendable, Equatable {
            package enum Kind: String, Sendable, CaseIterable {
                case applicability
                case start
                case stop
            }
            package let kind: Kind
            package let words: String
            package let path: String
        }

        package struct After: Sendable, Equatable {
            package let step: String
            package let days: Int
        }

        package struct Value: Sendable, Equatable {
            package let path: String
            package let expression: String
        }
    }

    /// The interventions that serve a goal, soonest first.
    package func interventions(for goal: Goal) -> [Intervention] {
        interventions.filter { $0.goals.contains(goal.id) }.sorted { $0.dueInDays < $1.dueInDays }
    }
}
