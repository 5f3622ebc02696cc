import Crypto
import FHIR

/// Which id an imported resource gets. Identity is kept, so that loading again finds what is there.
enum Identity {
    /// `urn:uuid:X` becomes X; an absolute address becomes a UUIDv5 of it; otherwise nil.
    static func id(fullURL: String) -> String? {
        if fullURL.hasPrefix("urn:uuid:") {
            let id = String(fullURL.dropFirst("urn:uuid:".count)).lowercased()
            return id.utf8.count == 36 ? id : nil
        }
        if fullURL.hasPrefix("http://") || fullURL.hasPrefix("https://") {
            return uuid5(fullURL)
        }
        return nil
    }

    /// A name-based UUID (RFC 9562 §5.5) in the URL namespace.
    static func uuid5(_ name: String) -> String {
        let namespace: [UInt8] = [
            0x6B, 0xA7, 0xB8, 0x11, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4, 0x30, 0xC8,
        ]
        var bytes = Array(Insecure.SHA1.hash(data: namespace + Array(name.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (position, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(position) {
                text.append(UInt8(ascii: "-"))
            }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
