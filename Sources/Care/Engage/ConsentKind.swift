/// What a person may be asked to agree to. The code system is Almoner's own, `urn:almoner:consent`.
package enum ConsentKind: String, Sendable, CaseIterable {
    case program
    case dataSharing = "data-sharing"
    case messaging
    case caregiver

    package var title: String {
        switch self {
        case .program: "Care programme"
        case .dataSharing: "Sharing data"
        case .messaging: "Messages"
        case .caregiver: "Talking with a caregiver"
        }
    }

    /// What is said when asking, unless the care team says it in its own words.
    package var words: String {
        switch self {
        case .program:
            "We would like to help you with your health as part of a programme. Only one practice can do this at a "
                + "time. It is your choice, and you can stop at any time. Do you agree?"
        case .dataSharing:
            "To help you well we share what is needed with the others who care for you. Do you agree?"
        case .messaging:
            "We would like to send you messages. We will not put health details in them. Do you agree?"
        case .caregiver:
            "You can name someone who may talk with us about your health. Do you agree that we talk with this person?"
        }
    }

    /// HL7 consent scope: http://terminology.hl7.org/CodeSystem/consentscope.
    var scope: String {
        self == .program ? "treatment" : "patient-privacy"
    }
}
