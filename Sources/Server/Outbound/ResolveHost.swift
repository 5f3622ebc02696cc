import Glibc
import NIOPosix

/// What a name stands for, asked of the system.
enum ResolveHost {
    /// - Returns: every address; none when there is no such name.
    static func addresses(_ host: String) async throws -> [NetworkAddress] {
        if let address = NetworkAddress(host) {
            return [address]
        }
        // It waits for the network, and not on the threads that requests run on.
        return try await NIOThreadPool.singleton.runIfActive { ask(host) }
    }

    private static func ask(_ host: String) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else {
            return []
        }
        defer { list.map { freeaddrinfo($0) } }
        var found: [NetworkAddress] = []
        var next = list
        while let entry = next {
            if let address = address(entry.pointee), !found.contains(address) {
                found.append(address)
            }
            next = entry.pointee.ai_next
        }
        return found
    }

    private static func address(_ entry: addrinfo) -> NetworkAddress? {
        guard let place = entry.ai_addr else {
            return nil
        }
        let raw = UnsafeRawPointer(place)
        switch entry.ai_family {
        case AF_INET where entry.ai_addrlen >= MemoryLayout<sockaddr_in>.size:
            var four = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            return NetworkAddress(withUnsafeBytes(of: &four) { Array($0) })
        case AF_INET6 where entry.ai_addrlen >= MemoryLayout<sockaddr_in6>.size:
            var six = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return NetworkAddress(withUnsafeBytes(of: &six) { Array($0) })
        default: return nil
        }
    }
}
