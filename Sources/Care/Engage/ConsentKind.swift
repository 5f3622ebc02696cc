/// What a person may be asked to agree to. The code system is Almoner's own, `urn:almoner:consent`.
package enum ConsentKind: String, Sendable, CaseIterable {
    case program
    case dataSharing = "data-sharing"
    case messaging
    case caregiver
    /// 42 CFR 2.31: one consent for treatment, payment and operations.
    case part2 = "part-2"
    case research
    case stories
    /// Given in the portal by the person, with what is shared and with whom (see ``ShareRecord``).
    case proxy
    /// Given by staff to a parent or guardian of a minor (see ``NameRepresentative``).
    case representative

    /// What staff ask for and write down.
    package static let asked = allCases.filter { ![.proxy, .representative].contains($0) }

    package var title: String {
        switch self {
        case .program: "Care programme"
        case .dataSharing: "Sharing data"
        case .messaging: "Messages"
        case .caregiver: "Talking with a caregiver"
        case .part2: "Sharing substance use treatment records"
        case .research: "Research"
        case .stories: "Telling my story"
        case .proxy: "Seeing my record in the portal"
        case .representative: "Parent or guardian in the portal"
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
        case .part2:
            "Your records from a substance use programme are kept apart by law. If you agree, those who care for you here "
                + "may read them to treat you, to bill, and to run the clinic. You can stop this at any time. What was "
                + "shared before stays shared. Do you agree?"
        case .research:
            "We would like to use your records to learn how to care better. Your name is left out. Do you agree?"
        case .stories:
            "We would like to tell others how you got on. Your name is left out. Do you agree?"
        case .proxy:
            "You can let someone see some of your record in the portal. You choose what, and you can stop it any time."
        case .representative:
            "A parent or guardian sees a child's record in the portal, less of it as the child grows up."
        }
    }

    /// HL7 consent scope: http://terminology.hl7.org/CodeSystem/consentscope.
    var scope: String {
        switch self {
        case .program: "treatment"
        case .research: "research"
        default: "patient-privacy"
        }
    }
}
