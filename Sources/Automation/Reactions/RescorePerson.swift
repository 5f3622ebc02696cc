package import Care
package import Records

/// What was stored of a person may change their risk: worked out anew, kept when it differs.
package struct RescorePerson: Reaction {
    package let name = "rescore"
    package let when: Set<String> = ["Patient", "Condition", "Encounter", "MedicationRequest", "Observation"]
    private let rules: RiskRules

    package init(rules: RiskRules) {
        self.rules = rules
    }

    package func react(to person: String, in change: Change) throws {
        do {
            try ScorePerson(person, rules: rules).perform(in: change)
        } catch RecordsFailure.notFound {
            // Something names a patient who is not on file yet: scored when the patient comes.
        }
    }
}
