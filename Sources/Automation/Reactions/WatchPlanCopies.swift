import Care
import Records

/// When a medicine is stored: whether the copy of the plan that the person has at home is still right.
struct WatchPlanCopies: Reaction {
    let name = "watch-plan-copies"
    let when: Set<String> = ["MedicationRequest", "MedicationStatement"]

    func react(to person: String, in change: Change) throws {
        try WatchCopy(person: person).perform(in: change)
    }
}
