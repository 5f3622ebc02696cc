import Access
import FHIR
import HTTPTypes
import Hummingbird
import Records
import TestSupport
import Testing

@testable import Server

struct ClientAssertionTests {
    private func desk(_ signer: SigningClient, algorithms: Set<String> = ClientDraft.usualAlgorithms) async throws
        -> APIDesk
    {
        let desk = try await APIDesk.open()
        _ = try await desk.services.clients.register(
            ClientDraft(
                id: "signer", name: "Signer", scopes: "system/Patient.rs", keys: try signer.keys,
                algorithms: algorithms),
            as: .system("test"), at: desk.services.now())
        return desk
    }

    @Test func `a client that signs by its own key gets a token, by ES384 and by RS384`() async throws {
        let signer = try SigningClient()
        let desk = try await desk(signer)
        try await desk.whole { ask in
            for way in [SigningClient.Way.ec, .rsa("RS384")] {
                let answer = try await ask.assertion(try signer.signed(signer.claims(desk.services.now()), way))
                #expect(answer.status == 200)
                #expect(answer.json?["expires_in"]?.int == 300 && answer.json?["token_type"]?.string == "bearer")
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(try await ask.get("/fhir/Patient", token: answer.token).status == 200)
                #expect(try await ask.get("/fhir/Observation", token: answer.token).status == 403)
            }
        }
    }

    @Test func `no signature, a shared secret made of the public key and another algorithm are refused`() async throws {
        let signer = try SigningClient()
        let desk = try await desk(signer)
        let keys = try signer.keys
        try await desk.whole { ask in
            let claims = signer.claims(desk.services.now())
            var wrong = [
                try signer.signed(claims, .none), try signer.signed(claims, .shared(keys)),
                try signer.signed(claims, .rsa("RS256")), try signer.signed(claims, .ec, kid: "rsa"),
                try signer.signed(claims, .ec, kid: "nobody's"),
            ]
            // Another's key under the right name.
            wrong.append(try SigningClient().signed(claims))
            // The signature of other claims.
            let parts = try signer.signed(claims).split(separator: ".")
            wrong.append("\(parts[0]).\(SigningClient.coded(signer.claims(1).serialized())).\(parts[2])")
            wrong += ["\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "a.b.c", "..", ""]
            for text in wrong.prefix(7) {
                let answer = try await ask.assertion(text)
                #expect(answer.status == 401 && answer.error == "invalid_client")
            }
            desk.wait(11 * 60_000)
            for text in wrong.dropFirst(7) {
                #expect(try await ask.assertion(text).status != 200)
            }
        }
    }

    /// RFC 8725 §3: what the header says of keys and of what to skip is not believed, were the signature right by it.
    @Test func `no key is taken from the header, and nothing is skipped because it says so`() async throws {
        let (signer, stranger) = (try SigningClient(), try SigningClient())
        let desk = try await desk(signer)
        let now = desk.services.now()
        let own = try JSONDocument(Array(stranger.keys.utf8)).root.list("keys").first?.value ?? .null
        let forged: [[String: JSON]] = [
            ["jwk": own], ["jwk": own, "kid": .null], ["jku": "http://127.0.0.1:1/keys"],
            ["x5u": "http://127.0.0.1:1/c"],
            ["x5c": ["AAAA"]], ["kid": "../../../../dev/null"], ["kid": "ec' UNION SELECT keys FROM client --"],
            ["kid": ""], ["kid": .null], ["kid": ["ec"]],
        ]
        let skipping: [[String: JSON]] = [
            ["alg": "none"], ["alg": "None"], ["alg": ""], ["alg": .null], ["alg": ["ES384"]], ["alg": "HS384"],
            ["alg": "ES256"], ["alg": "EdDSA"], ["crit": ["exp"]], ["crit": ["b64"], "b64": false], ["crit": []],
        ]
        try await desk.whole { ask in
            let wrong =
                try forged.map { try stranger.signed(stranger.claims(now), more: $0) }
                + skipping.map { try signer.signed(signer.claims(now), more: $0) }
            for text in wrong {
                let answer = try await ask.assertion(text)
                #expect(answer.status == 401 && answer.token == nil, "\(text.prefix(60))")
                // Failures are counted by client; here each is looked at alone.
                try await desk.services.accounts.unlock("client/signer", as: .system("test"), at: now)
            }
            #expect(try await ask.assertion(try signer.signed(signer.claims(now), more: ["typ": .null])).status == 200)
        }
    }

    @Test func `RS256 is taken only from a client that is registered for it`() async throws {
        let signer = try SigningClient()
        let desk = try await desk(signer, algorithms: JWKSet.algorithms)
        try await desk.whole { ask in
            // The key itself says that it is for RS384.
            let answer = try await ask.assertion(
                try signer.signed(signer.claims(desk.services.now()), .rsa("RS256")))
            #expect(answer.status == 401)
            #expect(
                try await ask.assertion(try signer.signed(signer.claims(desk.services.now()), .rsa("RS384"))).status
                    == 200)
        }
    }

