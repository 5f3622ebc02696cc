import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore

/// The server with its limits set: nothing is left at an open default.
package enum AlmonerServer {
    /// More wait in the queue of the system until one is closed.
    private static let mostConnections = 1_000

    /// The server, ready to be run.
    /// - Parameters:
    ///   - services: what its pages work with.
    ///   - host: the address to listen at.
    ///   - port: the port to listen at, 0 for a free one.
    ///   - logger: told what the server does.
    ///   - whenReady: called once it listens, with the port.
    /// - Returns: runs until it is stopped.
    /// - Throws: ``DoorsFailure`` when an address has no policy.
    package static func application(
        _ services: Services, host: String, port: Int, logger: Logger,
        whenReady: @escaping @Sendable (Int) async -> Void
    ) throws -> some ApplicationProtocol {
        let router = Routes.router(services)
        let problems = Doors.problems(of: router)
        guard problems.isEmpty else {
            throw DoorsFailure(problems: problems)
        }
        return Application(
            responder: router.buildResponder(),
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(60),
                    // An address that is too long for us still fits, so that it is refused with a reason.
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 128 * 1024, maxHeaderListSize: 192 * 1024, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: 256,
                availableConnectionsDelegate: .maximum(mostConnections, logger: logger)),
            onServerRunning: { channel in await whenReady(channel.localAddress?.port ?? port) }, logger: logger)
    }
}
