package import Care
package import Records

/// What happens when something is stored: "when this is stored of a person, do that". Each reaction may come again for
/// the same person and then finds its work done.
package protocol Reaction: Sendable {
    var name: String { get }
    /// The resource types that set it off.
    var when: Set<String> { get }
    /// - Parameter person: the id of the Patient.
    func react(to person: String, in change: Change) throws
}

/// The table of reactions.
package enum Reactions {
    /// - Parameter zone: the zone of the site, in which the days of its clocks are counted.
    package static func all(_ care: CareContent, zone: FacilityZone) -> [any Reaction] {
        [
            RescorePerson(rules: care.identify),
            FollowStays(rules: TransitionRules(holidays: care.holidays, zone: zone, risk: care.risk)),
            StopOnDeath(),
        ]
    }
}
