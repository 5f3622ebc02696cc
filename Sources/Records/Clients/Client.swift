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
    /// What it does not see, whatever its scopes say.
    package let hidden: LabelMask
    /// Its public keys as a JWK Set; nil for a client that shows a secret, or whose keys stand at an address.
    package let keys: String?
    /// Where its public keys stand, RFC 7591 §2 `jwks_uri`; nil for a client whose keys are here, or who has none.
    package let keysURL: String?
    /// The signatures that it may use, for example `RS384`.
    package let algorithms: Set<String>
    package let created: Int64
    package let isEnded: Bool
    /// From where it asks now, for the audit.
    var address = ""

    /// Whether it signs with a key of its own; else it shows a secret.
    package var signs: Bool { keys != nil || keysURL != nil }

    /// The same client, asking from a network address.
    func at(_ address: String?) -> Client {
        var client = self
        client.address = address ?? ""
        return client
    }

    package var caller: Caller {
        Caller(account: "client/\(id)", name: name, roles: [.client], scopes: Set(scopes), panel: panel, hidden: hidden)
            .at(address: address)
    }
}

/// What an administrator says of a client that is to be registered.
package struct ClientDraft: Sendable {
    package var id: String
    package var name: String
    /// Scopes with spaces between them.
    package var scopes: String
    package var panel: String?
    /// The labels of what it does not see whatever its scopes say, by their codes.
    package var hidden: [String]
    package var keys: String?
    package var keysURL: String?
    package var algorithms: Set<String>

    /// SMART App Launch 2.0, Client Authentication: Asymmetric: what every client and server speak.
    package static let usualAlgorithms: Set<String> = ["RS384", "ES384"]

    package init(
        id: String, name: String, scopes: String, panel: String? = nil, hidden: [String] = [], keys: String? = nil,
        keysURL: String? = nil, algorithms: Set<String> = usualAlgorithms
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.panel = panel
        self.hidden = hidden
        self.keys = keys
        self.keysURL = keysURL
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
    /// A label that is not in Content/labels.
    case labelUnknown
}
