/// The facts that entry and exit criteria may ask about. Every fact is a number; yes is 1 and no is 0.
///
/// Who evaluates a criterion gathers what it knows; a fact that is not known is left out, never put as 0.
package enum ProgramFact: String, Sendable, CaseIterable {
    /// Age in years.
    case age
    case chronicConditions = "chronic-conditions"
    case charlson
    /// 1 (lowest) to 4 (highest).
    case riskTier = "risk-tier"
    case inpatientStays12Months = "inpatient-stays-12-months"
    case edVisits12Months = "ed-visits-12-months"
    /// Whole months since the end of the last hospital stay or emergency visit.
    case monthsSinceAcuteCare = "months-since-acute-care"
    case socialNeeds = "social-needs"
    case unmetSocialNeeds = "unmet-social-needs"
    case inHospice = "in-hospice"
    /// Reached goals as a share of all goals that were not given up, 0 to 1.
    case goalsReachedShare = "goals-reached-share"
    /// Of all totals on file.
    case phq9Highest = "phq9-highest"
    case phq9Latest = "phq9-latest"
    /// How far PHQ-9 has come down from the first total, as a share of it, 0 to 1.
    case phq9DropShare = "phq9-drop-share"
    case openSafetyItems = "open-safety-items"
    case selfManagementPlan = "self-management-plan"
    case daysSinceDischarge = "days-since-discharge"
    case dischargedHome = "discharged-home"
    /// Reached after discharge in time, or two timely attempts.
    case dischargeContactMade = "discharge-contact-made"
    case medicinesReconciled = "medicines-reconciled"
    case followUpVisitDone = "follow-up-visit-done"
    case readmitted30Days = "readmitted-30-days"
}

/// What is known about a person, by fact.
package typealias ProgramFacts = [ProgramFact: Double]

extension ProgramFact {
    /// As FHIRPath names it, without `%`: `riskTier` for `risk-tier`.
    package var variable: String {
        let parts = rawValue.split(separator: "-")
        return parts.dropFirst().reduce(String(parts.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    /// The fact of a variable of FHIRPath.
    package init?(variable: String) {
        guard let fact = Self.byVariable[variable] else {
            return nil
        }
        self = fact
    }

    private static let byVariable = Dictionary(uniqueKeysWithValues: allCases.map { ($0.variable, $0) })

    /// The types of resources that it is worked out from.
    package var reads: Set<String> {
        switch self {
        case .age: ["Patient"]
        case .chronicConditions, .charlson, .socialNeeds, .unmetSocialNeeds: ["Condition"]
        case .riskTier: ["RiskAssessment"]
        case .inpatientStays12Months, .edVisits12Months, .monthsSinceAcuteCare, .daysSinceDischarge, .dischargedHome,
            .readmitted30Days:
            ["Encounter"]
        case .inHospice: ["EpisodeOfCare", "Encounter"]
        case .goalsReachedShare: ["Goal"]
        case .phq9Highest, .phq9Latest, .phq9DropShare: ["Observation"]
        case .openSafetyItems, .medicinesReconciled, .followUpVisitDone: ["Task"]
        case .dischargeContactMade: ["Task", "Communication"]
        case .selfManagementPlan: ["CarePlan"]
        }
    }
}
