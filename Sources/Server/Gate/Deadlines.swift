import NIOCore
import NIOHTTPTypes

/// How long a connection may take for what. Whoever is slower is closed: a place that somebody holds without asking
/// anything is one that somebody else does not have.
struct Deadlines: Sendable {
    /// From the connection, the handshake of TLS included, to a whole head of a request; also between two requests.
    var head: TimeAmount = .seconds(20)
    /// From the head of a request to the end of its body.
    var body: TimeAmount = .seconds(90)
    /// From the head of a request to the end of its answer.
    var whole: TimeAmount = .seconds(300)
}

/// Closes connections that take too long, on their event loop.
final class DeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let deadlines: Deadlines
    private var head: Scheduled<Void>?
    private var body: Scheduled<Void>?
    private var whole: Scheduled<Void>?
    /// Requests whose answer is not ended; a client may send the next before it has the answer to this.
    private var open = 0

    init(_ deadlines: Deadlines) {
        self.deadlines = deadlines
    }

    func handlerAdded(context: ChannelHandlerContext) {
        head = close(context, in: deadlines.head)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            head?.cancel()
            body?.cancel()
            body = close(context, in: deadlines.body)
            if whole == nil {
                whole = close(context, in: deadlines.whole)
            }
        case .body: break
        case .end: body?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            open -= 1
            whole?.cancel()
            whole = open > 0 ? close(context, in: deadlines.whole) : nil
            if open == 0 {
                head?.cancel()
                head = close(context, in: deadlines.head)
            }
        }
        context.write(data, promise: promise)
    }

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    private func stop() {
        for task in [head, body, whole] {
            task?.cancel()
        }
    }
}
