import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Records

/// RFC 6749 §2.3: finds out which client a request is from, by exactly one of the ways that there are.
struct ClientSignIn {
    let services: Services

    private enum Shown {
        case secret(id: String, String)
        case assertion(ClientAssertion)
        case nothing(id: String)
    }

    /// - Throws: ``OAuthRefusal``
    func client(_ request: Request, _ form: Form, _ context: StaffContext) async throws -> Client {
        let now = services.now()
        let address = ClientPlace.address(request, context, services)
        let id: String
        let proof: ClientProof
        switch try shown(request, form) {
        case .secret(let name, let secret):
            id = name
            proof = .secret(secret)
        case .nothing(let name):
            id = name
            proof = .wrong
        case .assertion(let assertion):
            let place = try OAuthAddress(request, services)
            guard place.isCertain else {
                throw OAuthRefusal.invalidRequest(
                    "This server does not know its own address, so assertions cannot be checked. Start it with --url.")
            }
            id = assertion.issuer
            if let client = try await services.clients.find(id) {
                let keys = await keys(of: client, naming: assertion.kid, at: now, context)
                proof = assertion.proof(by: client, with: keys, audience: place.token, at: now)
            } else {
                proof = .wrong
            }
        }
        do {
            return try await services.clients.authenticate(id, proof, from: address, at: now)
        } catch ClientRefusal.lockedUntil(let until) {
            var refusal = OAuthRefusal(
                status: .tooManyRequests, code: "slow_down", reason: "Too many attempts failed. Try again later.")
            refusal.headers[.retryAfter] = String(max(1, (until - now) / 1_000))
            throw refusal
        } catch is ClientRefusal {
            throw OAuthRefusal.invalidClient
        }
    }

    /// - Returns: nil where they cannot be had; the log says why, and the client learns no more than from a wrong key.
    private func keys(of client: Client, naming kid: String?, at now: Int64, _ context: StaffContext) async -> JWKSet? {
        guard let url = client.keysURL else {
            return client.keys.flatMap { try? JWKSet($0) }
        }
        do {
            return try await services.clientKeys.keys(at: url, naming: kid, at: now)
        } catch {
            context.logger.warning(
                "the keys of a client could not be fetched",
                metadata: ["client": "\(client.id)", "code": "\(error.rawValue)"])
            return nil
        }
    }

    private func shown(_ request: Request, _ form: Form) throws -> Shown {
        let header = request.headers[.authorization]
        let assertion = form["client_assertion"]
        let secret = form["client_secret"]
        guard [header != nil, assertion != nil, secret != nil].count(where: { $0 }) <= 1 else {
            throw OAuthRefusal.invalidRequest("A client shows who it is in one way, not in several.")
        }
        if let header {
            guard let pair = Self.basic(header), form["client_id"] ?? pair.id == pair.id else {
                throw OAuthRefusal.invalidClient
            }
            return .secret(id: pair.id, pair.secret)
        }
        if let assertion {
            guard form["client_assertion_type"] == ClientAssertion.type else {
                throw OAuthRefusal.invalidRequest("client_assertion_type has to be \(ClientAssertion.type).")
            }
            guard let read = ClientAssertion(assertion), form["client_id"] ?? read.issuer == read.issuer else {
                throw OAuthRefusal.invalidClient
            }
            return .assertion(read)
        }
        guard let id = form["client_id"] else {
            throw OAuthRefusal.invalidClient
        }
        return secret.map { .secret(id: id, $0) } ?? .nothing(id: id)
    }

    /// RFC 6749 §2.3.1: both halves are form-encoded before they are put together.
    private static func basic(_ header: String) -> (id: String, secret: String)? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", parts[1].utf8.count <= 1_000,
            let bytes = Data(base64Encoded: String(parts[1]).trimmed),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            return nil
        }
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let id = PercentText.decoded(halves[0]), let secret = PercentText.decoded(halves[1])
        else {
            return nil
        }
        return (id, secret)
    }
}
