/// What the text of a reference points to.
package enum ReferenceTarget: Sendable, Hashable {
    /// `Type/id`, with or without `/_history/version`.
    case resource(type: String, id: String)
    /// `Type?…`, which a transaction resolves.
    case conditional(type: String)
    /// `#id`, inside the same resource.
    case contained(id: String)
    /// Anything with a scheme: `https:`, `urn:uuid:`.
    case absolute(String)

    /// Reads a reference; nil when the text is none of these.
    package init?(_ text: String) {
        var text = text
        guard let read = text.withUTF8({ ReferenceTarget(utf8: $0) }) else { return nil }
        self = read
    }

    init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.first else { return nil }
        if first == UInt8(ascii: "#") {
            self = .contained(id: String(decoding: bytes.dropFirst(), as: UTF8.self))
            return
        }
        guard let end = bytes.firstIndex(where: { !ReferenceTarget.isLetter($0) }), end > 0 else { return nil }
        let type = bytes[..<end]
        switch bytes[end] {
        case UInt8(ascii: "/"):
            let rest = bytes[(end + 1)...]
            let idEnd = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            let id = rest[..<idEnd]
            guard ReferenceTarget.isID(id), ReferenceTarget.isVersion(rest[idEnd...]) else { return nil }
            self = .resource(type: String(decoding: type, as: UTF8.self), id: String(decoding: id, as: UTF8.self))
        case UInt8(ascii: "?"): self = .conditional(type: String(decoding: type, as: UTF8.self))
        default:
            let colon = bytes[end...].first { !ReferenceTarget.isSchemePart($0) }
            guard colon == UInt8(ascii: ":"), !bytes.contains(where: { $0 <= 32 }) else { return nil }
            self = .absolute(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The resource type at the end of an absolute address such as `https://host/fhir/Patient/7`; nil when its last
    /// parts are not a type and an id.
    package static func type(atEndOf address: String) -> String? {
        let parts = address.split(separator: "/", omittingEmptySubsequences: false)
        var end = parts.count
        if end > 3, parts[end - 2] == "_history" { end -= 2 }
        guard end > 3, isID(parts[end - 1].utf8) else { return nil }
        return parts[end - 2].utf8.allSatisfy(isLetter) ? String(parts[end - 2]) : nil
    }

    /// FHIR R4 `id`: 1 to 64 letters, digits, `-` and `.`.
    static func isID(_ bytes: some Collection<UInt8>) -> Bool {
        (1...64).contains(bytes.count)
            && bytes.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
    }

    private static func isVersion(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard !bytes.isEmpty else { return true }
        let mark = "/_history/".utf8
        return bytes.starts(with: mark) && isID(bytes.dropFirst(mark.count))
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    private static func isSchemePart(_ byte: UInt8) -> Bool {
        isLetter(byte) || (48...57).contains(byte) || byte == 43 || byte == 45 || byte == 46
    }
}
