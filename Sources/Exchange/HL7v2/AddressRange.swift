import Glibc

/// Network addresses that begin alike: `10.0.0.0/8`, `fd00::/8`, or one alone.
struct AddressRange: Sendable, Equatable {
    private let first: [UInt8]
    private let bits: Int

    /// - Returns: nil for what is no address, with or without a length behind it.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let begin = parts.first, let bytes = Self.bytes(String(begin)) else { return nil }
        let most = bytes.count * 8
        guard let bits = parts.count == 2 ? Int(parts[1]) : most, (0...most).contains(bits) else { return nil }
        (first, self.bits) = (bytes, bits)
    }

    /// Whether an address, as text, is one of them.
    func contains(_ address: String) -> Bool {
        guard let bytes = Self.bytes(address), bytes.count == first.count else { return false }
        for (place, (mine, other)) in zip(first, bytes).enumerated() {
            let left = bits - place * 8
            guard left > 0 else { return true }
            let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
            guard mine & mask == other & mask else { return false }
        }
        return true
    }

    /// Four bytes or sixteen; an IPv4 address inside an IPv6 one is that IPv4 address.
    private static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    }
}
