import Care
import Records

/// When a stay, a death, a contact, a reconciliation or the last task of a transition is stored: keeps the person's
/// transitions in line with it.
struct FollowStays: Reaction {
    let name = "follow-stays"
    let when: Set<String> = ["Encounter", "Patient", "Procedure", "Task"]
    let rules: TransitionRules

    func react(to person: String, in change: Change) throws {
        try KeepTransitions(person, rules: rules).perform(in: change)
    }
}
