import Foundation

/// An address that the server may be told to fetch from. What has a name and password in it, or a part behind `#`, is none.
package struct OutboundURL: Sendable, Hashable {
    let isEncrypted: Bool
    /// In small letters; an IPv6 address without its brackets.
    let host: String
    let port: Int
    /// With what stands behind the question mark.
    let path: String

    private static let longest = 500

    /// - Throws: ``OutboundFailure/notAnAddress``
    package init(_ text: String) throws(OutboundFailure) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), parts.user == nil, parts.password == nil, parts.fragment == nil,
            let host = parts.host.map(Self.bare), Self.isHost(host), (1...65_535).contains(parts.port ?? 443)
        else {
            throw .notAnAddress
        }
        isEncrypted = scheme == "https"
        self.host = host
        port = parts.port ?? (isEncrypted ? 443 : 80)
        path =
            (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath)
            + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
    }

    static func bare(_ host: String) -> String {
        let host = host.lowercased()
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    /// Letters, digits, dashes and dots; or an address.
    private static func isHost(_ host: String) -> Bool {
        let isName = host.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
        }
        return (1...253).contains(host.utf8.count) && (isName || NetworkAddress(host) != nil)
    }

    /// Written from its parts, so that whoever connects reads the same host in it as was checked.
    var text: String {
        let place = host.contains(":") ? "[\(host)]" : host
        return "\(isEncrypted ? "https" : "http")://\(place):\(port)\(path)"
    }
}
