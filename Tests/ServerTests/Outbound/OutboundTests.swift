import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import Testing

@testable import Server

/// The server is not made to fetch what it should not.
struct OutboundTests {
    private static let keys = #"{"keys": []}"#
    private static let types: Set<String> = ["application/json"]

    /// A server on this machine, as an inside one is.
    private static func inside(_ body: @Sendable (Int) async throws -> Void) async throws {
        let router = Router()
        @Sendable func answer(_ text: String, _ type: String) -> Response {
            Response(
                status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        router.get("keys") { _, _ in answer(keys, "application/json; charset=utf-8") }
        router.get("page") { _, _ in answer(keys, "text/html") }
        router.get("gone") { _, _ in Response(status: .notFound) }
        for status in [301, 302, 303, 307, 308] {
            router.get("away/\(status)") { request, _ in
                Response(
                    status: .init(code: status),
                    headers: [
                        .location: "http://\(request.head.authority ?? "")/keys", .contentType: "application/json",
                    ])
            }
        }
        router.get("large") { _, _ in answer(String(repeating: " ", count: 70_000), "application/json") }
        router.get("endless") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody { writer in
                    for _ in 0..<1_000 {
                        try await writer.write(ByteBuffer(string: String(repeating: " ", count: 1_000)))
                    }
                    try await writer.finish(nil)
                })
        }
        router.get("slow") { _, _ in
            try await Task.sleep(for: .seconds(2))
            return answer(keys, "application/json")
        }
        router.get("trickle") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody { writer in
                    for _ in 0..<40 {
                        try await writer.write(ByteBuffer(string: " "))
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    try await writer.finish(nil)
                })
        }
        let app = Application(router: router, logger: Logger(label: "inside") { _ in SwiftLogNoOpLogHandler() })
        try await app.test(.live) { client in
            try await body(try #require(client.port))
        }
    }

