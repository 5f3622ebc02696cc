package import NIOCore

/// What came in over MLLP (HL7 v2.8 appendix C: 0x0B, the message, 0x1C 0x0D).
package enum MLLPFrame: Sendable, Equatable {
    /// A message without its frame.
    case message([UInt8])
    /// A frame that begins with no MSH, or more bytes between frames than white space.
    case fault
}

/// Cuts a stream of bytes into frames, wherever the network cut it.
package struct MLLPDecoder: NIOSingleStepByteToMessageDecoder {
    package typealias InboundOut = MLLPFrame

    /// Why a connection cannot be read any further.
    package enum Failure: Error, Equatable {
        /// A frame is longer than the limit.
        case frameTooLarge
        /// More than the limit stands between frames.
        case noFrames
    }

    private static let start: UInt8 = 0x0B
    private static let end: UInt8 = 0x1C
    private static let carriageReturn: UInt8 = 0x0D

    private let mostBytes: Int
    private let mostGarbage: Int
    /// Bytes of the frame at hand in which no end was found.
    private var scanned = 0
    private var isInside = false
    /// Bytes in a row that are neither white space nor in a frame.
    private var garbage = 0

    /// A decoder of one connection.
    /// - Parameters:
    ///   - mostBytes: of a frame.
    ///   - mostGarbage: of what stands between two frames.
    package init(mostBytes: Int, mostGarbage: Int) {
        self.mostBytes = mostBytes
        self.mostGarbage = mostGarbage
    }

    package mutating func decode(buffer: inout ByteBuffer) throws -> MLLPFrame? {
        if !isInside {
            guard try begin(&buffer) else { return nil }
            if garbage > 0 {
                garbage = 0
                return .fault
            }
        }
        let view = buffer.readableBytesView
        let isWide = Self.isWide(view)
        var from = view.startIndex + scanned
        while let place = view[from...].firstIndex(of: Self.end) {
            // In UTF-16 the byte may be half of a character; there the end counts only with what follows it.
            if isWide {
                guard place + 1 < view.endIndex else { break }
                guard view[place + 1] == Self.carriageReturn else {
                    from = place + 1
                    continue
                }
            }
            let length = place - view.startIndex
            guard length <= mostBytes else { throw Failure.frameTooLarge }
            let bytes = buffer.readBytes(length: length) ?? []
            // The 0x0D that should follow is white space between frames.
            buffer.moveReaderIndex(forwardBy: 1)
            (isInside, scanned) = (false, 0)
            return Self.isMessage(bytes) ? .message(bytes) : .fault
        }
        // Of a wide text the last byte is looked at again.
        scanned = max(0, buffer.readableBytes - 1)
        guard buffer.readableBytes <= mostBytes else { throw Failure.frameTooLarge }
        return nil
    }

    /// What has no end when the connection ends was not sent.
    package mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> MLLPFrame? {
        let frame = try decode(buffer: &buffer)
        if frame == nil { buffer.clear() }
        return frame
    }

    /// Goes to the beginning of the next frame.
    /// - Returns: whether there is one.
    private mutating func begin(_ buffer: inout ByteBuffer) throws -> Bool {
        while let byte = buffer.readInteger(as: UInt8.self) {
            if byte == Self.start {
                isInside = true
                return true
            }
            if byte != 0x0D, byte != 0x0A, byte != 0x20, byte != 0x09 { garbage += 1 }
            guard garbage <= mostGarbage else { throw Failure.noFrames }
        }
        return false
    }

    private static func isWide(_ view: ByteBufferView) -> Bool {
        let begin = Array(view.prefix(4))
        return begin.starts(with: [0xFF, 0xFE]) || begin.starts(with: [0xFE, 0xFF]) || begin.prefix(2).contains(0)
    }

    private static func isMessage(_ bytes: [UInt8]) -> Bool {
        let letters = bytes.prefix(64).filter { $0 > 32 && $0 < 0x7F }
        return letters.starts(with: Array("MSH".utf8))
    }
}
