/// Escape sequences of text (HL7 v2.8 §2.7).
enum HL7Escapes {
    /// Reads the text of a part.
    /// - Parameters:
    ///   - bytes: UTF-8 of a part in which no delimiter is left but the escape character.
    ///   - delimiters: those of the message.
    /// - Returns: the text without spaces around it and without control characters; unknown sequences stay as they are.
    static func text(_ bytes: ArraySlice<UInt8>, _ delimiters: HL7Delimiters) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let byte = bytes[place]
            place += 1
            guard byte == delimiters.escape else {
                result.append(byte)
                continue
            }
            // Sequences are short; an escape character without its partner is a character.
            let rest = bytes[place...].prefix(200)
            guard let end = rest.firstIndex(of: delimiters.escape) else {
                result.append(byte)
                continue
            }
            let sequence = bytes[place..<end]
            guard let replacement = replacement(sequence, delimiters) else {
                result.append(byte)
                continue
            }
            result += replacement
            place = end + 1
        }
        return clean(result)
    }

    /// nil for a sequence that is not known.
    private static func replacement(_ sequence: ArraySlice<UInt8>, _ delimiters: HL7Delimiters) -> [UInt8]? {
        guard let first = sequence.first else { return nil }
        if sequence.count == 1 {
            switch first {
            case UInt8(ascii: "F"): return [delimiters.field]
            case UInt8(ascii: "S"): return [delimiters.component]
            case UInt8(ascii: "R"): return [delimiters.repetition]
            case UInt8(ascii: "E"): return [delimiters.escape]
            case UInt8(ascii: "T"): return delimiters.subcomponent == 0xFF ? nil : [delimiters.subcomponent]
            case UInt8(ascii: "P"): return delimiters.truncation.map { [$0] }
            // Highlighting begins and ends.
            case UInt8(ascii: "H"), UInt8(ascii: "N"): return []
            default: return nil
            }
        }
        if first == UInt8(ascii: "X") { return hexadecimal(sequence.dropFirst()) }
        if first == UInt8(ascii: ".") {
            let word = String(decoding: sequence.dropFirst().prefix(2), as: UTF8.self).lowercased()
            return word == "br" || word == "sp" ? [10] : nil
        }
        return nil
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            let value: UInt8
            switch digit {
            case 48...57: value = digit - 48
            case 65...70: value = digit - 55
            case 97...102: value = digit - 87
            default: return nil
            }
            if let upper = high {
                bytes.append(upper << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        // They are in the charset of the message; of those in use that is UTF-8 or close to 8859/1.
        if String(validating: bytes, as: UTF8.self) != nil { return bytes }
        return Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
    }

    /// FHIR strings hold no control characters but tab and the ends of lines.
    private static func clean(_ bytes: [UInt8]) -> String {
        let kept = bytes.filter { ($0 >= 32 && $0 != 127) || $0 == 9 || $0 == 10 || $0 == 13 }
        let isSpace = { (byte: UInt8) in byte == 32 || byte == 9 || byte == 10 || byte == 13 }
        let start = kept.firstIndex { !isSpace($0) } ?? kept.endIndex
        let end = kept.lastIndex { !isSpace($0) } ?? kept.startIndex
        return start < kept.endIndex ? String(decoding: kept[start...end], as: UTF8.self) : ""
    }
}
