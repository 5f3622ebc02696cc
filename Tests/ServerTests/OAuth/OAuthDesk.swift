import Crypto
import CryptoExtras
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Records
import TestSupport

@testable import Server

/// A client with a key pair, and what it signs.
struct SigningClient: Sendable {
    static let token = "http://here/oauth/token"
    let es384 = P384.Signing.PrivateKey()
    let rsa: _RSA.Signing.PrivateKey

    init() throws {
        rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    var keys: String {
        get throws {
            let point = Array(es384.publicKey.rawRepresentation)
            let parts = try rsa.publicKey.getKeyPrimitives()
            return """
                {"keys": [{"kty": "EC", "crv": "P-384", "kid": "ec", "x": "\(Self.coded(point.prefix(48)))", \
                "y": "\(Self.coded(point.suffix(48)))"}, {"kty": "RSA", "kid": "rsa", "alg": "RS384", \
                "n": "\(Self.coded(parts.modulus))", "e": "\(Self.coded(parts.publicExponent))"}]}
                """
        }
    }

    static func coded(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().filter { $0 != "=" }.replacing("+", with: "-").replacing("/", with: "_")
    }

    enum Way {
        case ec
        case rsa(String)
        case none
        /// The public key's text as a shared secret.
        case shared(String)
    }

    func claims(
        _ now: Int64, id: String = "signer", jti: String = UUID().uuidString, aud: JSON = .string(token),
        lasting: Int = 300
    ) -> JSON {
        [
            "iss": .string(id), "sub": .string(id), "aud": aud, "jti": .string(jti),
            "exp": .int(Int(now / 1_000) + lasting),
        ]
    }

    /// Members of the header besides or instead of the usual ones stand in `more`; a null takes one away.
    func signed(_ claims: JSON, _ way: Way = .ec, kid: String? = nil, more: [String: JSON] = [:]) throws -> String {
        let (algorithm, key): (String, String?) =
            switch way {
            case .ec: ("ES384", "ec")
            case .rsa(let name): (name, "rsa")
            case .none: ("none", "ec")
            case .shared: ("HS256", "ec")
            }
        var header: JSON = .compact([
            "alg": .string(algorithm), "typ": "JWT", "kid": (kid ?? key).map { .string($0) },
        ])
        for (name, value) in more {
            header[name] = value == .null ? nil : value
        }
        let head = Self.coded(header.serialized()) + "." + Self.coded(claims.serialized())
        let bytes = Array(head.utf8)
        let signature: [UInt8] =
            switch way {
            case .ec: Array(try es384.signature(for: SHA384.hash(data: bytes)).rawRepresentation)
            case .rsa("RS256"):
                Array(try rsa.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
            case .rsa:
                Array(try rsa.signature(for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
            case .none: []
            case .shared(let secret):
                Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: Array(secret.utf8))))
            }
        return head + "." + Self.coded(signature)
    }
}

/// Asks the token endpoint and the API behind it.
struct OAuthAsker: Sendable {
    let client: any TestClientProtocol

    struct Answer: Sendable {
        let status: Int
        let json: JSONNode?
        let headers: HTTPFields

        var token: String? { json?["access_token"]?.string }
        var error: String? { json?["error"]?.string }
    }

    func post(
        _ path: String, _ fields: [(String, String)], authorization: String? = nil
    ) async throws -> Answer {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        headers[.authorization] = authorization
        let body = Form(fields.map { (name: $0.0, value: $0.1) }).encoded
        let answer = try await client.execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
        return Answer(
            status: answer.status.code, json: try? JSONDocument(Array(answer.body.readableBytesView)).root,
            headers: answer.headers)
    }

    func assertion(_ text: String, scope: String? = nil) async throws -> Answer {
        try await post(
            "/oauth/token",
            [
                ("grant_type", "client_credentials"), ("client_assertion_type", ClientAssertion.type),
                ("client_assertion", text),
            ] + (scope.map { [("scope", $0)] } ?? []))
    }

    func get(_ path: String, token: String?) async throws -> Answer {
        try await send(.get, path, token: token, nil)
    }

    func send(_ method: HTTPRequest.Method, _ path: String, token: String?, _ body: JSON?) async throws -> Answer {
        var headers: HTTPFields = [:]
        headers[.authorization] = token.map { "Bearer " + $0 }
        if body != nil {
            headers[.contentType] = "application/fhir+json"
        }
        let answer = try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0.serialized()) })
        return Answer(
            status: answer.status.code, json: try? JSONDocument(Array(answer.body.readableBytesView)).root,
            headers: answer.headers)
    }
}

extension APIDesk {
    /// Runs a test against the whole server.
    func whole(_ body: @Sendable (OAuthAsker) async throws -> Void) async throws {
        let app = Application(router: Routes.router(services))
        try await app.test(.router) { client in try await body(OAuthAsker(client: client)) }
    }
}
