import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Subprocess
import Synchronization
import Testing

@testable import Exchange

/// A listener on a port of this machine, and senders that speak TCP with it.
struct MLLPListenerTests {
    private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// What a listener took.
    private final class Taken: Sendable {
        private let kept = Mutex<[String]>([])

        var all: [String] { kept.withLock { $0 } }

        func add(_ text: String) { kept.withLock { $0.append(text) } }
    }

    /// Runs a listener while something is done with its port.
    private func listening(
        limits: MLLPListener.Limits = .init(), tls: MLLPTLS? = nil,
        allows: @escaping @Sendable (String) -> Bool = { _ in true },
        take: @escaping @Sendable ([UInt8], String) async -> [UInt8]?, during body: @escaping (Int) async throws -> Void
    ) async throws {
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        let listener = MLLPListener(
            host: "127.0.0.1", port: 0, tls: tls, limits: limits, logger: Self.quiet, allows: allows,
            onListening: { told.yield($0) }, take: { bytes, address in [await take(bytes, address)].compactMap { $0 } })
        let group = ServiceGroup(services: [listener], gracefulShutdownSignals: [], logger: Self.quiet)
        async let running: Void = group.run()
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        do {
            try await body(port)
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    private typealias Sender = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private func connected(_ port: Int, tls: NIOSSLContext? = nil) async throws -> Sender {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: nil))
                    }
                    return try Sender(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Sends bytes and reads until so many replies came or the connection ends.
    private func exchange(
        _ port: Int, tls: NIOSSLContext? = nil, _ pieces: [[UInt8]], replies: Int
    ) async throws -> [String] {
        let sender = try await connected(port, tls: tls)
        return try await sender.executeThenClose { inbound, outbound in
            for piece in pieces { try await outbound.write(ByteBuffer(bytes: piece)) }
            var bytes: [UInt8] = []
            if replies > 0 {
                for try await buffer in inbound {
                    bytes += Array(buffer.readableBytesView)
                    if bytes.filter({ $0 == 0x1C }).count >= replies { break }
                }
            } else {
                for try await buffer in inbound { bytes += Array(buffer.readableBytesView) }
            }
            return bytes.split(separator: 0x1C).map { part in
                String(decoding: part.filter { $0 != 0x0B && $0 != 0x0D }, as: UTF8.self)
            }.filter { !$0.isEmpty }
        }
    }

    private func frame(_ text: String) -> [UInt8] { [0x0B] + Array(text.utf8) + [0x1C, 0x0D] }

    @Test func `messages are answered one after the other`() async throws {
        let taken = Taken()
        try await listening(
            take: { bytes, address in
                let text = String(decoding: bytes, as: UTF8.self)
                taken.add("\(text) \(address) begins")
                try? await Task.sleep(for: .milliseconds(5))
                taken.add("\(text) ends")
                return Array("re \(text)".utf8)
            },
            during: { (port: Int) async throws in
                let all = frame("MSH1") + frame("MSH2") + frame("MSH3")
                let replies = try await exchange(port, [Array(all.prefix(7)), Array(all.dropFirst(7))], replies: 3)
                #expect(replies == ["re MSH1", "re MSH2", "re MSH3"])
            })
        #expect(
            taken.all == [
                "MSH1 127.0.0.1 begins", "MSH1 ends", "MSH2 127.0.0.1 begins", "MSH2 ends", "MSH3 127.0.0.1 begins",
                "MSH3 ends",
            ])
    }

    @Test func `no reply where none is wanted`() async throws {
        try await listening(
            take: { bytes, _ in bytes.count == 4 ? nil : Array("yes".utf8) },
            during: { (port: Int) async throws in
                #expect(try await exchange(port, [frame("MSH1"), frame("MSH22")], replies: 1) == ["yes"])
            })
    }

    @Test func `an address that may not send is cut off unheard`() async throws {
        let taken = Taken()
        try await listening(
            allows: { $0 != "127.0.0.1" },
            take: { _, address in
                taken.add(address)
                return []
            },
            during: { (port: Int) async throws in
                // The connection may be gone before or after the bytes are written.
                let replies = (try? await exchange(port, [frame("MSH1")], replies: 1)) ?? []
                #expect(replies == [])
            })
        #expect(taken.all == [])
    }

