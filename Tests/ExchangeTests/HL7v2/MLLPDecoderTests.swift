import NIOCore
import Testing

@testable import Exchange

struct MLLPDecoderTests {
    private static let one = Array("MSH|^~\\&|A\rPID|1\r".utf8)
    private static let two = Array("MSH|^~\\&|B\r".utf8)

    /// Sends pieces and collects what comes of each.
    private func frames(_ pieces: [[UInt8]], mostBytes: Int = 1_000, mostGarbage: Int = 20) throws -> [MLLPFrame] {
        var decoder = MLLPDecoder(mostBytes: mostBytes, mostGarbage: mostGarbage)
        var buffer = ByteBuffer()
        var found: [MLLPFrame] = []
        for piece in pieces {
            buffer.writeBytes(piece)
            while let frame = try decoder.decode(buffer: &buffer) { found.append(frame) }
        }
        while let frame = try decoder.decodeLast(buffer: &buffer, seenEOF: true) { found.append(frame) }
        return found
    }

    @Test func `frames cut anywhere are the same frames`() throws {
        let stream = [0x0B] + Self.one + [0x1C, 0x0D, 0x0B] + Self.two + [0x1C, 0x0D]
        let expected: [MLLPFrame] = [.message(Self.one), .message(Self.two)]
        #expect(try frames([stream]) == expected)
        #expect(try frames(stream.map { [$0] }) == expected)
        for cut in stream.indices {
            #expect(try frames([Array(stream[..<cut]), Array(stream[cut...])]) == expected, "cut at \(cut)")
        }
    }

    @Test func `the 0x0D at the end may be missing, and line ends stand between frames`() throws {
        let stream = [0x0B] + Self.one + [0x1C, 0x0B] + Self.two + [0x1C, 0x0A, 0x0D, 0x0A, 0x0B] + Self.one + [0x1C]
        #expect(try frames([stream]) == [.message(Self.one), .message(Self.two), .message(Self.one)])
    }

    @Test func `what stands between frames is a fault, and too much of it the end`() throws {
        let stream = Array("noise".utf8) + [0x0B] + Self.one + [0x1C, 0x0D]
        #expect(try frames([stream]) == [.fault, .message(Self.one)])
        #expect(throws: MLLPDecoder.Failure.noFrames) { try frames([Array("GET / HTTP/1.1 and more of it".utf8)]) }
        #expect(throws: MLLPDecoder.Failure.noFrames) { try frames(Array(repeating: [0x41], count: 21)) }
        #expect(try frames([[0x0B, 0x1C, 0x0D], [0x0B, 0x41, 0x1C]]) == [.fault, .fault])
    }

    @Test func `a frame that is too long is the end, before all of it came`() throws {
        let long = [0x0B] + Array("MSH|".utf8) + Array(repeating: UInt8(0x41), count: 1_000)
        #expect(throws: MLLPDecoder.Failure.frameTooLarge) { try frames([long]) }
        #expect(throws: MLLPDecoder.Failure.frameTooLarge) { try frames([long + [0x1C, 0x0D]]) }
        #expect(throws: MLLPDecoder.Failure.frameTooLarge) { try frames(long.map { [$0] }) }
    }

    @Test func `a frame that breaks off was not sent`() throws {
        #expect(try frames([[0x0B] + Self.one]) == [])
    }

    @Test func `in UTF-16 half a character is no end`() throws {
        // U+1C41 and U+411C hold the byte 0x1C.
        let wide: [UInt8] = [0xFF, 0xFE, 0x4D, 0, 0x53, 0, 0x48, 0, 0x41, 0x1C, 0x1C, 0x41, 0x0D, 0]
        let stream = [0x0B] + wide + [0x1C, 0x0D]
        #expect(try frames([stream]) == [.message(wide)])
        #expect(try frames(stream.map { [$0] }) == [.message(wide)])
    }
}
