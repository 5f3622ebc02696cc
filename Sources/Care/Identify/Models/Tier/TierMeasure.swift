/// What a tier rule may look at. Payment models are not among them, on purpose.
package enum TierMeasure: String, Sendable, CaseIterable {
    /// Hospital Frailty Risk Score.
    case hfrs
    /// Charlson, original weights.
    case charlson
    /// Elixhauser, van Walraven weights.
    case elixhauser
    /// The highest LACE of the last twelve months' discharges.
    case lace
    /// Hospital stays in twelve months.
    case admissions
    /// Emergency visits without admission in twelve months.
    case edVisits = "ed_visits"
    /// Chronic conditions, as distinct three-character categories.
    case chronic
    /// Active ingredients.
    case ingredients
    case socialNeeds = "social_needs"
    /// Screenings whose latest result is abnormal.
    case abnormalScreens = "abnormal_screens"
    /// Years.
    case age

    /// The measure and its value, as a person reads it.
    func phrase(_ value: Thousandths) -> String {
        func counted(_ one: String, _ many: String) -> String {
            "\(value) \(value == Thousandths(whole: 1) ? one : many)"
        }
        return switch self {
        case .hfrs: "frailty score (HFRS) \(value)"
        case .charlson: "Charlson score \(value)"
        case .elixhauser: "Elixhauser score \(value)"
        case .lace: "LACE \(value)"
        case .admissions: counted("hospital stay", "hospital stays") + " in 12 months"
        case .edVisits: counted("emergency visit", "emergency visits") + " in 12 months"
        case .chronic: counted("chronic condition", "chronic conditions")
        case .ingredients: counted("medicine", "medicines") + ", counted by ingredient"
        case .socialNeeds: counted("social need", "social needs")
        case .abnormalScreens: counted("abnormal screening", "abnormal screenings")
        case .age: "age \(value)"
        }
    }
}
