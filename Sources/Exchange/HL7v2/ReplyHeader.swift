/// What a reply takes over from the header of the message it answers, of one that could not be read too.
struct ReplyHeader {
    let delimiters: HL7Delimiters
    /// MSH-2 to MSH-18 as they were written, by their place behind `MSH`; always twenty, the missing ones empty.
    let raw: [[UInt8]]
    let processing: [UInt8]
    let version: [UInt8]
    let trigger: String
    /// MSH-15 and MSH-16, upper case.
    let accept: String?
    let application: String?
    private let isDecoded: Bool
    /// The message as it came when it is UTF-16 or UTF-32.
    private let wide: (name: String, mark: [UInt8])?

    /// - Parameters:
    ///   - message: nil when it could not be read.
    ///   - bytes: as they came.
    init(_ message: HL7Message?, _ bytes: [UInt8]) {
        let line: [UInt8]
        if let header = message?.segments.first {
            line = Array(header.bytes)
        } else {
            // What can be seen of it: ASCII up to the end of a line.
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let seen = bytes.dropFirst(start).drop { $0 <= 32 }.prefix(2_000).prefix { $0 != 13 && $0 != 10 }
            line = seen.starts(with: Array("MSH".utf8)) ? Array(seen) : []
        }
        let marks = message?.delimiters ?? (try? HL7Delimiters(header: line[...])) ?? .usual
        let isOf = !line.isEmpty
        let fields = isOf ? line.split(separator: marks.field, maxSplits: 30, omittingEmptySubsequences: false) : []
        func field(_ place: Int) -> [UInt8] {
            guard place < fields.count else { return [] }
            // Control characters would break the frame or the segments of the reply.
            return fields[place].prefix(400).filter { $0 >= 32 }
        }
        delimiters = marks
        let raw = (0..<20).map(field)
        self.raw = raw
        func first(_ place: Int) -> String? {
            let part = raw[place].prefix { $0 != marks.component && $0 != marks.repetition }
            let text = String(decoding: part, as: UTF8.self).split(separator: " ").first.map(String.init)
            return text?.isEmpty == false && text != "\"\"" ? text : nil
        }
        processing = raw[10].isEmpty ? Array("P".utf8) : raw[10]
        version = raw[11].isEmpty ? Array("2.5.1".utf8) : raw[11]
        let event = raw[8].split(separator: marks.component, omittingEmptySubsequences: false)
        let letters = event.count > 1 ? event[1].filter { (48...57).contains($0) || (65...90).contains($0) } : []
        trigger = String(decoding: letters.prefix(5), as: UTF8.self)
        (accept, application) = (first(14)?.uppercased(), first(15)?.uppercased())
        isDecoded = message != nil
        wide = isDecoded ? HL7Charset.wide(bytes).map { ($0.name, Array(bytes.prefix($0.mark))) } : nil
    }

    /// Whether the sender chose the enhanced mode.
    var isEnhanced: Bool { accept != nil || application != nil }

    /// Whether MSH-12 is that version or a later one.
    func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        let written = String(decoding: version.prefix { $0 != delimiters.component }, as: UTF8.self)
        let parts = written.split(separator: ".").map { Int($0) ?? 0 }
        guard let first = parts.first else { return false }
        let second = parts.count > 1 ? parts[1] : 0
        return (first, second) >= (major, minor)
    }

    /// Text with the delimiters of the message escaped.
    func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let letter: Character? =
                switch byte {
                case delimiters.field: "F"
                case delimiters.component: "S"
                case delimiters.repetition: "R"
                case delimiters.escape: "E"
                case delimiters.subcomponent: "T"
                default: nil
                }
            if let letter, delimiters.escape != 0xFF, let sign = letter.asciiValue {
                bytes += [delimiters.escape, sign, delimiters.escape]
            } else if letter != nil {
                bytes.append(32)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// A reply in the charset of the message. All in it that is not ASCII came out of the header: of a message that was read
    /// it has become UTF-8 and is brought back, of another it is as it came.
    func encoded(_ text: [UInt8]) -> [UInt8] {
        if let wide { return wide.mark + (HL7Charset.bytes(text, as: wide.name) ?? text) }
        guard isDecoded, text.contains(where: { $0 >= 0x80 }) else { return text }
        return HL7Charset.bytes(text, repetitions: String(decoding: raw[17], as: UTF8.self), delimiters) ?? text
    }
}
