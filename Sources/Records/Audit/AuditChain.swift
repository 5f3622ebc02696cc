import Crypto

/// The running hash of a lane: each row's hash covers the row and all that came before it.
///
/// A row's bytes are a version byte, six numbers and six texts, each text behind its length, so that no two rows have the
/// same bytes. A row with an address has a seventh text and says so by its version byte: rows that were made before
/// addresses were noted keep the bytes that they had. What a seal says is part of the chain of the rows behind it.
struct AuditChain {
    /// The columns that are covered, in the order in which ``append(_:lane:to:)`` reads them.
    static let columns = "seq, at, person, rid, version, account, action, outcome, detail, purpose, query, address"
    private static let numbers = 5
    private static let texts = 6
    private static let address = 11
    private static let withoutAddress: UInt8 = 1
    private static let withAddress: UInt8 = 2

    private(set) var hash: [UInt8]

    /// Continues behind a seal.
    /// - Parameter digest: 32 bytes.
    init(behind digest: [UInt8]) {
        hash = digest
    }

    /// What a lane begins with.
    static func beginning(of lane: Int64) -> [UInt8] {
        Array(SHA256.hash(data: Array("almoner audit lane \(lane)".utf8)))
    }

    /// Adds a row's bytes.
    mutating func add(_ row: some Sequence<UInt8>) {
        let next = Self.digest(hash, row)
        // In its place: no memory is asked for, a million times.
        hash.withUnsafeMutableBytes { place in next.withUnsafeBytes { place.copyMemory(from: $0) } }
    }

    /// The hash that a chain would have with one more row.
    static func next(_ hash: [UInt8], _ row: some Sequence<UInt8>) -> [UInt8] {
        Array(digest(hash, row))
    }

    private static func digest(_ hash: [UInt8], _ row: some Sequence<UInt8>) -> SHA256Digest {
        var digest = SHA256()
        hash.withUnsafeBytes { digest.update(bufferPointer: $0) }
        let wasAtHand: Void? = row.withContiguousStorageIfAvailable {
            digest.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if wasAtHand == nil {
            digest.update(data: Array(row))
        }
        return digest.finalize()
    }

    /// Appends the bytes of a row that was read with ``columns``.
    static func append(_ row: any SQLRow, lane: Int64, to bytes: inout [UInt8]) {
        let version = bytes.count
        bytes.append(withoutAddress)
        bytes.append(big: UInt64(bitPattern: lane))
        for column in 0..<numbers {
            bytes.append(big: UInt64(bitPattern: row.integer(column) ?? .min))
        }
        for column in numbers..<(numbers + texts) {
            append(text: column, of: row, to: &bytes)
        }
        let end = bytes.count
        append(text: address, of: row, to: &bytes)
        if bytes.count > end + lengthBytes {
            bytes[version] = withAddress
        } else {
            bytes.removeSubrange(end...)
        }
    }

    private static let lengthBytes = 4

    private static func append(text column: Int, of row: any SQLRow, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(big: UInt32(0))
        row.append(text: column, to: &bytes)
        // In place, byte by byte: replacing a range would move what lies behind it, seven times a row.
        let length = UInt32(truncatingIfNeeded: bytes.count - start - lengthBytes)
        for place in 0..<lengthBytes where length != 0 {
            bytes[start + place] = UInt8(truncatingIfNeeded: length >> UInt32(8 * (lengthBytes - 1 - place)))
        }
    }

    /// Where the number of the row stands within its bytes.
    static let placeOfSequence = 9..<17
}

/// What a seal remembers of each of its rows, five bytes or so: how far its number is from the one before, and the
/// beginning of the chain's hash with it. It proves nothing; it tells which row was touched.
struct AuditMarks {
    private(set) var bytes: [UInt8] = []
    private var last: Int64
    static let prefix = 4

    init(after last: Int64) {
        self.last = last
    }

    mutating func add(_ sequence: Int64, _ hash: [UInt8]) {
        var step = UInt64(bitPattern: sequence &- last)
        last = sequence
        while step >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: step) | 0x80)
            step >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: step))
        bytes.append(contentsOf: hash.prefix(Self.prefix))
    }

    /// Reads them back; what is broken ends the list.
    static func read(_ bytes: [UInt8], after last: Int64) -> [(sequence: Int64, prefix: ArraySlice<UInt8>)] {
        var found: [(Int64, ArraySlice<UInt8>)] = []
        var rest = bytes[...]
        var last = last
        while !rest.isEmpty {
            var step: UInt64 = 0
            var shift: UInt64 = 0
            while let byte = rest.popFirst() {
                step |= UInt64(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 || shift > 63 {
                    break
                }
            }
            guard rest.count >= prefix else {
                break
            }
            last = last &+ Int64(bitPattern: step)
            found.append((last, rest.prefix(prefix)))
            rest = rest.dropFirst(prefix)
        }
        return found
    }
}
