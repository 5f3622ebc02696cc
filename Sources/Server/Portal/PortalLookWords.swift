import Access
import Records

/// Lines of the audit in the words of the person whose record it is.
enum PortalLookWords {
    static func who(_ line: AuditLine, own: String) -> String {
        if line.account == own {
            return "You"
        }
        if let name = line.name {
            return name
        }
        if line.account.hasPrefix("client/") {
            return "A computer system that works with ours"
        }
        return line.account.hasPrefix("system/") ? "Our own computer system" : "Someone who could not sign in"
    }

    static func what(_ line: AuditLine) -> String {
        switch line.deed {
        case .look: look(line.detail)
        case .search: "Found you in a search"
        case .create: made(line.detail)
        case .update: "Changed your record: \(thing(line.detail))"
        case .delete: "Took something out of your record: \(thing(line.detail))"
        case .signIn: "Tried to use an invitation to your pages"
        case .refusal: "Was not let in"
        case .importing: "Brought in records from elsewhere"
        case .export:
            line.detail.hasPrefix("portal") ? "Took a copy of your record" : "Sent or took a copy of your record"
        }
    }

    static func why(_ line: AuditLine, own: String) -> String? {
        if line.account == own {
            return nil
        }
        return purpose(line.purpose)
    }

    /// A code of v3-ActReason in plain words.
    static func purpose(_ code: String) -> String? {
        switch PurposeOfUse(rawValue: code) {
        case .treatment: "To care for you"
        case .operations: "To run the clinic"
        case .payment: "For bills"
        case .administration: "To keep the computers running"
        case .patientRequest: "You let them"
        case .familyRequest: "As your parent or guardian"
        case .breakTheGlass: "An emergency"
        case .publicHealth: "For public health"
        case .research: "For research"
        case .legal: "The law asked for it"
        case nil: nil
        }
    }

    private static func look(_ page: String) -> String {
        switch page {
        case "person page": "Looked at your summary"
        case "plan page": "Looked at your plan"
        case "contact page": "Talked with you, or made ready to"
        case "assessment page": "Looked at your answers"
        case "today page", "panel page", "tasks page", "transitions": "Saw your name on a list"
        case "task page", "task conflict": "Looked at something to be done for you"
        case "looks page": "Looked at who has looked"
        case "portal home": "Looked at your pages here"
        case "portal looks": "Looked at this page"
        default: "Looked at your record"
        }
    }

    private static func made(_ detail: String) -> String {
        switch detail {
        case "broke the glass": "Opened your whole record in an emergency. We check each of these."
        case "invitation to the portal": "Made an invitation to these pages"
        case "account in the portal": "Opened an account for these pages"
        default: "Added to your record: \(thing(detail))"
        }
    }

    /// A type of record in plain words.
    private static func thing(_ type: String) -> String {
        let words = [
            "AllergyIntolerance": "an allergy", "Appointment": "a visit", "CarePlan": "your plan",
            "CareTeam": "your team", "Communication": "a message", "Condition": "a health problem",
            "Consent": "what you agreed to", "Encounter": "a contact", "Goal": "a goal",
            "Immunization": "a vaccine", "MedicationRequest": "a medicine", "MedicationStatement": "a medicine",
            "Observation": "a test or an answer", "Patient": "your name, address or phone",
            "QuestionnaireResponse": "your answers", "RelatedPerson": "someone close to you",
            "RiskAssessment": "a risk score", "Task": "something to be done",
        ]
        return words[type] ?? "a part of it"
    }
}
