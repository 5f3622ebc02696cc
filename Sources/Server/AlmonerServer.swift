import HTTPTypes
package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
package import NIOSSL

/// The server with its limits set: nothing is left at an open default. It speaks HTTP/1.1; HTTP/2 is off, and with it
/// what streams that are opened and reset at once can do.
package enum AlmonerServer {
    /// What the server takes at most.
    package struct Limits: Sendable {
        /// More connections wait in the queue of the system until one is closed.
        package var connections = 1_000
        package var backlog = 256
        /// An address that is too long for us still fits, so that it is refused with a reason.
        package var headerField = 128 * 1024
        package var headers = 192 * 1024
        package var headerCount = 100
        var deadlines = Deadlines()
        /// Without a byte in either direction.
        package var idle: TimeAmount = .seconds(60)

        package init() {}
    }

    /// The server, ready to be run.
    /// - Parameters:
    ///   - services: what its pages work with.
    ///   - host: the address to listen at.
    ///   - port: the port to listen at, 0 for a free one.
    ///   - tls: certificate and key, see ``ServerTLS``; nil where something else speaks TLS.
    ///   - limits: what it takes at most.
    ///   - logger: told what the server does.
    ///   - whenReady: called once it listens, with the port.
    /// - Returns: runs until it is stopped.
    /// - Throws: ``DoorsFailure`` when an address has no policy, or what is wrong with the certificate.
    package static func application(
        _ services: Services, host: String, port: Int, tls: TLSConfiguration? = nil, limits: Limits = Limits(),
        logger: Logger, whenReady: @escaping @Sendable (Int) async -> Void
    ) throws -> some ApplicationProtocol {
        let router = Routes.router(services)
        let problems = Doors.problems(of: router)
        guard problems.isEmpty else {
            throw DoorsFailure(problems: problems)
        }
        let deadlines = limits.deadlines
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [DeadlineHandler(deadlines)], idleTimeout: limits.idle,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerField, maxHeaderListSize: limits.headers,
                    maxHeaderFieldCount: limits.headerCount)))
        return Application(
            responder: router.buildResponder(),
            server: try tls.map { try .tls(plain, tlsConfiguration: $0) } ?? plain,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: limits.backlog,
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { channel in await whenReady(channel.localAddress?.port ?? port) }, logger: logger)
    }
}
