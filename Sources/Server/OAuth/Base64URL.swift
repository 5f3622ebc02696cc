import Foundation

/// RFC 4648 §5 without padding, as RFC 7515 §2 has it.
enum Base64URL {
    /// - Returns: nil for anything that is not written exactly so.
    static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isPlain, text.utf8.count % 4 != 1 else {
            return nil
        }
        var usual = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        usual += String(repeating: "=", count: (4 - usual.utf8.count % 4) % 4)
        return Data(base64Encoded: usual).map(Array.init)
    }
}
