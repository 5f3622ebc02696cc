import Glibc

/// An IPv4 or IPv6 address, in one way of writing. An IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`) is that IPv4
/// address.
struct NetworkAddress: Sendable, Hashable {
    /// Four bytes or sixteen.
    let bytes: [UInt8]

    /// - Returns: nil for anything but one address in its usual form: neither a name, nor a number, nor with a zone.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count <= 45, !text.utf8.contains(0) else {
            return nil
        }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(withUnsafeBytes(of: &four) { Array($0) })
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else {
            return nil
        }
        self.init(withUnsafeBytes(of: &six) { Array($0) })
    }

    /// Of bytes as they go over the network.
    init(_ bytes: [UInt8]) {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        self.bytes = bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    }

    var isIPv4: Bool { bytes.count == 4 }

    /// As it is written usually, `192.0.2.1` or `2001:db8::1`.
    var text: String {
        var buffer = [CChar](repeating: 0, count: 64)
        let family = isIPv4 ? AF_INET : AF_INET6
        let isWritten = bytes.withUnsafeBytes { inet_ntop(family, $0.baseAddress, &buffer, 64) != nil }
        return isWritten
            ? String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
    }
}

/// Some addresses that begin alike: `10.0.0.0/8`, `fd00::/8`, or one alone.
struct NetworkRange: Sendable, Hashable {
    private let first: [UInt8]
    private let bits: Int

    /// - Returns: nil for what is no address, with or without a length behind it.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let begin = parts.first, let address = NetworkAddress(begin) else {
            return nil
        }
        let most = address.bytes.count * 8
        guard let bits = parts.count == 2 ? Int(parts[1]) : most, (0...most).contains(bits) else {
            return nil
        }
        first = address.bytes
        self.bits = bits
    }

    func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == first.count else {
            return false
        }
        var left = bits
        for (one, other) in zip(first, address.bytes) where left > 0 {
            let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
            guard one & mask == other & mask else {
                return false
            }
            left -= 8
        }
        return true
    }
}
