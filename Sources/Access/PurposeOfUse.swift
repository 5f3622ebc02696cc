/// What a look or a change is for, in the codes of HL7's v3-ActReason.
package enum PurposeOfUse: String, Sendable, CaseIterable {
    case treatment = "TREAT"
    case operations = "HOPERAT"
    case payment = "HPAYMT"
    case administration = "HSYSADMIN"
    case patientRequest = "PATRQT"
    /// A parent or guardian, who stands for a child.
    case familyRequest = "FAMRQT"
    case breakTheGlass = "BTG"
    case publicHealth = "PUBHLTH"
    case research = "HRESCH"
    case legal = "HLEGAL"

    /// In words for the audit's readers.
    package var title: String {
        switch self {
        case .treatment: "Care of the person"
        case .operations: "Running the service"
        case .payment: "Payment"
        case .administration: "Running the installation"
        case .patientRequest: "Asked for by the person"
        case .familyRequest: "Asked for by a parent or guardian"
        case .breakTheGlass: "Emergency access"
        case .publicHealth: "Public health"
        case .research: "Research"
        case .legal: "Asked for by the law"
        }
    }
}

extension Caller {
    /// What this caller's work is for unless more is known: whoever cares for people does so to treat them.
    package var purposeOfUse: PurposeOfUse {
        if let statedPurpose {
            return statedPurpose
        }
        if roles.contains(where: { [.careManager, .supervisor, .client].contains($0) }) {
            return .treatment
        }
        if child != nil {
            return .familyRequest
        }
        if !roles.isDisjoint(with: [.patient, .caregiver]) {
            return .patientRequest
        }
        return roles.contains(.administrator) ? .administration : .operations
    }
}
