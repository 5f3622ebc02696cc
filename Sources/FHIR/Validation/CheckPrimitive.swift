/// Simple values: FHIR R4 §2.24.0.1, checked by hand, since patterns on text from outside can be made to run for ever.
extension Validator.Walk {
    mutating func primitive(_ value: JSONNode, named name: String, _ type: PrimitiveType, codes: CodeSet?) {
        let wanted = Self.kind(of: type)
        guard value.kind == wanted else {
            return report(
                .structure, "\(name) is written as \(Self.words(for: wanted)), not as \(Self.words(for: value.kind)).")
        }
        if wanted == .string {
            let isSound = value.withStringBytes { bytes, escaped in
                guard escaped else { return Self.isSound(bytes, type) }
                var text = value.string ?? ""
                return text.withUTF8 { Self.isSound($0, type) }
            }
            guard isSound == true else { return report(.value, "\(name) is not a valid \(type.rawValue).") }
        } else if wanted == .number, !Self.isSound(number: value, type) {
            return report(.value, "\(name) is not a valid \(type.rawValue).")
        }
        if let codes, let code = value.string, !codes.codes.contains(code) {
            report(
                .codeInvalid, "'\(Self.shown(code))' is not one of the codes of \(codes.name) that \(name) can have.")
        }
    }

    private static func kind(of type: PrimitiveType) -> JSONNode.Kind {
        switch type {
        case .boolean: .bool
        case .decimal, .integer, .positiveInt, .unsignedInt: .number
        default: .string
        }
    }

    private static func isSound(number: JSONNode, _ type: PrimitiveType) -> Bool {
        // JSON's own grammar is a decimal's; whole numbers have 32 bits and neither point nor exponent.
        guard type != .decimal else { return true }
        guard let value = number.digits.flatMap({ Int32($0) }) else { return false }
        return type == .integer || value >= (type == .positiveInt ? 1 : 0)
    }

    private static func isSound(_ bytes: UnsafeBufferPointer<UInt8>, _ type: PrimitiveType) -> Bool {
        guard !bytes.isEmpty else { return false }
        switch type {
        case .string, .markdown: return bytes.count <= 1_048_576 && bytes.allSatisfy { $0 >= 32 || isBreak($0) }
        case .code: return isCode(bytes)
        case .uri, .url, .canonical: return bytes.allSatisfy { $0 > 32 }
        case .id: return ReferenceTarget.isID(bytes)
        case .date: return FHIRDate(bytes, as: .date) != nil
        case .dateTime: return FHIRDate(bytes, as: .dateTime) != nil
        case .instant: return FHIRDate(bytes, as: .instant) != nil
        case .time: return FHIRDate.isTime(String(decoding: bytes, as: UTF8.self))
        case .oid: return isOID(bytes)
        case .uuid: return isUUID(bytes)
        case .base64Binary: return isBase64(bytes)
        case .xhtml: return bytes.drop { $0 <= 32 }.starts(with: "<div".utf8)
        case .boolean, .decimal, .integer, .positiveInt, .unsignedInt: return false
        }
    }

    private static func isBreak(_ byte: UInt8) -> Bool { byte == 9 || byte == 10 || byte == 13 }

    /// No white space at either end, and inside only single spaces.
    private static func isCode(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var wasSpace = true
        for byte in bytes {
            guard byte > 32 || (byte == 32 && !wasSpace) else { return false }
            wasSpace = byte == 32
        }
        return !wasSpace
    }

    /// `urn:oid:` and at least two numbers without leading zeros, the first 0 to 2.
    private static func isOID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let mark = "urn:oid:".utf8
        guard bytes.starts(with: mark) else { return false }
        let arcs = bytes.dropFirst(mark.count).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard arcs.count > 1, let first = arcs.first, first.count == 1, (48...50).contains(first.first ?? 0) else {
            return false
        }
        return arcs.allSatisfy { arc in
            arc.allSatisfy { (48...57).contains($0) } && (arc.count == 1 || (arc.count > 1 && arc.first != 48))
        }
    }

    /// `urn:uuid:` and 8-4-4-4-12 hexadecimal digits.
    private static func isUUID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let mark = "urn:uuid:".utf8
        guard bytes.starts(with: mark) else { return false }
        let groups = bytes.dropFirst(mark.count).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12] else { return false }
        return groups.allSatisfy { group in
            group.allSatisfy { (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0) }
        }
    }

    /// Groups of four of the alphabet of RFC 4648 §4, padded at the end; white space may stand between.
    private static func isBase64(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var count = 0
        var padding = 0
        for byte in bytes where byte != 32 && !isBreak(byte) {
            count += 1
            switch byte {
            case UInt8(ascii: "="): padding += 1
            case 48...57, 65...90, 97...122, 43, 47:
                guard padding == 0 else { return false }
            default: return false
            }
        }
        return count > 0 && count % 4 == 0 && padding <= 2
    }
}
