package import Care
package import Records

/// What happens when something is stored: "when this is stored of a person, do that". Each reaction may come again for
/// the same person and then finds its work done.
package protocol Reaction: Sendable {
    var name: String { get }
    /// The resource types that set it off.
    var when: Set<String> { get }
    /// Does what is to be done for a person, given by the id of the Patient. The change may hold other people too;
    /// throwing undoes all of it.
    func react(to person: String, in change: Change) throws
}

/// The table of reactions.
package enum Reactions {
    /// Every reaction of the product, in the order in which they run. The days of their clocks are counted in the zone
    /// of the site.
    package static func all(_ care: CareContent, zone: FacilityZone) -> [any Reaction] {
        [
            RescorePerson(rules: care.identify),
            FollowStays(
                rules: TransitionRules(holidays: care.holidays, zone: zone, risk: care.risk, plan: care.transitions)),
            StopOnDeath(),
            SeekDuplicates(rules: care.matching),
            AdvanceSteps(plans: care.plans, zone: zone),
            WatchPlanCopies(),
            StopSequences(),
        ]
    }
}
