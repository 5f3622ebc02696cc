/// Words of an expression (N1, appendix B).
struct PathToken: Sendable {
    enum Kind: Sendable, Equatable {
        case word(String)
        /// In backticks: never an operator or a literal.
        case quotedWord(String)
        case string(String)
        case number(String)
        case moment(PathMoment)
        /// `$this`, `$index`, `$total`
        case dollar(String)
        case variable(String)
        case symbol(String)
        case end
    }

    let kind: Kind
    let position: Int
}

/// Parts an expression into words, skipping white space and comments.
struct PathLexer {
    private let text: [Unicode.Scalar]
    private var position = 0

    init(_ expression: String) { text = Array(expression.unicodeScalars) }

    /// All words, with an end behind them.
    mutating func tokens() throws(FHIRPathError) -> [PathToken] {
        var found: [PathToken] = []
        while true {
            try skipSpace()
            let start = position
            let kind = try next()
            found.append(PathToken(kind: kind, position: start))
            if kind == .end { return found }
        }
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        position + ahead < text.count ? text[position + ahead] : nil
    }

    private func fault(_ reason: String) -> FHIRPathError { .syntax(position: position, reason: reason) }

    private mutating func skipSpace() throws(FHIRPathError) {
        while let scalar = peek() {
            if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{A0}" {
                position += 1
            } else if scalar == "/", peek(1) == "/" {
                while let inside = peek(), inside != "\n", inside != "\r" { position += 1 }
            } else if scalar == "/", peek(1) == "*" {
                position += 2
                while let inside = peek(), !(inside == "*" && peek(1) == "/") { position += 1 }
                guard peek() != nil else { throw fault("A comment is not closed.") }
                position += 2
            } else {
                return
            }
        }
    }

    private mutating func next() throws(FHIRPathError) -> PathToken.Kind {
        guard let scalar = peek() else { return .end }
        switch scalar {
        case "'", "\"": return .string(try quoted(scalar))
        case "`": return .quotedWord(try quoted(scalar))
        case "0"..."9": return .number(number())
        case "@": return .moment(try moment())
        case "$":
            position += 1
            return .dollar(word())
        case "%":
            position += 1
            if let mark = peek(), mark == "`" || mark == "'" { return .variable(try quoted(mark)) }
            let name = word()
            guard !name.isEmpty else { throw fault("A name is missing after %.") }
            return .variable(name)
        case "a"..."z", "A"..."Z", "_": return .word(word())
        default: return .symbol(try symbol(scalar))
        }
    }

    private mutating func word() -> String {
        var word = ""
        while let scalar = peek(), scalar.isASCII,
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
        {
            word.unicodeScalars.append(scalar)
            position += 1
        }
        return word
    }

    private mutating func number() -> String {
        var digits = ""
        var hasPoint = false
        while let scalar = peek() {
            if ("0"..."9").contains(scalar) {
                digits.unicodeScalars.append(scalar)
            } else if scalar == ".", !hasPoint, let after = peek(1), ("0"..."9").contains(after) {
                hasPoint = true
                digits += "."
            } else {
                break
            }
            position += 1
        }
        return digits
    }

    private mutating func moment() throws(FHIRPathError) -> PathMoment {
        position += 1
        let isTime = peek() == "T"
        if isTime { position += 1 }
        let rest = text[position..<min(position + 40, text.count)]
        var reader = PathMomentReader(String(String.UnicodeScalarView(rest.prefix { $0.isASCII })))
        guard let read = isTime ? reader.time() : reader.dateOrDateTime() else {
            throw fault("After @ stands no date, dateTime or time.")
        }
        position += reader.position
        // `@T14:34:28Z` is no time, and `@2015x` no date.
        if let after = peek(), after.properties.isAlphabetic || ("0"..."9").contains(after) {
            throw fault("A date, dateTime or time ends in something else.")
        }
        if isTime, let after = peek(), after == "+" || after == "-", let digit = peek(1), ("0"..."9").contains(digit),
            let second = peek(2), ("0"..."9").contains(second), peek(3) == ":"
        {
            throw fault("A time has no zone.")
        }
        return read
    }

    private mutating func quoted(_ mark: Unicode.Scalar) throws(FHIRPathError) -> String {
        position += 1
        var content = String.UnicodeScalarView()
        while let scalar = peek() {
            position += 1
            if scalar == mark { return String(content) }
            guard scalar == "\\" else {
                content.append(scalar)
                continue
            }
            content.append(try escaped())
        }
        throw fault("A text is not closed.")
    }

    private mutating func escaped() throws(FHIRPathError) -> Unicode.Scalar {
        guard let scalar = peek() else { throw fault("A text is not closed.") }
        position += 1
        switch scalar {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "f": return "\u{C}"
        case "\\", "/", "'", "\"", "`": return scalar
        case "u":
            let code = try unit()
            // A character above U+FFFF comes as two.
            if (0xD800..<0xDC00).contains(code), peek() == "\\", peek(1) == "u" {
                position += 2
                let low = try unit()
                let combined = 0x10000 + (code - 0xD800) * 0x400 + (low &- 0xDC00)
                if (0xDC00..<0xE000).contains(low), let whole = Unicode.Scalar(combined) { return whole }
            }
            guard let whole = Unicode.Scalar(code) else { throw fault("\\u names no character.") }
            return whole
        default:
            position -= 1
            throw fault("There is no escape \\\(scalar) in a text.")
        }
    }

    private mutating func unit() throws(FHIRPathError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = peek(), scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw fault("After \\u stand four hexadecimal digits.")
            }
            code = code * 16 + UInt32(digit)
            position += 1
        }
        return code
    }

    private mutating func symbol(_ scalar: Unicode.Scalar) throws(FHIRPathError) -> String {
        let two = peek(1).map { String(scalar) + String($0) } ?? ""
        if ["<=", ">=", "!=", "!~"].contains(two) {
            position += 2
            return two
        }
        guard ".,()[]{}+-*/&|<>=~".unicodeScalars.contains(scalar) else {
            throw fault("The character \(scalar.properties.name ?? "here") has no meaning here.")
        }
        position += 1
        return String(scalar)
    }
}

extension PathMoment {
    /// For tokens: the same parts, written alike.
    static func == (left: PathMoment, right: PathMoment) -> Bool { left.kind == right.kind && left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
