import CZlib

/// Unpacks gzip in memory, member after member.
package enum Gzip {
    package enum Failure: Error {
        case broken
        case tooLarge
    }

    package static func isPacked(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0x1F, 0x8B])
    }

    /// The unpacked bytes.
    /// - Parameters:
    ///   - bytes: all members of the archive.
    ///   - limit: the most bytes that may come out, against archives made to burst.
    /// - Returns: the members, one behind the other.
    /// - Throws: ``Failure/broken`` for what is not gzip or is cut short, ``Failure/tooLarge`` beyond the limit.
    package static func unpacked(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        // 32: find out by itself whether the header is gzip's.
        guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .broken
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var out: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var status = Z_OK
        var failure: Failure?
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while failure == nil {
                let produced = chunk.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    return target.count - Int(stream.avail_out)
                }
                out.append(contentsOf: chunk[..<produced])
                if out.count > limit {
                    failure = .tooLarge
                } else if status == Z_STREAM_END {
                    if stream.avail_in == 0 {
                        return
                    }
                    // Another member follows.
                    if inflateReset(&stream) != Z_OK {
                        failure = .broken
                    }
                } else if status != Z_OK || (produced == 0 && stream.avail_in == 0) {
                    failure = .broken
                }
            }
        }
        if let failure {
            throw failure
        }
        return out
    }
}
