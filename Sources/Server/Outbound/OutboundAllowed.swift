/// Where the server may go: anywhere outside by TLS, and where the site has named a host itself.
package struct OutboundAllowed: Sendable {
    private struct Place: Sendable, Hashable {
        let host: String
        /// nil: any.
        let port: Int?
    }

    package struct Unknown: Error {
        package let text: String
    }

    private let places: Set<Place>
    package static let none = OutboundAllowed()

    private init() { places = [] }

    /// - Parameter texts: each `HOST` or `HOST:PORT`; an IPv6 address in brackets.
    /// - Throws: ``Unknown``
    package init(_ texts: [String]) throws {
        places = Set(
            try texts.map { text in
                guard let url = try? OutboundURL("http://" + text), url.path == "/", !text.hasSuffix("/") else {
                    throw Unknown(text: text)
                }
                let isWithPort = text.hasSuffix(":\(url.port)")
                return Place(host: url.host, port: isWithPort ? url.port : nil)
            })
    }

    /// Whether the site has named the host, so that it may be inside and speak no TLS.
    func names(_ url: OutboundURL) -> Bool {
        places.contains(Place(host: url.host, port: url.port)) || places.contains(Place(host: url.host, port: nil))
    }

    /// Whether an address is one of the public internet: IANA's registries of special-purpose addresses (RFC 6890 and what
    /// followed), multicast, and the addresses at which clouds answer their own machines.
    static func isOutside(_ address: NetworkAddress) -> Bool {
        if address.isIPv4 {
            return !insideFour.contains { $0.contains(address) }
        }
        return outsideSix.contains { $0.contains(address) } && !insideSix.contains { $0.contains(address) }
    }

    private static let insideFour = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap { NetworkRange($0) }

    /// Global unicast. All else (loopback, link-local, unique-local, multicast, IPv4 inside IPv6, NAT64) is not.
    private static let outsideSix = ["2000::/3"].compactMap { NetworkRange($0) }

    /// Protocols of the IETF with Teredo, documentation, and 6to4, which carries an IPv4 address.
    private static let insideSix = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].compactMap {
        NetworkRange($0)
    }
}
