import FHIR

/// Where a page ended: the sort keys, type and id of its last match. It says nothing of what the caller cannot see.
struct SearchCursor {
    let keys: [SQLValue]
    let type: Int
    let id: String

    private static let version: UInt8 = 1

    /// As it is handed out, for a search that the number stands for: a cursor is only good for its own.
    func text(for query: UInt64) -> String {
        var bytes: [UInt8] = []
        func put(_ number: UInt64) {
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (shift * 8))) }
        }
        func put(_ text: String) {
            put(UInt64(text.utf8.count))
            bytes += Array(text.utf8)
        }
        put(UInt64(type))
        put(id)
        for key in keys {
            switch key {
            case .integer(let number):
                bytes.append(1)
                put(UInt64(bitPattern: number))
            case .real(let number):
                bytes.append(2)
                put(number.bitPattern)
            case .text(let text):
                bytes.append(3)
                put(text)
            case .null, .blob: bytes.append(0)
            }
        }
        let check = Self.hash(bytes, from: query)
        var whole = [Self.version]
        for shift in 0..<8 { whole.append(UInt8(truncatingIfNeeded: check >> (shift * 8))) }
        return Self.base64(whole + bytes)
    }

    /// - Throws: ``SearchRefusal`` when it is no cursor of this search.
    init(_ text: String, for query: UInt64) throws {
        let refusal = SearchRefusal(.invalid, "This is no page of this search. Start again without the page's mark.")
        guard let bytes = Self.bytes(text), bytes.count > 9, bytes[0] == Self.version else {
            throw refusal
        }
        var reader = Bytes(rest: bytes[1...])
        guard let check = reader.number(), check == Self.hash(Array(reader.rest), from: query),
            let type = reader.number(), type < 1_000, let id = reader.text()
        else {
            throw refusal
        }
        var keys: [SQLValue] = []
        while let kind = reader.rest.popFirst() {
            switch kind {
            case 0: keys.append(.null)
            case 1:
                guard let number = reader.number() else { throw refusal }
                keys.append(.integer(Int64(bitPattern: number)))
            case 2:
                guard let number = reader.number() else { throw refusal }
                keys.append(.real(Double(bitPattern: number)))
            case 3:
                guard let text = reader.text() else { throw refusal }
                keys.append(.text(text))
            default: throw refusal
            }
        }
        self.init(keys: keys, type: Int(type), id: id)
    }

    init(keys: [SQLValue], type: Int, id: String) {
        self.keys = keys
        self.type = type
        self.id = id
    }

    private struct Bytes {
        var rest: ArraySlice<UInt8>

        mutating func number() -> UInt64? {
            guard rest.count >= 8 else {
                return nil
            }
            var number: UInt64 = 0
            for (shift, byte) in rest.prefix(8).enumerated() { number |= UInt64(byte) << UInt64(shift * 8) }
            rest = rest.dropFirst(8)
            return number
        }

        mutating func text() -> String? {
            guard let count = number(), count <= UInt64(rest.count) else {
                return nil
            }
            defer { rest = rest.dropFirst(Int(count)) }
            return String(validating: rest.prefix(Int(count)), as: UTF8.self)
        }
    }

    /// FNV-1a, which is the same in every process. It finds garbage and mix-ups; a forged cursor shows its maker only what
    /// he may see anyhow.
    static func hash(_ bytes: some Sequence<UInt8>, from start: UInt64 = 0) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ start
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash
    }

    // MARK: base64url without padding

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var held: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            held = (held << 8 | UInt32(byte)) & 0xffff
            bits += 8
            while bits >= 6 {
                bits -= 6
                out.append(letters[Int(held >> bits & 63)])
            }
        }
        if bits > 0 {
            out.append(letters[Int(held << (6 - bits) & 63)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 8_192 else {
            return nil
        }
        var out: [UInt8] = []
        var held: UInt32 = 0
        var bits: UInt32 = 0
        for letter in text.utf8 {
            guard let value = letters.firstIndex(of: letter) else {
                return nil
            }
            held = (held << 6 | UInt32(value)) & 0xffff
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: held >> bits))
            }
        }
        return out
    }
}
