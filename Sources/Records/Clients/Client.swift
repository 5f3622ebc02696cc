package import Access

/// A program that works with the records, registered by an administrator.
package struct Client: Sendable {
    package let id: String
    /// What people read in the audit and on pages.
    package let name: String
    /// What it may ask for.
    package let scopes: [Scope]
    /// The care manager whose people alone it sees; nil for all people.
    package let panel: String?
    /// Its public keys as a JWK Set; nil for a client that shows a secret.
    package let keys: String?
    /// The signatures that it may use, for example `RS384`.
    package let algorithms: Set<String>
    package let created: Int64
    package let isEnded: Bool

    package var caller: Caller {
        Caller(account: "client/\(id)", name: name, roles: [.client], scopes: Set(scopes), panel: panel)
    }
}

/// What an administrator says of a client that is to be registered.
package struct ClientDraft: Sendable {
    package var id: String
    package var name: String
    /// Scopes with spaces between them.
    package var scopes: String
    package var panel: String?
    package var keys: String?
    package var algorithms: Set<String>

    /// SMART App Launch 2.0, Client Authentication: Asymmetric: what every client and server speak.
    package static let usualAlgorithms: Set<String> = ["RS384", "ES384"]

    package init(
        id: String, name: String, scopes: String, panel: String? = nil, keys: String? = nil,
        algorithms: Set<String> = usualAlgorithms
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.panel = panel
        self.keys = keys
        self.algorithms = algorithms
    }
}

/// Why a client was not registered.
package enum ClientFailure: Error, Sendable, Equatable {
    case forbidden
    case idTaken
    case idUnfit
    case nameUnfit
    /// A scope that is none, or whose filter cannot be used.
    case scope(String, reason: String)
    case panelUnknown
}
