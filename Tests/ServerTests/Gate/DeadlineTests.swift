import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Server

/// Whoever takes too long is cut off; on a clock that the test sets.
struct DeadlineTests {
    private let head = HTTPRequestPart.head(HTTPRequest(method: .get, scheme: "http", authority: "here", path: "/"))

    private func open() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: DeadlineHandler(Deadlines()))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func wait(_ channel: EmbeddedChannel, _ seconds: Int64) -> Bool {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
        return channel.isActive
    }

    private func answer(_ channel: EmbeddedChannel) throws {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    @Test func `a connection that asks nothing is closed, handshake or not`() throws {
        let channel = try open()
        #expect(wait(channel, 19))
        #expect(!wait(channel, 2))
    }

    @Test func `a body that does not end is closed`() throws {
        let channel = try open()
        try channel.writeInbound(head)
        for _ in 0..<8 {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            #expect(wait(channel, 10))
        }
        #expect(!wait(channel, 11))
    }

    @Test func `an answer that does not end is closed`() throws {
        let channel = try open()
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(wait(channel, 299))
        #expect(!wait(channel, 2))
    }

    @Test func `who asks again in time goes on, who waits too long between does not`() throws {
        let channel = try open()
        for _ in 0..<50 {
            try channel.writeInbound(head)
            try channel.writeInbound(HTTPRequestPart.end(nil))
            #expect(wait(channel, 15))
            try answer(channel)
            #expect(wait(channel, 15))
        }
        #expect(!wait(channel, 6))
    }
}
