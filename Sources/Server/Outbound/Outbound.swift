import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL

/// The one place from which the server asks another one for something. It goes by TLS, to the public internet, unless the
/// site has named the host; it looks a name up once and connects to the very address that was checked; it follows
/// nobody to another address, takes no more and waits no longer than its limits, and sends no credential of any kind.
package struct Outbound: Sendable {
    struct Limits: Sendable {
        var bytes = 64 * 1024
        /// For all of it, the look-up of the name included.
        var time: Duration = .seconds(5)
    }

    private let allowed: OutboundAllowed
    private let authorities: [NIOSSLCertificate]
    private let limits: Limits
    private let resolve: @Sendable (String) async throws -> [NetworkAddress]

    /// - Parameters:
    ///   - allowed: the hosts that the site has named.
    ///   - authorities: certificates of the site's own authorities, trusted beside those that the system trusts.
    package init(allowed: OutboundAllowed, authorities: [NIOSSLCertificate] = []) {
        self.init(
            allowed: allowed, authorities: authorities, limits: Limits(),
            resolve: { try await ResolveHost.addresses($0) })
    }

    init(
        allowed: OutboundAllowed, authorities: [NIOSSLCertificate] = [], limits: Limits,
        resolve: @escaping @Sendable (String) async throws -> [NetworkAddress]
    ) {
        self.allowed = allowed
        self.authorities = authorities
        self.limits = limits
        self.resolve = resolve
    }

    /// Fetches what stands at an address.
    /// - Parameters:
    ///   - text: the address.
    ///   - types: the media types that will do.
    /// - Returns: the bytes.
    /// - Throws: ``OutboundFailure``
    func get(_ text: String, accepting types: Set<String>) async throws(OutboundFailure) -> [UInt8] {
        let url = try OutboundURL(text)
        guard url.isEncrypted || allowed.names(url) else {
            throw .notEncrypted
        }
        do {
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask { try await fetch(url, from: try await checked(url), types) }
                group.addTask { [limits] in
                    try await Task.sleep(for: limits.time)
                    throw OutboundFailure.tooSlow
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
        } catch let failure as OutboundFailure {
            throw failure
        } catch let error as HTTPClientError where Self.slow.contains(error) {
            throw .tooSlow
        } catch is NIOSSLError, is NIOSSLExtraError {
            throw .notTrusted
        } catch {
            throw .unreachable
        }
    }

    private static let slow: [HTTPClientError] = [.connectTimeout, .readTimeout, .deadlineExceeded]

    /// The system's look-up cannot be stopped: who has waited long enough goes, and it ends by itself.
    private func look(_ host: String) async throws -> [NetworkAddress] {
        let (stream, answer) = AsyncThrowingStream<[NetworkAddress], any Error>.makeStream()
        Task { [resolve] in
            do {
                answer.yield(try await resolve(host))
                answer.finish()
            } catch {
                answer.finish(throwing: error)
            }
        }
        for try await found in stream {
            return found
        }
        throw OutboundFailure.tooSlow
    }

    /// The address to connect to. One among several that is inside makes all of them wrong: whoever owns the name would
    /// choose which of them we take.
    private func checked(_ url: OutboundURL) async throws -> NetworkAddress {
        let found = try await look(url.host)
        guard let first = found.first(where: \.isIPv4) ?? found.first else {
            throw OutboundFailure.unknownHost
        }
        guard allowed.names(url) || found.allSatisfy(OutboundAllowed.isOutside) else {
            throw OutboundFailure.insideAddress
        }
        return first
    }

    private func fetch(_ url: OutboundURL, from address: NetworkAddress, _ types: Set<String>) async throws -> [UInt8] {
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration(url, address))
        do {
            let bytes = try await ask(client, url, types)
            try? await client.shutdown()
            return bytes
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// Certificates are checked against the host's name, whatever address it stands for.
    private func configuration(_ url: OutboundURL, _ address: NetworkAddress) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if !authorities.isEmpty {
            tls.additionalTrustRoots = [.certificates(authorities)]
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.time), read: TimeAmount(limits.time)), decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.dnsOverride = [url.host: address.text]
        return configuration
    }

    private func ask(_ client: HTTPClient, _ url: OutboundURL, _ types: Set<String>) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: url.text)
        request.headers = ["Accept": types.sorted().joined(separator: ", "), "User-Agent": "almoner"]
        let response = try await client.execute(request, timeout: TimeAmount(limits.time))
        guard !(300...399).contains(response.status.code) else {
            throw OutboundFailure.redirected
        }
        guard response.status == .ok else {
            throw OutboundFailure.refused
        }
        let type = response.headers.first(name: "Content-Type")?.split(separator: ";").first.map {
            String($0).trimmed.lowercased()
        }
        guard let type, types.contains(type) else {
            throw OutboundFailure.wrongType
        }
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= limits.bytes else {
                throw OutboundFailure.tooLarge
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }
}
