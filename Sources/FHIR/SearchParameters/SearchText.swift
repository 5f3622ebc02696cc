import Foundation

/// Text as a search compares it: FHIR R4 §3.1.1.4.8 asks for matches regardless of case and accents.
package enum SearchText {
    /// The longest key in bytes of UTF-8. What is cut off is not found by.
    package static let longest = 128

    /// Lower case, without accents, runs of white space as one space, none at the ends, at most ``longest`` bytes.
    package static func normalized(_ text: String) -> String {
        var text = text
        let plain = text.withUTF8 { bytes -> String? in
            bytes.allSatisfy { $0 < 128 } ? ascii(bytes) : nil
        }
        return plain ?? unicode(text)
    }

    /// A number that two texts share only when they are written in the same way, or by a chance of one in four thousand
    /// million: what `:exact` compares beside the normalized text.
    package static func exact(_ text: String) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Int64(Int32(truncatingIfNeeded: hash ^ (hash >> 32)))
    }

    private static func ascii(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: min(bytes.count, longest)) { out in
            var count = 0
            var gap = false
            for byte in bytes {
                if byte <= 32 {
                    gap = count > 0
                    continue
                }
                guard count + (gap ? 1 : 0) < out.count else { break }
                if gap {
                    out[count] = 32
                    count += 1
                    gap = false
                }
                out[count] = (65...90).contains(byte) ? byte + 32 : byte
                count += 1
            }
            return count
        }
    }

    private static func unicode(_ text: String) -> String {
        // A key needs no more than its own length; the rest of a long note is not decomposed.
        let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(longest * 4)))
        var out = ""
        var gap = false
        for scalar in start.decomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.properties.isWhitespace || scalar.value < 32 {
                gap = !out.isEmpty
                continue
            }
            guard !isAccent(scalar) else { continue }
            let folded =
                letters[scalar]
                ?? scalar.properties.lowercaseMapping.filter { !$0.unicodeScalars.contains(where: isAccent) }
            guard out.utf8.count + folded.utf8.count + (gap ? 1 : 0) <= longest else { break }
            if gap { out += " " }
            gap = false
            out += folded
        }
        return out
    }

    /// Marks above or below a letter, and the vowel points of Hebrew and Arabic, which are mostly left out in writing.
    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        let order = scalar.properties.canonicalCombiningClass.rawValue
        return order >= 200 || (10...35).contains(order)
    }

    /// Letters that do not come apart into a plain one and a mark.
    private static let letters: [Unicode.Scalar: String] = [
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l",
        "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i", "ħ": "h", "Ħ": "h", "ŋ": "n", "Ŋ": "n",
    ]
}
