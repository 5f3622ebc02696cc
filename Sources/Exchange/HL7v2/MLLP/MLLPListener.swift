package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// Takes messages over MLLP, with or without TLS, and sends back what it is given. It knows nothing of what is in them.
///
/// Of a connection one message is worked on at a time, and the next is not read before it is answered. A sender who
/// sends what is no MLLP is cut off; others do not notice.
package struct MLLPListener: Service {
    /// What one listener bears.
    package struct Limits: Sendable {
        /// Connections open at a time.
        package var connections = 100
        /// Connections open at a time from one address.
        package var connectionsPerAddress = 20
        /// Bytes of a frame. More than ``HL7Message/mostBytes``, so that a message that is too large is still answered.
        package var frameBytes = 4_000_000
        /// Bytes between two frames.
        package var garbageBytes = 1_000
        /// Faults in a row after which a connection is cut off.
        package var faults = 5
        /// So long may nothing come.
        package var idle: Duration = .seconds(3_600)

        /// The usual ones.
        package init() {}
    }

    private let host: String
    private let port: Int
    private let tls: MLLPTLS?
    private let limits: Limits
    private let logger: Logger
    private let allows: @Sendable (_ address: String) -> Bool
    private let onListening: @Sendable (_ port: Int) -> Void
    private let take: @Sendable (_ bytes: [UInt8], _ from: String) async -> [[UInt8]]

    /// A listener that begins when it runs.
    /// - Parameters:
    ///   - host: on which address it listens.
    ///   - port: 0 for any that is free.
    ///   - tls: nil: without.
    ///   - limits: what it bears.
    ///   - logger: told of senders that are cut off, never of what they sent.
    ///   - allows: whether an address may connect.
    ///   - onListening: told the port when it listens.
    ///   - take: given each message and the sender's address; what it returns goes back, each in a frame of its own.
    package init(
        host: String, port: Int, tls: MLLPTLS? = nil, limits: Limits = Limits(), logger: Logger,
        allows: @escaping @Sendable (_ address: String) -> Bool,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in },
        take: @escaping @Sendable (_ bytes: [UInt8], _ from: String) async -> [[UInt8]]
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.limits = limits
        self.logger = logger
        self.allows = allows
        self.onListening = onListening
        self.take = take
    }

    private typealias Connection = NIOAsyncChannel<MLLPFrame, ByteBuffer>

    /// Listens until the service is shut down; messages being worked on are answered before.
    /// - Throws: when the port cannot be had.
    package func run() async throws {
        let (tls, limits) = (tls, limits)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([AcceptBackoffHandler(), MLLPAcceptErrorHandler()])
                }
            }
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Self.connection(channel, tls, limits) }
            }
        let bound = server.channel.localAddress?.port ?? port
        logger.info("MLLP listens", metadata: ["port": "\(bound)", "tls": "\(tls != nil)"])
        onListening(bound)
        let connections = MLLPConnections(
            most: limits.connections, mostPerAddress: limits.connectionsPerAddress)
        try await server.executeThenClose { incoming in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in incoming.cancelOnGracefulShutdown() {
                    group.addTask { await serve(connection, connections) }
                }
            }
        }
    }

    private static func connection(_ channel: any Channel, _ tls: MLLPTLS?, _ limits: Limits) throws -> Connection {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
        try pipeline.addHandler(IdleStateHandler(readTimeout: TimeAmount(limits.idle)))
        try pipeline.addHandler(MLLPIdleHandler())
        let decoder = MLLPDecoder(mostBytes: limits.frameBytes, mostGarbage: limits.garbageBytes)
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        return try Connection(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                backPressureStrategy: .init(lowWatermark: 1, highWatermark: 1), isOutboundHalfClosureEnabled: false))
    }

    private func serve(_ connection: Connection, _ connections: MLLPConnections) async {
        let address = connection.channel.remoteAddress?.ipAddress ?? ""
        let place: Logger.Metadata = ["address": "\(address)"]
        let isAllowed = !address.isEmpty && allows(address)
        guard isAllowed, connections.take(address) else {
            logger.warning(isAllowed ? "MLLP: too many connections" : "MLLP: the address may not send", metadata: place)
            try? await connection.channel.close()
            return
        }
        defer { connections.giveBack(address) }
        do {
            try await connection.executeThenClose { frames, replies in
                var faults = 0
                for try await frame in frames.cancelOnGracefulShutdown() {
                    switch frame {
                    case .message(let bytes):
                        faults = 0
                        for reply in await take(bytes, address) {
                            try await replies.write(Self.framed(reply))
                        }
                    case .fault:
                        faults += 1
                        guard faults < limits.faults else {
                            logger.warning("MLLP: cut off, what came were no messages", metadata: place)
                            return
                        }
                    }
                }
            }
        } catch let failure as MLLPDecoder.Failure {
            logger.warning("MLLP: cut off, \(failure)", metadata: place)
        } catch {
            // The kind alone: texts of errors could hold what came in.
            logger.info(
                "MLLP: the connection ended", metadata: ["address": "\(address)", "kind": "\(type(of: error))"])
        }
    }

    private static func framed(_ reply: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: reply.count + 3)
        buffer.writeInteger(0x0B as UInt8)
        buffer.writeBytes(reply)
        buffer.writeBytes([0x1C, 0x0D])
        return buffer
    }
}

/// Keeps a connection that cannot be accepted, as when all files are open, from ending the listener: the next is tried
/// after the pause that the handler before it makes.
private final class MLLPAcceptErrorHandler: ChannelInboundHandler {
    typealias InboundIn = Any

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else {
            context.fireErrorCaught(error)
            return
        }
    }
}

/// Closes a connection on which nothing came for too long.
private final class MLLPIdleHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
