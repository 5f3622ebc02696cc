/// What a caller is at this site.
package enum Role: String, Sendable, CaseIterable, Codable {
    case careManager = "care-manager"
    case supervisor
    /// Runs the installation; sees no clinical data.
    case administrator
    /// Another system that works with the records through the API; its scopes say how.
    case client
    /// The product's own work. Never given to an account.
    case system

    /// The roles that an account can have.
    package static let forAccounts: [Role] = [.careManager, .supervisor, .administrator]

    package var title: String {
        switch self {
        case .careManager: "Care manager"
        case .supervisor: "Supervisor"
        case .administrator: "Administrator"
        case .client: "API client"
        case .system: "Almoner itself"
        }
    }
}
