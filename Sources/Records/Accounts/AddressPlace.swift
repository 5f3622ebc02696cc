import Glibc

/// The part of an address that one household or one clinic has: all of IPv4, the first half of IPv6, of which everybody
/// has as many addresses as they like.
enum AddressPlace {
    static func of(_ address: String) -> String {
        var bytes = in6_addr()
        guard address.contains(":"), inet_pton(AF_INET6, address, &bytes) == 1 else {
            return String(IndexText.kept(address).prefix(60))
        }
        return withUnsafeBytes(of: &bytes) { bytes in
            bytes.prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() + "/64"
        }
    }
}
