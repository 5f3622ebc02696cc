import FHIR
import Foundation
import Records

/// RFC 7523 §2.2 and §3: a token that a client signed to say who it is, as SMART App Launch 2.0 narrows it.
struct ClientAssertion {
    static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    private static let longest = 16_384
    private static let longestID = 255
    private static let longestSeconds: Int64 = 5 * 60
    /// By which the clock of a client may be ahead in what it says of the past.
    private static let driftSeconds: Int64 = 60

    /// Who it says it is from; not believed until ``proof(by:with:audience:at:)`` has been asked.
    let issuer: String
    /// The key that it names.
    var kid: String? { header["kid"]?.string }
    private let header: JSONNode
    private let claims: JSONNode
    private let signed: [UInt8]
    private let signature: [UInt8]

    /// - Returns: nil for what is no signed token of three parts.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count == 3,
            let header = Base64URL.decoded(parts[0]).flatMap({ try? JSONDocument($0).root }),
            let claims = Base64URL.decoded(parts[1]).flatMap({ try? JSONDocument($0).root }),
            let signature = Base64URL.decoded(parts[2]), !signature.isEmpty,
            let issuer = claims["iss"]?.string
        else {
            return nil
        }
        self.header = header
        self.claims = claims
        self.signature = signature
        self.issuer = issuer
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }

    /// - Parameters:
    ///   - client: who it is said to be from.
    ///   - keys: the client's.
    ///   - audience: the address of the token endpoint, as clients know it.
    ///   - now: milliseconds since 1970.
    /// - Returns: the `jti` and its end, or that something is wrong.
    func proof(by client: Client, with keys: JWKSet?, audience: String, at now: Int64) -> ClientProof {
        let seconds = now / 1_000
        guard let keys, let algorithm = header["alg"]?.string, JWKSet.algorithms.contains(algorithm),
            client.algorithms.contains(algorithm), header["crit"] == nil,
            keys.checks(signature, of: signed, kid: kid, algorithm: algorithm),
            issuer == client.id, claims["sub"]?.string == client.id, isFor(audience),
            let ends = moment("exp"), ends > seconds, ends - seconds <= Self.longestSeconds,
            moment("nbf") ?? seconds <= seconds + Self.driftSeconds,
            moment("iat") ?? seconds <= seconds + Self.driftSeconds,
            let jti = claims["jti"]?.string, (1...Self.longestID).contains(jti.utf8.count)
        else {
            return .wrong
        }
        return .assertion(jti: jti, until: ends * 1_000)
    }

    /// The whole address and nothing beside it: an assertion for another server is not one for this.
    private func isFor(_ audience: String) -> Bool {
        guard let claim = claims["aud"] else {
            return false
        }
        let named = claim.string.map { [$0] } ?? claim.elements.map { $0.string ?? "" }
        return named == [audience]
    }

    /// Seconds since 1970, RFC 7519 §2 NumericDate.
    private func moment(_ name: String) -> Int64? {
        guard let number = claims[name]?.double, number > 0, number < 1e12 else {
            return nil
        }
        return Int64(number)
    }
}
