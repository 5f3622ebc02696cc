/// What a caller is at this site, by its name. What it may do stands in Content/roles; a name that no file there has may
/// do nothing.
package struct Role: RawRepresentable, Sendable, Hashable, Codable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let careManager = Role(rawValue: "care-manager")
    package static let supervisor = Role(rawValue: "supervisor")
    /// Runs the installation; sees no clinical data.
    package static let administrator = Role(rawValue: "administrator")
    /// A person whose record it is, in the portal.
    package static let patient = Role(rawValue: "patient")
    /// Whom a person lets see some of their record, in the portal.
    package static let caregiver = Role(rawValue: "caregiver")
    /// Somebody of the portal while a form is filled in. No account has it.
    package static let answering = Role(rawValue: "answering")
    /// Another system that works with the records through the API; its scopes say how.
    package static let client = Role(rawValue: "client")
    /// The product's own work. Never given to an account, and in no file.
    package static let system = Role(rawValue: "system")
}