    private static func outbound(
        _ allowed: [String], time: Duration = .seconds(600), names: [String: [String]] = [:],
        asked: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> Outbound {
        Outbound(allowed: try OutboundAllowed(allowed), limits: .init(time: time)) { host in
            asked(host)
            if let known = names[host] {
                return known.compactMap { NetworkAddress($0) }
            }
            return try await ResolveHost.addresses(host)
        }
    }

    private static func failure(_ outbound: Outbound, _ url: String) async -> OutboundFailure? {
        do {
            _ = try await outbound.get(url, accepting: types)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a host that the site has named is asked, by the address that was looked up once`() async throws {
        try await Self.inside { port in
            let direct = try Self.outbound(["127.0.0.1:\(port)"])
            let bytes = try await direct.get("http://127.0.0.1:\(port)/keys", accepting: Self.types)
            #expect(String(decoding: bytes, as: UTF8.self) == Self.keys)
            // The name is known to nobody else: whoever looked it up again would find nothing.
            let count = Mutex(0)
            let named = try Self.outbound(["Keys.Invalid"], names: ["keys.invalid": ["127.0.0.1"]]) { _ in
                count.withLock { $0 += 1 }
            }
            #expect(try await named.get("http://KEYS.invalid:\(port)/keys", accepting: Self.types) == bytes)
            #expect(count.withLock { $0 } == 1)
        }
    }

    @Test(arguments: [
        "https://127.0.0.1/", "https://localhost/", "https://LOCALHOST:8443/keys",
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/",
        "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
        "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[2001::1]/",
        "https://[fe80::1]/", "https://[fd00:ec2::254]/", "https://[ff02::1]/", "https://[2001:db8::1]/",
        "https://0.0.0.0/", "https://0.1.2.3/", "https://10.1.2.3/", "https://100.64.0.1/",
        "https://100.100.100.200/", "https://169.254.169.254/latest/meta-data/", "https://168.63.129.16/",
        "https://172.16.0.1/", "https://172.31.255.255/", "https://192.0.0.192/", "https://192.0.2.1/",
        "https://192.168.1.1/", "https://198.18.0.1/", "https://198.51.100.1/", "https://203.0.113.1/",
        "https://224.0.0.1/", "https://255.255.255.255/",
    ])
    func `an address inside is not asked, however it is written`(url: String) async throws {
        #expect(await Self.failure(try Self.outbound([]), url) == .insideAddress)
    }

    @Test func `a name that stands for an address inside is not asked, nor one that stands for others too`()
        async throws
    {
        let names = [
            "inside.example": ["10.0.0.1"], "both.example": ["93.184.215.14", "127.0.0.1"],
            "six.example": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::1"], "none.example": [],
        ]
        let outbound = try Self.outbound([], names: names)
        for name in ["inside", "both", "six"] {
            #expect(await Self.failure(outbound, "https://\(name).example/keys") == .insideAddress)
        }
        #expect(await Self.failure(outbound, "https://none.example/keys") == .unknownHost)
    }

    @Test(arguments: [
        "", "keys.json", "ftp://lab.example/", "file:///etc/passwd", "https://", "https:///keys",
        "https://a:b@lab.example/",
        "https://lab.example/#x", "https://lab.example:0/", "https://lab.example:99999/", "https://lab_.example/",
        "https://lab.example\\@10.0.0.1/", "https://lab.exa mple/", "https://lab.example/\n", "https://läb.example/",
        "https://[::1%25lo]/", "gopher://127.0.0.1/", "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    ])
    func `what is no plain address is not even looked up`(url: String) async throws {
        let asked = Mutex(0)
        let outbound = try Self.outbound([]) { _ in asked.withLock { $0 += 1 } }
        #expect(await Self.failure(outbound, url) == .notAnAddress)
        #expect(asked.withLock { $0 } == 0)
    }

    @Test func `without TLS only a named host is asked, and a name with a port is for that port alone`() async throws {
        let outbound = try Self.outbound(["lab.example:8080"], names: ["lab.example": ["10.0.0.1"]])
        #expect(await Self.failure(outbound, "http://other.example/keys") == .notEncrypted)
        #expect(await Self.failure(outbound, "http://lab.example/keys") == .notEncrypted)
        #expect(await Self.failure(outbound, "https://lab.example/keys") == .insideAddress)
        #expect(throws: OutboundAllowed.Unknown.self) { try OutboundAllowed(["http://lab.example"]) }
        #expect(throws: OutboundAllowed.Unknown.self) { try OutboundAllowed(["10.0.0.0/8"]) }
    }

    @Test func `nobody sends it on to another address, not even to the same host`() async throws {
        try await Self.inside { port in
            let outbound = try Self.outbound(["127.0.0.1:\(port)"])
            for status in [301, 302, 303, 307, 308] {
                #expect(await Self.failure(outbound, "http://127.0.0.1:\(port)/away/\(status)") == .redirected)
            }
        }
    }

    @Test func `what is too large, too slow or something else is not taken`() async throws {
        try await Self.inside { port in
            let base = "http://127.0.0.1:\(port)"
            let outbound = try Self.outbound(["127.0.0.1"])
            #expect(await Self.failure(outbound, base + "/large") == .tooLarge)
            #expect(await Self.failure(outbound, base + "/endless") == .tooLarge)
            #expect(await Self.failure(outbound, base + "/page") == .wrongType)
            #expect(await Self.failure(outbound, base + "/gone") == .refused)
            let hasty = try Self.outbound(["127.0.0.1"], time: .milliseconds(300))
            #expect(await Self.failure(hasty, base + "/slow") == .tooSlow)
            #expect(await Self.failure(hasty, base + "/trickle") == .tooSlow)
            // TLS is asked of a server that speaks none.
            #expect(await Self.failure(outbound, "https://127.0.0.1:\(port)/keys") == .notTrusted)
        }
        let closed = try Self.outbound(["127.0.0.1"])
        #expect(await Self.failure(closed, "http://127.0.0.1:1/keys") == .unreachable)
    }

    @Test(.timeLimit(.minutes(2))) func `a name whose look-up does not end holds nobody`() async throws {
        let (wait, done) = AsyncStream<Void>.makeStream()
        let outbound = Outbound(allowed: .none, limits: .init(time: .milliseconds(50))) { _ in
            await Task.detached { for await _ in wait {} }.value
            return []
        }
        #expect(await Self.failure(outbound, "https://slow.example/keys") == .tooSlow)
        done.finish()
    }
}
