/// A narrative of a resource made safe to be shown. It is kept as it was received; what a page shows is written anew from
/// a list of elements and attributes that do nothing but say something. Everything else falls away: scripts, styles,
/// forms, pictures and frames with what is in them, other elements without.
///
/// It does not try to understand what is broken. A `<` that begins no element is a `<`, what was not closed is closed, and
/// what was closed without being open is passed over.
struct Narrative {
    private static let kept: Set<String> = [
        "div", "p", "br", "hr", "span", "b", "i", "em", "strong", "u", "s", "small", "sub", "sup", "ul", "ol", "li",
        "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "blockquote", "pre", "code",
        "q", "cite", "abbr", "a",
    ]
    private static let empty: Set<String> = ["br", "hr"]
    /// Their content is not for eyes.
    private static let dropped: Set<String> = [
        "script", "style", "iframe", "object", "embed", "applet", "svg", "math", "template", "noscript", "noembed",
        "noframes", "textarea", "select", "title", "head", "xmp", "plaintext", "audio", "video", "canvas", "frameset",
    ]
    private static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]
    private static let entities: Set<String> = ["amp", "lt", "gt", "quot", "apos", "nbsp", "middot", "ndash", "mdash"]
    private static let deepest = 64
    private static let longest = 512 * 1024

    private var rest: ArraySlice<UInt8>
    private var out: [UInt8] = []
    private var open: [String] = []

    /// - Parameter xhtml: the `div` of a Narrative, or anything else that somebody sent.
    /// - Returns: HTML that is safe within a page.
    static func safe(_ xhtml: String) -> String {
        var narrative = Narrative(rest: Array(xhtml.utf8.prefix(longest))[...])
        narrative.run()
        return String(decoding: narrative.out, as: UTF8.self)
    }

    private init(rest: ArraySlice<UInt8>) {
        self.rest = rest
    }

    private mutating func run() {
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "<"): element()
            case UInt8(ascii: "&"): entity()
            default:
                rest.removeFirst()
                write(text: byte)
            }
        }
        close(downTo: 0)
    }

    private mutating func write(_ text: String) {
        out.append(contentsOf: text.utf8)
    }

    private mutating func write(text byte: UInt8) {
        switch byte {
        case UInt8(ascii: "<"): write("&lt;")
        case UInt8(ascii: ">"): write("&gt;")
        case UInt8(ascii: "&"): write("&amp;")
        case UInt8(ascii: "\""): write("&quot;")
        case 0..<9, 11, 12, 14..<32, 127: break
        default: out.append(byte)
        }
    }

    // MARK: Entities

    private mutating func entity() {
        let name = rest.dropFirst().prefix(10).prefix { $0 != UInt8(ascii: ";") }
        let end = name.endIndex
        guard rest.indices.contains(end), rest[end] == UInt8(ascii: ";"), Self.isKnown(name) else {
            rest.removeFirst()
            write("&amp;")
            return
        }
        out.append(contentsOf: rest[rest.startIndex...end])
        rest = rest[(end + 1)...]
    }

    private static func isKnown(_ name: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: name, as: UTF8.self)
        guard text.hasPrefix("#") else {
            return entities.contains(text)
        }
        let digits = text.dropFirst()
        let number = digits.hasPrefix("x") ? Int(digits.dropFirst(), radix: 16) : Int(digits)
        return number.map { $0 >= 32 && $0 != 127 && Unicode.Scalar(UInt32(clamping: $0)) != nil } ?? false
    }

    // MARK: Elements

    private mutating func element() {
        let next = rest.dropFirst().first
        switch next {
        case UInt8(ascii: "!"), UInt8(ascii: "?"): skipDeclaration()
        case UInt8(ascii: "/"):
            guard let name = name(from: 2) else {
                return literal()
            }
            skip(past: UInt8(ascii: ">"))
            end(name)
        default:
            guard let name = name(from: 1) else {
                return literal()
            }
            begin(name)
        }
    }

    private mutating func literal() {
        rest.removeFirst()
        write("&lt;")
    }

    /// The name that begins so many bytes further on, in small letters.
    private func name(from offset: Int) -> String? {
        let bytes = rest.dropFirst(offset).prefix(20).prefix { Self.isLetter($0) || (48...57).contains($0) }
        guard let first = bytes.first, Self.isLetter(first) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    private mutating func begin(_ name: String) {
        rest = rest.dropFirst(1 + name.utf8.count)
        let (attributes, isClosed) = attributes()
        if Self.dropped.contains(name) {
            if !isClosed {
                skipContent(of: name)
            }
            return
        }
        let shown = Self.headings.contains(name) ? "p" : name
        guard Self.kept.contains(shown), open.count < Self.deepest else {
            return
        }
        write("<\(shown)")
        for (attribute, value) in attributes {
            write(attribute, value, of: shown)
        }
        write(">")
        if !Self.empty.contains(shown) {
            open.append(shown)
            if isClosed {
                close(downTo: open.count - 1)
            }
        }
    }

    private mutating func end(_ name: String) {
        let shown = Self.headings.contains(name) ? "p" : name
        if let place = open.lastIndex(of: shown) {
            close(downTo: place)
        }
    }

    private mutating func close(downTo count: Int) {
        while open.count > count, let name = open.popLast() {
            write("</\(name)>")
        }
    }

    // MARK: Attributes

    /// Reads up to the end of the tag.
    private mutating func attributes() -> (found: [(String, String)], isClosed: Bool) {
        var found: [(String, String)] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: ">"): return (found, false)
            case UInt8(ascii: "/"):
                if rest.first == UInt8(ascii: ">") {
                    rest.removeFirst()
                    return (found, true)
                }
            case _ where Self.isLetter(byte):
                let more = rest.prefix { !Self.endsName.contains($0) }
                rest = rest[more.endIndex...]
                let name = String(decoding: [byte] + more, as: UTF8.self).lowercased()
                if let value = value(), found.count < 20 {
                    found.append((name, value))
                }
            default: continue
            }
        }
        return (found, false)
    }

    private static let endsName = Set("=> /\"'<\t\r\n".utf8)
    private static let space = Set(" \t\r\n".utf8)

    /// What stands behind the equals sign; nil when there is none.
    private mutating func value() -> String? {
        let behind = rest.drop { Self.space.contains($0) }
        guard behind.first == UInt8(ascii: "=") else {
            return nil
        }
        rest = behind.dropFirst().drop { Self.space.contains($0) }
        if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            rest.removeFirst()
            let text = rest.prefix { $0 != quote }
            rest = rest[text.endIndex...].dropFirst()
            return String(decoding: text, as: UTF8.self)
        }
        let text = rest.prefix { !Self.space.contains($0) && $0 != UInt8(ascii: ">") }
        rest = rest[text.endIndex...]
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func write(_ name: String, _ value: String, of element: String) {
        switch name {
        case "title", "abbr": break
        case "lang" where value.utf8.allSatisfy({ Self.isLetter($0) || $0 == UInt8(ascii: "-") }): break
        case "dir" where ["ltr", "rtl", "auto"].contains(value): break
        case "colspan", "rowspan":
            guard let number = Int(value), (1...1000).contains(number) else {
                return
            }
        case "href" where element == "a" && Self.isHarmless(value): break
        default: return
        }
        write(" \(name)=\"")
        // Escaped again right away, so that nothing else comes of it.
        for byte in value.replacing("&amp;", with: "&").utf8 {
            write(text: byte)
        }
        write("\"")
        if name == "href" {
            write(" rel=\"noopener noreferrer nofollow\"")
        }
    }

    /// A plain address of the web. An entity in it is left as the text that it is.
    private static func isHarmless(_ address: String) -> Bool {
        let small = address.lowercased()
        return (small.hasPrefix("https://") || small.hasPrefix("http://"))
            && address.utf8.allSatisfy { $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "\\") }
    }

    // MARK: What is not for eyes

    /// A comment, a declaration, an instruction or a piece of raw text.
    private mutating func skipDeclaration() {
        for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>")] where rest.starts(with: start.utf8) {
            return skip(past: Array(end.utf8))
        }
        skip(past: UInt8(ascii: ">"))
    }

    private mutating func skip(past byte: UInt8) {
        rest = rest.drop { $0 != byte }.dropFirst()
    }

    private mutating func skip(past end: [UInt8]) {
        while !rest.isEmpty, !rest.starts(with: end) {
            rest.removeFirst()
        }
        rest = rest.dropFirst(end.count)
    }

    private mutating func skipContent(of name: String) {
        while !rest.isEmpty {
            rest = rest.drop { $0 != UInt8(ascii: "<") }
            if rest.dropFirst().first == UInt8(ascii: "/"), self.name(from: 2) == name {
                return skip(past: UInt8(ascii: ">"))
            }
            rest = rest.dropFirst()
        }
    }
}
