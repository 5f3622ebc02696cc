import Care
import Records

/// When something is stored of a person that a protocol may wait for: opens the steps whose time has come.
struct AdvanceSteps: Reaction {
    let name = "advance-steps"
    let when: Set<String> = [
        "Task", "RequestGroup", "CarePlan", "Condition", "Observation", "Encounter", "QuestionnaireResponse",
        "MedicationRequest",
    ]
    let plans: PlanLibrary
    let zone: FacilityZone

    func react(to person: String, in change: Change) throws {
        do {
            try AdvanceProtocols(
                person: person, shelf: ProtocolShelf(plans), days: SiteDays(zone: zone, now: change.now)
            ).perform(in: change)
        } catch RecordsFailure.notFound {
            // Something names a patient who is not on file yet.
        }
    }
}