    @Test func `audience, issuer, subject, time and id have to be right`() async throws {
        let signer = try SigningClient()
        let desk = try await desk(signer)
        let now = desk.services.now()
        @Sendable func without(_ name: String, _ value: JSON? = nil) -> JSON {
            var claims = signer.claims(now)
            claims[name] = value
            return claims
        }
        let wrong: [JSON] = [
            without("aud", "http://here/oauth/token/"), without("aud", "http://here"),
            without("aud", "http://evil/oauth/token"),
            without("aud", ["http://here/oauth/token", "http://evil/oauth/token"]), without("aud"),
            without("sub", "other"), without("sub"), without("exp"), without("jti"), without("jti", ""),
            signer.claims(now, lasting: 301), signer.claims(now, lasting: 0), signer.claims(now, lasting: -10),
            without("nbf", .int(Int(now / 1_000) + 120)), without("exp", "soon"),
        ]
        try await desk.whole { ask in
            for claims in wrong {
                #expect(try await ask.assertion(try signer.signed(claims)).status == 401)
                // Failures are counted by client; here each is looked at alone.
                try await desk.services.accounts.unlock("client/signer", as: .system("test"), at: now)
            }
            let listed = without("aud", ["http://here/oauth/token"])
            #expect(try await ask.assertion(try signer.signed(listed)).status == 200)
        }
    }

    @Test func `an assertion is good once`() async throws {
        let signer = try SigningClient()
        let desk = try await desk(signer)
        try await desk.whole { ask in
            let text = try signer.signed(signer.claims(desk.services.now()))
            #expect(try await ask.assertion(text).status == 200)
            #expect(try await ask.assertion(text).status == 401)
            let again = try signer.signed(signer.claims(desk.services.now(), jti: "same"))
            #expect(try await ask.assertion(again).status == 200)
            let other = try signer.signed(signer.claims(desk.services.now(), jti: "same", lasting: 200))
            #expect(try await ask.assertion(other).status == 401)
        }
    }

    @Test(arguments: [
        ("localhost:8080", true), ("127.0.0.1", true), ("[::1]:80", true), ("care.example", false),
        ("localhost.evil.example", false), ("127.0.0.1.evil.example:80", false),
    ])
    func `only on this machine is the host that a request names good for an audience`(host: String, isCertain: Bool)
        async throws
    {
        let desk = try await APIDesk.open { $0.url = nil }
        let head = HTTPRequest(method: .post, scheme: "http", authority: host, path: "/oauth/token")
        let place = try OAuthAddress(Request(head: head, body: .init(buffer: ByteBuffer())), desk.services)
        #expect(place.isCertain == isCertain && place.token == "http://\(host)/oauth/token")
        var named = desk.services
        named.url = "https://care.example"
        let fixed = try OAuthAddress(Request(head: head, body: .init(buffer: ByteBuffer())), named)
        #expect(fixed.isCertain && fixed.token == "https://care.example/oauth/token")
    }

    @Test(arguments: [
        "", "{}", #"{"keys": []}"#, #"{"keys": [{"kty": "oct", "k": "AAAA"}]}"#,
        #"{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}"#,
        #"{"keys": [{"kty": "EC", "crv": "P-384", "x": "AAAA", "y": "AAAA"}]}"#,
        #"{"keys": [{"kty": "EC", "crv": "P-384", "x": "AAAA", "y": "AAAA", "d": "AAAA"}]}"#,
        #"{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": "HS256"}]}"#,
    ])
    func `what is no set of public keys is not registered`(text: String) {
        #expect(throws: JWKSet.Broken.self) { try JWKSet(text) }
    }
}
