import Glibc

/// Brings the bytes of a message to UTF-8 (HL7 v2.8 §2.14.9.18, table HL70211).
enum HL7Charset {
    /// The names of table HL70211 and what the C library calls them. Sets that only stand beside others (the Japanese
    /// ones) are read as one of ISO 2022, which switches between them.
    private static let names: [String: String] = [
        "ASCII": "ASCII", "8859/1": "ISO-8859-1", "8859/2": "ISO-8859-2", "8859/3": "ISO-8859-3",
        "8859/4": "ISO-8859-4", "8859/5": "ISO-8859-5", "8859/6": "ISO-8859-6", "8859/7": "ISO-8859-7",
        "8859/8": "ISO-8859-8", "8859/9": "ISO-8859-9", "8859/15": "ISO-8859-15", "ISO IR6": "ASCII",
        "ISO IR14": "ISO-2022-JP-2", "ISO IR87": "ISO-2022-JP-2", "ISO IR159": "ISO-2022-JP-2",
        "GB 18030-2000": "GB18030", "KS X 1001": "EUC-KR", "CNS 11643-1992": "EUC-TW", "BIG-5": "BIG5",
        "UNICODE": "UTF-8", "UNICODE UTF-8": "UTF-8", "UTF-8": "UTF-8", "UNICODE UTF-16": "UTF-16",
        "UNICODE UTF-32": "UTF-32", "WINDOWS-1252": "CP1252",
    ]

    /// Whether a feed may name it as its default.
    static func isKnown(_ name: String) -> Bool { names[name.uppercased()] != nil }

