import Crypto
import CryptoExtras
package import FHIR
import Foundation

/// The public keys of a client, RFC 7517. What kind of signature a key checks is the key's to say and never the token's:
/// a token cannot make of a public key a shared secret.
package struct JWKSet: Sendable {
    /// The kinds of signature that are known here.
    package static let algorithms: Set<String> = ["RS256", "RS384", "ES256", "ES384"]
    private static let mostKeys = 20
    private static let leastModulus = 256
    private static let mostModulus = 1_024

    package struct Broken: Error, CustomStringConvertible {
        package let description: String
    }

    private enum Key: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
    }

    private struct Named: Sendable {
        let id: String?
        /// The only algorithm that the key is for; nil for any of its kind.
        let algorithm: String?
        let key: Key
    }

    private let keys: [Named]

    /// - Parameters:
    ///   - text: as its owner gives it.
    ///   - skippingOthers: whether keys for something else than signatures that are known here are passed over, as in a set
    ///     that serves others too. A private key is never passed over.
    /// - Throws: ``Broken`` in plain words, for the person who registers a client.
    package init(_ text: String, skippingOthers: Bool = false) throws {
        guard text.utf8.count <= 100_000, let root = try? JSONDocument(text: text).root else {
            throw Broken(description: "The keys are not JSON. A JWK Set begins with {\"keys\": [.")
        }
        let list = root.list("keys")
        guard !list.isEmpty, list.count <= Self.mostKeys else {
            throw Broken(description: "A JWK Set has 1 to \(Self.mostKeys) keys in “keys”.")
        }
        keys = try list.compactMap { node in
            do {
                return try Self.key(node)
            } catch {
                guard skippingOthers, !Self.isPrivate(node) else {
                    throw error
                }
                return nil
            }
        }
        guard !keys.isEmpty else {
            throw Broken(description: "None of the keys is for signatures that are taken here.")
        }
        guard Set(keys.compactMap(\.id)).count == keys.count || keys.count == 1 else {
            throw Broken(description: "With several keys, each needs a “kid” of its own.")
        }
    }

    private static func key(_ node: JSONNode) throws -> Named {
        guard !isPrivate(node) else {
            throw Broken(description: "This is a private key. Register the public one, and take this one out of use.")
        }
        if let use = node["use"]?.string, use != "sig" {
            throw Broken(description: "A key is not for signatures (its “use” is not “sig”).")
        }
        let algorithm = node["alg"]?.string
        if let algorithm, !algorithms.contains(algorithm) {
            throw Broken(description: "A key is for an algorithm that is not taken here. RS384 and ES384 are.")
        }
        return Named(id: node["kid"]?.string, algorithm: algorithm, key: try bare(node))
    }

    private static func isPrivate(_ node: JSONNode) -> Bool { node["d"] != nil || node["k"] != nil }

    /// Whether one of them has this name.
    func has(_ kid: String) -> Bool { keys.contains { $0.id == kid } }

    private static func bare(_ node: JSONNode) throws -> Key {
        func part(_ name: String) -> [UInt8]? { node[name]?.string.flatMap { Base64URL.decoded($0) } }
        switch (node["kty"]?.string, node["crv"]?.string) {
        case ("RSA", nil):
            guard let modulus = part("n"), let exponent = part("e"),
                (leastModulus...mostModulus).contains(modulus.drop { $0 == 0 }.count),
                let key = try? _RSA.Signing.PublicKey(n: Data(modulus), e: Data(exponent))
            else {
                throw Broken(description: "An RSA key needs “n” of 2,048 to 8,192 bits and “e”.")
            }
            return .rsa(key)
        case ("EC", "P-256"?):
            guard let x = part("x"), let y = part("y"),
                let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else {
                throw Broken(description: "An EC key needs “x” and “y” of a point on its curve.")
            }
            return .p256(key)
        case ("EC", "P-384"?):
            guard let x = part("x"), let y = part("y"),
                let key = try? P384.Signing.PublicKey(rawRepresentation: x + y)
            else {
                throw Broken(description: "An EC key needs “x” and “y” of a point on its curve.")
            }
            return .p384(key)
        default: throw Broken(description: "A key is neither RSA nor EC on P-256 or P-384.")
        }
    }

    /// Whether a signature is one of these keys': of the one that the token names by its `kid`, or of the only one. The
    /// algorithm is one of ``algorithms``, already found among those of the client.
    func checks(_ signature: [UInt8], of bytes: [UInt8], kid: String?, algorithm: String) -> Bool {
        let named = kid == nil ? (keys.count == 1 ? keys : []) : keys.filter { $0.id == kid }
        return named.contains { named in
            guard named.algorithm == nil || named.algorithm == algorithm else {
                return false
            }
            switch (named.key, algorithm) {
            case (.rsa(let key), "RS256"):
                return key.isValidSignature(
                    .init(rawRepresentation: signature), for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
            case (.rsa(let key), "RS384"):
                return key.isValidSignature(
                    .init(rawRepresentation: signature), for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5)
            case (.p256(let key), "ES256"):
                return (try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { key.isValidSignature($0, for: SHA256.hash(data: bytes)) } ?? false
            case (.p384(let key), "ES384"):
                return (try? P384.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { key.isValidSignature($0, for: SHA384.hash(data: bytes)) } ?? false
            default: return false
            }
        }
    }
}