    @Test func `a frame that is too large cuts off its sender alone`() async throws {
        var limits = MLLPListener.Limits()
        limits.frameBytes = 1_000
        try await listening(
            limits: limits, take: { bytes, _ in bytes },
            during: { (port: Int) async throws in
                let good = try await connected(port)
                try await good.executeThenClose { inbound, outbound in
                    let large = frame("MSH" + String(repeating: "x", count: 2_000))
                    #expect(((try? await exchange(port, [large], replies: 1)) ?? []) == [])
                    #expect(
                        ((try? await exchange(port, [Array(repeating: 0x41, count: 2_000)], replies: 1)) ?? []) == [])
                    try await outbound.write(ByteBuffer(bytes: frame("MSH1")))
                    var iterator = inbound.makeAsyncIterator()
                    let reply = try await iterator.next()
                    #expect(reply.map { Array($0.readableBytesView) } == frame("MSH1"))
                }
            })
    }

    @Test func `faults in a row end a connection, and messages between them do not`() async throws {
        var limits = MLLPListener.Limits()
        limits.faults = 3
        try await listening(
            limits: limits, take: { bytes, _ in bytes },
            during: { (port: Int) async throws in
                let bad = frame("X")
                let mixed = bad + bad + frame("MSH1") + bad + bad + frame("MSH2")
                #expect(try await exchange(port, [mixed], replies: 2) == ["MSH1", "MSH2"])
                let ended = (try? await exchange(port, [bad + bad + bad + frame("MSH1")], replies: 0)) ?? []
                #expect(ended == [])
            })
    }

    @Test func `connections from an address are counted and given back`() async throws {
        var limits = MLLPListener.Limits()
        limits.connectionsPerAddress = 1
        try await listening(
            limits: limits, take: { bytes, _ in bytes },
            during: { (port: Int) async throws in
                let first = try await connected(port)
                try await first.executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(bytes: frame("MSH1")))
                    var iterator = inbound.makeAsyncIterator()
                    _ = try await iterator.next()
                    #expect(((try? await exchange(port, [frame("MSH2")], replies: 1)) ?? []) == [])
                }
                // The place is free when the listener has seen the end.
                var replies: [String] = []
                for _ in 0..<200 where replies.isEmpty {
                    replies = (try? await exchange(port, [frame("MSH3")], replies: 1)) ?? []
                    if replies.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
                }
                #expect(replies == ["MSH3"])
            })
        let counts = MLLPConnections(most: 2, mostPerAddress: 2)
        #expect(counts.take("a") && counts.take("b") && !counts.take("c"))
        counts.giveBack("a")
        #expect(counts.take("c"))
    }

    @Test func `a sender who says nothing is closed`() async throws {
        var limits = MLLPListener.Limits()
        limits.idle = .milliseconds(50)
        try await listening(
            limits: limits, take: { bytes, _ in bytes },
            during: { (port: Int) async throws in
                // Returns only because the listener ends the connection.
                // It may do so before what was said is through.
                let answers = try? await exchange(port, [Array("\u{b}MSH".utf8)], replies: 0)
                #expect(answers ?? [] == [])
            })
    }

    @Test func `TLS with a certificate of the sender`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mllp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appending(path: name).path }
        func openssl(_ arguments: [String]) async throws {
            let result = try await run(
                .name("openssl"), arguments: Arguments(arguments), output: .discarded, error: .discarded)
            try #require(result.terminationStatus.isSuccess)
        }
        for name in ["server", "client", "stranger"] {
            try await openssl([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=\(name)", "-keyout", path("\(name).key"), "-out", path("\(name).pem"),
            ])
        }
        func client(_ name: String?) throws -> NIOSSLContext {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path("server.pem")))
            configuration.certificateVerification = .noHostnameVerification
            if let name {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(path("\(name).pem")).map {
                    .certificate($0)
                }
                configuration.privateKey = .privateKey(
                    try NIOSSLPrivateKey(file: path("\(name).key"), format: .pem))
            }
            return try NIOSSLContext(configuration: configuration)
        }
        let tls = try MLLPTLS(
            certificate: path("server.pem"), key: path("server.key"), clientAuthorities: path("client.pem"))
        let taken = Taken()
        let (known, stranger, nobody) = (try client("client"), try client("stranger"), try client(nil))
        try await listening(
            tls: tls,
            take: { bytes, _ in
                taken.add(String(decoding: bytes, as: UTF8.self))
                return bytes
            },
            during: { (port: Int) async throws in
                #expect(try await exchange(port, tls: known, [frame("MSH1")], replies: 1) == ["MSH1"])
                #expect(((try? await exchange(port, tls: stranger, [frame("MSH2")], replies: 1)) ?? []) == [])
                #expect(((try? await exchange(port, tls: nobody, [frame("MSH3")], replies: 1)) ?? []) == [])
                // To who speaks no TLS goes an alert of TLS.
                let plain = (try? await exchange(port, [frame("MSH4")], replies: 0)) ?? []
                #expect(!plain.contains { $0.contains("MSH4") })
                #expect(try await exchange(port, tls: known, [frame("MSH5")], replies: 1) == ["MSH5"])
            })
        #expect(taken.all == ["MSH1", "MSH5"])
        #expect(throws: (any Error).self) {
            try MLLPTLS(certificate: path("nothing.pem"), key: path("server.key"), clientAuthorities: nil)
        }
    }

    @Test func `a shutdown answers the message at hand`() async throws {
        let (begun, tell) = AsyncStream.makeStream(of: Void.self)
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        let listener = MLLPListener(
            host: "127.0.0.1", port: 0, logger: Self.quiet, allows: { _ in true }, onListening: { told.yield($0) },
            take: { bytes, _ in
                tell.yield()
                try? await Task.sleep(for: .milliseconds(50))
                return [bytes]
            })
        let group = ServiceGroup(services: [listener], gracefulShutdownSignals: [], logger: Self.quiet)
        async let running: Void = group.run()
        var portIterator = ports.makeAsyncIterator()
        let port = try #require(await portIterator.next())
        async let replies = exchange(port, [frame("MSH1")], replies: 1)
        var iterator = begun.makeAsyncIterator()
        await iterator.next()
        await group.triggerGracefulShutdown()
        #expect(try await replies == ["MSH1"])
        try await running
    }
}
