import Foundation

/// Ways of writing a text in another: `encode`, `decode`, `escape`, `unescape`.
enum PathCoding {
    /// `hex`, `base64` or `urlbase64`; nil for another way.
    static func encode(_ text: String, _ way: String) -> String? {
        switch way {
        case "hex":
            let digits = Array("0123456789abcdef".unicodeScalars)
            var result = String.UnicodeScalarView()
            for byte in text.utf8 {
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
            return String(result)
        case "base64": return Data(text.utf8).base64EncodedString()
        case "urlbase64":
            return Data(text.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_")
        default: return nil
        }
    }

    /// The opposite; nil also for what was not encoded so or is not text.
    static func decode(_ text: String, _ way: String) -> String? {
        switch way {
        case "hex":
            let digits = text.unicodeScalars.map { $0.isASCII ? Character($0).hexDigitValue : nil }
            guard digits.count.isMultiple(of: 2) else { return nil }
            var bytes: [UInt8] = []
            for place in stride(from: 0, to: digits.count, by: 2) {
                guard let high = digits[place], let low = digits[place + 1] else { return nil }
                bytes.append(UInt8(high * 16 + low))
            }
            return String(validating: bytes, as: UTF8.self)
        case "base64", "urlbase64":
            var plain = text
            if way == "urlbase64" {
                plain = plain.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
                plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
            }
            return Data(base64Encoded: plain).flatMap { String(validating: $0, as: UTF8.self) }
        default: return nil
        }
    }

    /// `html` or `json`; nil for another way.
    static func escape(_ text: String, _ way: String) -> String? {
        var result = String.UnicodeScalarView()
        switch way {
        case "html":
            for scalar in text.unicodeScalars {
                switch scalar {
                case "<": result.append(contentsOf: "&lt;".unicodeScalars)
                case ">": result.append(contentsOf: "&gt;".unicodeScalars)
                case "&": result.append(contentsOf: "&amp;".unicodeScalars)
                case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
                case "'": result.append(contentsOf: "&#39;".unicodeScalars)
                default: result.append(scalar)
                }
            }
        case "json":
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"": result.append(contentsOf: "\\\"".unicodeScalars)
                case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
                case "\n": result.append(contentsOf: "\\n".unicodeScalars)
                case "\r": result.append(contentsOf: "\\r".unicodeScalars)
                case "\t": result.append(contentsOf: "\\t".unicodeScalars)
                default:
                    guard scalar.value < 32 else {
                        result.append(scalar)
                        continue
                    }
                    let hex = String(scalar.value, radix: 16)
                    result.append(
                        contentsOf: ("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).unicodeScalars)
                }
            }
        default: return nil
        }
        return String(result)
    }

    /// The opposite; what is not an escape stays.
    static func unescape(_ text: String, _ way: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var place = 0
        guard way == "html" || way == "json" else { return nil }
        while place < scalars.count {
            let read = way == "html" ? entity(scalars, place) : jsonEscape(scalars, place)
            if let read {
                result.append(read.scalar)
                place += read.length
            } else {
                result.append(scalars[place])
                place += 1
            }
        }
        return String(result)
    }

    private static func entity(_ text: [Unicode.Scalar], _ place: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        guard text[place] == "&", let end = text[place...].prefix(10).firstIndex(of: ";") else { return nil }
        let name = String(String.UnicodeScalarView(text[(place + 1)..<end]))
        let length = end - place + 1
        let named: [String: Unicode.Scalar] = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
        if let scalar = named[name] { return (scalar, length) }
        guard name.hasPrefix("#") else { return nil }
        let code = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
        return code.flatMap(Unicode.Scalar.init).map { ($0, length) }
    }

    private static func jsonEscape(_ text: [Unicode.Scalar], _ place: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        guard text[place] == "\\", place + 1 < text.count else { return nil }
        switch text[place + 1] {
        case "n": return ("\n", 2)
        case "r": return ("\r", 2)
        case "t": return ("\t", 2)
        case "b": return ("\u{8}", 2)
        case "f": return ("\u{C}", 2)
        case "u":
            let digits = String(String.UnicodeScalarView(text[(place + 2)...].prefix(4)))
            guard digits.count == 4, let code = UInt32(digits, radix: 16) else { return nil }
            return Unicode.Scalar(code).map { ($0, 6) }
        case let other: return (other, 2)
        }
    }
}
