/// Which set of CMS-HCC relative factors applies to a person.
package enum HCCSegment: String, Sendable, CaseIterable {
    case communityNonDualAged = "CNA"
    case communityNonDualDisabled = "CND"
    case communityFullDualAged = "CFA"
    case communityFullDualDisabled = "CFD"
    case communityPartialDualAged = "CPA"
    case communityPartialDualDisabled = "CPD"
    case institutional = "INS"
    case newEnrollee = "NE"
    case specialNeedsNewEnrollee = "SNPNE"

    /// New enrollees are scored by age, sex and entitlement alone.
    package var usesDiagnoses: Bool { self != .newEnrollee && self != .specialNeedsNewEnrollee }

    var isCommunityAged: Bool {
        self == .communityNonDualAged || self == .communityFullDualAged || self == .communityPartialDualAged
    }
}

/// What Medicare knows of a person beside age, sex and diagnoses.
package struct CMSEnrollment: Sendable, Hashable {
    package var segment: HCCSegment
    /// Also covered by Medicaid. Read by the institutional and new-enrollee segments.
    package var medicaid: Bool
    /// First entitled by disability (original reason for entitlement 1) and now 65 or older.
    package var originallyDisabled: Bool

    package init(_ segment: HCCSegment, medicaid: Bool = false, originallyDisabled: Bool = false) {
        self.segment = segment
        self.medicaid = medicaid
        self.originallyDisabled = originallyDisabled
    }

    /// Reads `CNA`, or with what else applies: `INS+MCAID`, `CNA+ORIGDIS`, `NE+MCAID+ORIGDIS`. Nil when unknown.
    package init?(_ text: some StringProtocol) {
        var parts = text.uppercased().split(separator: "+")
        guard !parts.isEmpty, let segment = HCCSegment(rawValue: String(parts.removeFirst())) else { return nil }
        self.init(segment)
        for part in parts {
            switch part {
            case "MCAID": medicaid = true
            case "ORIGDIS": originallyDisabled = true
            default: return nil
            }
        }
    }

    /// What is assumed when nothing is known: lives in the community, no Medicaid, by age.
    package static func community(age: Int) -> CMSEnrollment {
        CMSEnrollment(age >= 65 ? .communityNonDualAged : .communityNonDualDisabled)
    }
}
