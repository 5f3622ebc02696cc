/// Why the server did not fetch something, by a code that stays the same and tells nothing of what was asked for.
package enum OutboundFailure: String, Error, Sendable, CaseIterable {
    /// No address of the kind `https://host/path`.
    case notAnAddress = "outbound-not-an-address"
    /// It speaks no TLS, and was not allowed by name.
    case notEncrypted = "outbound-not-encrypted"
    /// The name stands for nothing.
    case unknownHost = "outbound-unknown-host"
    /// The name stands for an address inside: of this machine, a private network, a link, or one that is nobody's.
    case insideAddress = "outbound-inside-address"
    case unreachable = "outbound-unreachable"
    /// It speaks no TLS, or its certificate is not for that name, not for today, or of an authority that nobody trusts.
    case notTrusted = "outbound-not-trusted"
    /// It sent us on to another address, where we do not go.
    case redirected = "outbound-redirected"
    /// Its answer was not 200.
    case refused = "outbound-refused"
    case wrongType = "outbound-wrong-type"
    case tooLarge = "outbound-too-large"
    case tooSlow = "outbound-too-slow"
    /// What came is not what was wanted, for example no JWK Set.
    case notUnderstood = "outbound-not-understood"
}