    /// - Parameters:
    ///   - bytes: a message as it came, with or without a byte order mark.
    ///   - usual: the charset of a message that names none, by table HL70211.
    /// - Returns: UTF-8 without a mark.
    /// - Throws: `HL7Fault` naming the charset that is unknown or to which the bytes do not keep.
    static func utf8(_ bytes: [UInt8], usual: String?) throws(HL7Fault) -> [UInt8] {
        if let wide = wide(bytes) {
            return try converted(bytes.dropFirst(wide.mark), from: wide.name, called: wide.name)
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        var named = declared(text)
        if named.allSatisfy({ names[$0] == "ASCII" }), text.contains(where: { $0 >= 0x80 }) {
            // What calls itself ASCII and is not says nothing.
            named = []
        }
        if named.isEmpty {
            if let usual { named = [usual.uppercased()] } else { return try guessed(text) }
        }
        var found: [String] = []
        for name in named {
            guard let known = names[name] else {
                throw HL7Fault(.tableValue, at: "MSH-18", "the character set \(shown(name)) is not known")
            }
            found.append(known)
        }
        let chosen = found.first { $0.hasPrefix("ISO-2022") } ?? found.first { $0 != "ASCII" } ?? "UTF-8"
        if chosen == "UTF-8" || chosen == "UTF-16" || chosen == "UTF-32" {
            // Bytes in which the header could be read are not wide, whatever they call themselves.
            guard String(validating: text, as: UTF8.self) != nil else {
                throw HL7Fault(.dataType, at: "MSH-18", "the text is not the UTF-8 that it is said to be")
            }
            return text
        }
        return try converted(text[...], from: chosen, called: named[0])
    }

    /// UTF-16 and UTF-32 by their mark, or by the zeros between `M` and `S`.
    static func wide(_ bytes: [UInt8]) -> (name: String, mark: Int)? {
        let marks: [(begin: [UInt8], name: String, mark: Int)] = [
            ([0xFF, 0xFE, 0, 0], "UTF-32LE", 4), ([0, 0, 0xFE, 0xFF], "UTF-32BE", 4),
            ([0xFF, 0xFE], "UTF-16LE", 2), ([0xFE, 0xFF], "UTF-16BE", 2),
            ([0x4D, 0, 0, 0, 0x53], "UTF-32LE", 0), ([0, 0, 0, 0x4D, 0, 0, 0, 0x53], "UTF-32BE", 0),
            ([0x4D, 0, 0x53, 0], "UTF-16LE", 0), ([0, 0x4D, 0, 0x53], "UTF-16BE", 0),
        ]
        return marks.first { bytes.starts(with: $0.begin) }.map { ($0.name, $0.mark) }
    }

    /// The repetitions of MSH-18, read before anything is decoded: in all sets here the header is ASCII up to there.
    private static func declared(_ text: [UInt8]) -> [String] {
        let start = text.firstIndex { $0 > 0x20 } ?? 0
        let line = text[start...].prefix(4_096).prefix { $0 != 13 && $0 != 10 }
        guard line.starts(with: Array("MSH".utf8)), let separator = line.dropFirst(3).first else { return [] }
        let fields = line.split(separator: separator, maxSplits: 18, omittingEmptySubsequences: false)
        guard fields.count > 17, let repetition = fields[1].dropFirst().first else { return [] }
        return fields[17].split(separator: repetition).prefix(8).map {
            let words = String(decoding: $0, as: UTF8.self).uppercased().split(separator: " ")
            return words.joined(separator: " ")
        }.filter { !$0.isEmpty && $0 != "\"\"" }
    }

    /// UTF-8 in the first charset that a header names.
    /// - Returns: nil when it names none, or one in which the text cannot be written.
    static func bytes(_ utf8: [UInt8], repetitions: String, _ delimiters: HL7Delimiters) -> [UInt8]? {
        let parts = Array(repetitions.uppercased().utf8).split(separator: delimiters.repetition)
        guard let name = parts.first.flatMap({ names[String(decoding: $0, as: UTF8.self)] }), name != "ASCII",
            !name.hasPrefix("UTF")
        else { return nil }
        return bytes(utf8, as: name)
    }

    /// UTF-8 in a charset as the C library calls it; nil where it cannot be written so.
    static func bytes(_ utf8: [UInt8], as name: String) -> [UInt8]? {
        try? converted(utf8[...], from: "UTF-8", to: name, called: name)
    }

    private static func guessed(_ text: [UInt8]) throws(HL7Fault) -> [UInt8] {
        if String(validating: text, as: UTF8.self) != nil { return text }
        return try converted(text[...], from: "ISO-8859-1", called: "8859/1")
    }

    private static func shown(_ name: String) -> String {
        "“" + String(name.unicodeScalars.prefix(30).map { $0.isASCII && $0.value >= 32 ? Character($0) : "?" }) + "”"
    }

    private static func converted(
        _ bytes: ArraySlice<UInt8>, from name: String, to target: String = "UTF-8", called: String
    ) throws(HL7Fault) -> [UInt8] {
        guard let converter = iconv_open(target, name), converter != iconv_t(bitPattern: -1) else {
            throw HL7Fault(.tableValue, at: "MSH-18", "the character set \(called) is not known on this machine")
        }
        defer { iconv_close(converter) }
        var input = Array(bytes)
        // No character of two bytes or more becomes longer than four; one of a single byte becomes at most three.
        var output = [UInt8](repeating: 0, count: input.count &* 4 &+ 16)
        let written: Int? = input.withUnsafeMutableBytes { from in
            output.withUnsafeMutableBytes { to in
                var (source, left) = (from.baseAddress?.assumingMemoryBound(to: CChar.self), from.count)
                var (target, room) = (to.baseAddress?.assumingMemoryBound(to: CChar.self), to.count)
                guard iconv(converter, &source, &left, &target, &room) != -1, left == 0 else { return nil }
                guard iconv(converter, nil, nil, &target, &room) != -1 else { return nil }
                return to.count - room
            }
        }
        guard let written else {
            throw HL7Fault(.dataType, at: "MSH-18", "the text is not the \(called) that it is said to be")
        }
        return Array(output.prefix(written))
    }
}
