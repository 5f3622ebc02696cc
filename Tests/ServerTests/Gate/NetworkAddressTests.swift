import HTTPTypes
import Testing

@testable import Server

struct NetworkAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::1", "::1"), ("2001:DB8::1", "2001:db8::1"), ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::ffff:7f00:1", "127.0.0.1"),
    ])
    func `an address has one way of writing`(text: String, plain: String) {
        #expect(NetworkAddress(text)?.text == plain)
    }

    @Test(arguments: [
        "", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "1.2.3.4.5", "fe80::1%eth0", "[::1]",
        "127.0.0.1\n", "127.0.0.1\0", String(repeating: "1", count: 4_000),
    ])
    func `what is no address in its usual form is none`(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test func `a range holds what begins like it`() throws {
        let range = try #require(NetworkRange("172.16.0.0/12"))
        #expect(range.contains(try #require(NetworkAddress("172.31.255.255"))))
        #expect(!range.contains(try #require(NetworkAddress("172.32.0.0"))))
        #expect(!range.contains(try #require(NetworkAddress("ac10::"))))
        #expect(try #require(NetworkRange("::/0")).contains(try #require(NetworkAddress("2001:db8::1"))))
        for text in ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "host/8", "10.0.0.0/"] {
            #expect(NetworkRange(text) == nil)
        }
    }
}

struct TrustedProxiesTests {
    private func origin(
        _ peer: String, _ values: [String], header: String = "X-Forwarded-For",
        trusting: [String] = ["10.0.0.0/24", "fd00::7"]
    ) throws -> String {
        let name = try #require(HTTPField.Name(header))
        var headers: HTTPFields = [:]
        headers[values: name] = values
        return try TrustedProxies(trusting, header: header).origin(
            headers, peer: try #require(NetworkAddress(peer))
        ).text
    }

    @Test func `what anybody but a trusted proxy says is not believed`() throws {
        #expect(try origin("203.0.113.9", ["6.6.6.6"]) == "203.0.113.9")
        #expect(try origin("10.0.1.1", ["6.6.6.6"]) == "10.0.1.1")
        #expect(try origin("10.0.0.1", ["6.6.6.6, 198.51.100.4"]) == "198.51.100.4")
        #expect(try origin("10.0.0.1", ["6.6.6.6", "198.51.100.4"]) == "198.51.100.4")
    }

    @Test func `through several proxies it is the nearest that is none of ours`() throws {
        #expect(try origin("10.0.0.1", ["6.6.6.6, 198.51.100.4, 10.0.0.9"]) == "198.51.100.4")
        #expect(try origin("fd00::7", ["10.0.0.3, 10.0.0.9"]) == "10.0.0.3")
    }

    @Test func `what is no address is not believed, nor anything before it`() throws {
        #expect(try origin("10.0.0.1", ["6.6.6.6, unknown"]) == "10.0.0.1")
        #expect(try origin("10.0.0.1", ["6.6.6.6, <script>, 10.0.0.2"]) == "10.0.0.2")
        #expect(try origin("10.0.0.1", []) == "10.0.0.1")
    }

    @Test(arguments: [
        ("192.0.2.60", "192.0.2.60"), ("192.0.2.60:4711", "192.0.2.60"), ("[2001:db8::1]:80", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"), ("for=192.0.2.60;proto=http;by=10.0.0.1", "192.0.2.60"),
        ("proto=https;For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"), ("for=_hidden", "10.0.0.1"),
    ])
    func `each way of writing it is read`(entry: String, address: String) throws {
        #expect(try origin("10.0.0.1", [entry], header: "Forwarded") == address)
    }

    @Test func `a proxy without an address stops the start`() {
        #expect(throws: TrustedProxies.Unknown.self) { try TrustedProxies(["proxy.example"]) }
        #expect(throws: TrustedProxies.Unknown.self) { try TrustedProxies(["10.0.0.1"], header: "a b") }
    }
}
