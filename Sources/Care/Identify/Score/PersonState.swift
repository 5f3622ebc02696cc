package import FHIR

/// Whether a person is alive and in our care, as Patient says it.
package enum PersonState {
    package static func isDeceased(_ patient: JSONNode) -> Bool {
        patient["deceasedBoolean"]?.bool == true || patient["deceasedDateTime"] != nil
    }

    /// Neither deceased nor taken out of use (a duplicate that was merged away).
    package static func isListed(_ patient: JSONNode) -> Bool {
        !isDeceased(patient) && patient["active"]?.bool != false
    }
}
