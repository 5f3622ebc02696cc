package import HTTPTypes

/// The proxies of the site, which say in a header from where a request came. What anybody else says there is not believed.
package struct TrustedProxies: Sendable {
    private let ranges: [NetworkRange]
    private let header: HTTPField.Name

    package struct Unknown: Error {
        package let text: String
    }

    /// - Parameters:
    ///   - addresses: of the proxies, each alone (`10.0.0.7`) or many (`10.0.0.0/24`).
    ///   - header: `X-Forwarded-For`, `Forwarded` (RFC 7239), or another that holds the address alone.
    /// - Throws: ``Unknown`` for what is no address or no name of a header.
    package init(_ addresses: [String], header: String = "X-Forwarded-For") throws {
        ranges = try addresses.map { text in
            guard let range = NetworkRange(text) else {
                throw Unknown(text: text)
            }
            return range
        }
        guard let name = HTTPField.Name(header) else {
            throw Unknown(text: header)
        }
        self.header = name
    }

    private func trusts(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// From where a request came: of the chain of proxies the nearest one that is none of ours.
    /// - Parameters:
    ///   - headers: of the request.
    ///   - peer: the address at the other end of the connection.
    /// - Returns: the address to count and to keep.
    func origin(_ headers: HTTPFields, peer: NetworkAddress) -> NetworkAddress {
        guard trusts(peer) else {
            return peer
        }
        var nearest = peer
        for entry in headers[values: header].flatMap({ $0.split(separator: ",") }).reversed() {
            guard let address = Self.address(entry) else {
                // A proxy of ours does not know it; what stands before it, anybody may have written.
                return nearest
            }
            nearest = address
            guard trusts(address) else {
                return address
            }
        }
        return nearest
    }

    /// `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711`, or what `for=` says of RFC 7239.
    private static func address(_ entry: Substring) -> NetworkAddress? {
        var text = String(entry).trimmed
        if text.contains("=") {
            let pairs = text.split(separator: ";").map { $0.split(separator: "=", maxSplits: 1) }
            guard let said = pairs.first(where: { String($0[0]).trimmed.lowercased() == "for" }), said.count == 2 else {
                return nil
            }
            text = String(said[1]).trimmed
        }
        text.removeAll { $0 == "\"" }
        if text.hasPrefix("[") {
            return NetworkAddress(text.dropFirst().prefix { $0 != "]" })
        }
        let isWithPort = text.count { $0 == ":" } == 1
        return NetworkAddress(isWithPort ? String(text.prefix { $0 != ":" }) : text)
    }
}
