import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import Testing

@testable import Server

/// Keys that a client keeps at an address of its own.
struct ClientKeysTests {
    /// What the client's own server gives, and how often it was asked.
    private final class Place: Sendable {
        let state = Mutex((text: "", count: 0))

        var count: Int { state.withLock { $0.count } }

        func give(_ names: String...) {
            let keys = names.map { name in
                let point = P384.Signing.PrivateKey().publicKey.rawRepresentation
                func part(_ bytes: Data) -> String {
                    bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
                        "=", with: "")
                }
                return """
                    {"kty": "EC", "crv": "P-384", "kid": "\(name)", "x": "\(part(point.prefix(48)))", \
                    "y": "\(part(point.suffix(48)))"}
                    """
            }
            say("{\"keys\": [\(keys.joined(separator: ","))]}")
        }

        func say(_ text: String) {
            state.withLock { $0.text = text }
        }

        func run(_ body: @Sendable (ClientKeys, String) async throws -> Void) async throws {
            let router = Router()
            router.get("keys") { _, _ in
                let text = self.state.withLock { state in
                    state.count += 1
                    return state.text
                }
                return Response(
                    status: text.isEmpty ? .internalServerError : .ok,
                    headers: [.contentType: "application/jwk-set+json"],
                    body: .init(byteBuffer: ByteBuffer(string: text)))
            }
            let app = Application(router: router, logger: Logger(label: "keys") { _ in SwiftLogNoOpLogHandler() })
            try await app.test(.live) { client in
                // However busy the machine is.
                let outbound = Outbound(
                    allowed: try OutboundAllowed(["127.0.0.1"]), limits: .init(time: .seconds(600)),
                    resolve: { try await ResolveHost.addresses($0) })
                try await body(ClientKeys(outbound: outbound), "http://127.0.0.1:\(try #require(client.port))/keys")
            }
        }
    }

    private func has(
        _ name: String, _ keys: ClientKeys, _ url: String, naming kid: String, at moment: Int64
    ) async throws -> Bool {
        try await keys.keys(at: url, naming: kid, at: moment).has(name)
    }

    @Test func `keys are known for five minutes, and then asked for anew`() async throws {
        let place = Place()
        place.give("one")
        try await place.run { keys, url in
            for moment in [0, 1_000, 299_000] as [Int64] {
                let found1 = try await has("one", keys, url, naming: "one", at: moment)
                #expect(found1)
            }
            #expect(place.count == 1)
            place.give("two")
            // A key that was taken away works no longer then.
            let found2 = try await has("one", keys, url, naming: "one", at: 300_000)
            #expect(!found2)
            #expect(place.count == 2)
        }
    }

    @Test func `for a key that is not known its owner is asked once a minute`() async throws {
        let place = Place()
        place.give("one")
        try await place.run { keys, url in
            let found3 = try await has("one", keys, url, naming: "one", at: 0)
            #expect(found3)
            place.give("one", "two")
            for moment in [1, 30_000, 59_999] as [Int64] {
                let found4 = try await has("two", keys, url, naming: "two", at: moment)
                #expect(!found4)
            }
            #expect(place.count == 1)
            let found5 = try await has("two", keys, url, naming: "two", at: 60_000)
            #expect(found5)
            #expect(place.count == 2)
        }
    }

    @Test func `many who ask at once cause one question, and a failure is not repeated at once`() async throws {
        let place = Place()
        try await place.run { keys, url in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        await #expect(throws: OutboundFailure.refused) {
                            try await keys.keys(at: url, naming: "one", at: 5)
                        }
                    }
                }
            }
            #expect(place.count == 1)
            place.give("one")
            await #expect(throws: OutboundFailure.refused) { try await keys.keys(at: url, naming: "one", at: 9_000) }
            let found6 = try await has("one", keys, url, naming: "one", at: 11_000)
            #expect(found6)
        }
    }

    @Test func `keys for something else are passed over, a private key spoils all`() async throws {
        let place = Place()
        try await place.run { keys, url in
            place.give("one")
            let good = place.state.withLock { $0.text.dropFirst(#"{"keys": ["#.count).dropLast(2) }
            place.say(#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}, \#(good)]}"#)
            let found7 = try await has("one", keys, url, naming: "one", at: 0)
            #expect(found7)
            for (turn, text) in [
                "not json", "{}", #"{"keys": []}"#, #"{"keys": [{"kty": "RSA", "d": "AA"}, \#(good)]}"#,
                #"{"keys": [{"kty": "oct", "k": "AA"}]}"#,
            ].enumerated() {
                place.say(text)
                await #expect(throws: OutboundFailure.notUnderstood) {
                    try await keys.keys(at: url, naming: "one", at: 1_000_000 * Int64(turn + 1))
                }
            }
        }
    }
}
