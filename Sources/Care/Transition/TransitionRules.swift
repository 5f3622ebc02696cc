import Content

/// What the clocks and scores of a transition need: the site's holidays and zone, and the tables of comorbidity.
package struct TransitionRules: Sendable {
    package let holidays: Holidays
    package let zone: FacilityZone
    package let risk: RiskModels
    package let plan: TransitionPlan

    /// How long after discharge a stay that becomes known still opens a transition, and how long one lasts.
    package static let days = 30
    static let day: Int64 = 86_400_000
    static let length = Int64(days) * day

    /// The rules of one site. The zone is that of its facilities; sites in several zones are to run one server each.
    package init(holidays: Holidays, zone: FacilityZone, risk: RiskModels, plan: TransitionPlan) {
        self.holidays = holidays
        self.zone = zone
        self.risk = risk
        self.plan = plan
    }

    /// The clocks of a discharge in milliseconds since 1970.
    package func clocks(_ discharged: Int64) -> TransitionClocks {
        TransitionClocks(dischargedAt: Int(discharged / 1000), zone: zone, holidays: holidays)
    }
}
