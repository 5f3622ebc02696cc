import CZlib

extension Gzip {
    /// Packs what comes in pieces. One a message; not shared.
    package final class Packer {
        /// At one place for as long as it lives: zlib remembers where it is.
        private let stream: UnsafeMutablePointer<z_stream>
        private var chunk = [UInt8](repeating: 0, count: 1 << 16)

        /// Fails when there is no memory for it.
        /// - Parameter level: 1 is quickest, 9 smallest.
        package init?(level: Int32 = 1) {
            stream = .allocate(capacity: 1)
            stream.initialize(to: z_stream())
            // 16: with the header of gzip.
            guard
                deflateInit2_(
                    stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                    Int32(MemoryLayout<z_stream>.size)) == Z_OK
            else {
                return nil
            }
        }

        deinit {
            deflateEnd(stream)
            stream.deallocate()
        }

        /// Adds what a piece becomes to `out`; it may stay inside until the last one.
        package func pack(_ piece: [UInt8], isLast: Bool, into out: inout [UInt8]) {
            var piece = piece
            piece.withUnsafeMutableBufferPointer { source in
                stream.pointee.next_in = source.baseAddress
                stream.pointee.avail_in = UInt32(source.count)
                var isFull = true
                while isFull {
                    let produced = chunk.withUnsafeMutableBufferPointer { target in
                        stream.pointee.next_out = target.baseAddress
                        stream.pointee.avail_out = UInt32(target.count)
                        deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                        return target.count - Int(stream.pointee.avail_out)
                    }
                    out.append(contentsOf: chunk[..<produced])
                    isFull = produced == chunk.count
                }
            }
        }
    }
}
