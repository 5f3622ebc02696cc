package import FHIR

/// One way in which a record can be sensitive.
package struct SecurityLabel: Sendable {
    package let code: String
    package let system: String
    package let title: String
    package let mask: LabelMask
    /// Other codes of the system that mean no less.
    package let same: [String]
    /// The kind of consent of the person that discloses it, in `urn:almoner:consent`; nil: no consent does so by itself.
    package let consent: String?
    /// Whether a score may be made of it. A score is read by more people than what it was made of.
    package let isScored: Bool
    /// What has to go with what is disclosed, word for word.
    package let notice: String?

    /// As somebody writes it into `meta.security`.
    package var coding: JSON { ["system": .string(system), "code": .string(code), "display": .string(title)] }
}
