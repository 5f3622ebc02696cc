/// A file of HL7 v2 messages: one or many, framed for MLLP or not, with or without the headers of a batch.
package enum HL7File {
    /// Whether bytes begin as such a file does.
    package static func looksLike(_ bytes: some Collection<UInt8>) -> Bool {
        let start = bytes.prefix(64).drop { $0 <= 32 || mark.contains($0) }.prefix(3)
        return heads.contains(String(decoding: start, as: UTF8.self))
    }

    /// The messages of a file, without frames.
    /// - Parameter bytes: the whole file.
    /// - Returns: each with the line on which it begins, counted from 1. What stands before the first message comes as
    ///   one too, so that it is told as something that cannot be read.
    package static func messages(_ bytes: [UInt8]) -> [(line: Int, bytes: [UInt8])] {
        var found: [(line: Int, bytes: [UInt8])] = []
        var line = 0
        var last: UInt8 = 0
        var segment: [UInt8] = []
        func take() {
            line += 1
            let text = segment.drop { $0 == 0x0B || $0 == 0x1C || mark.contains($0) }.filter { $0 != 0x1C }
            segment.removeAll(keepingCapacity: true)
            let name = String(decoding: text.prefix(3), as: UTF8.self)
            guard !text.isEmpty, !envelopes.contains(name) else {
                return
            }
            if name == "MSH" || found.isEmpty {
                found.append((line, []))
            }
            found[found.count - 1].bytes += text + [0x0D]
        }
        for byte in bytes {
            switch byte {
            case 0x0A where last == 0x0D: break
            case 0x0A, 0x0D: take()
            default: segment.append(byte)
            }
            last = byte
        }
        take()
        return found
    }

    private static let heads: Set<String> = ["MSH", "FHS", "BHS"]
    private static let envelopes: Set<String> = ["FHS", "BHS", "BTS", "FTS"]
    /// The bytes of a UTF-8 byte order mark.
    private static let mark: Set<UInt8> = [0xEF, 0xBB, 0xBF]
}
