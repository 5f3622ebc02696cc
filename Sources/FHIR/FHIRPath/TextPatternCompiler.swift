/// Makes the program of a ``TextPattern``.
struct TextPatternCompiler {
    private(set) var program: [TextPattern.Instruction] = []
    private(set) var groupCount = 0
    private(set) var groupNames: [String: Int] = [:]

    private let text: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    static let digit = TextPattern.CharacterSet(ranges: [48...57])
    static let word = TextPattern.CharacterSet(ranges: [48...57, 65...90, 95...95, 97...122])
    static let space = TextPattern.CharacterSet(ranges: [9...13, 32...32, 0x85...0x85, 0xA0...0xA0, 0x2028...0x2029])

    init(_ pattern: String) { text = Array(pattern.unicodeScalars) }

    mutating func compile() throws(FHIRPathError) {
        guard text.count <= 2_000 else { throw .tooCostly("The pattern is longer than 2000 characters.") }
        try alternatives()
        guard position == text.count else { throw fault("A bracket is closed that was not opened.") }
        try emit(.match)
    }

    private func fault(_ reason: String) -> FHIRPathError { .execution("The pattern cannot be read: " + reason) }

    private var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private mutating func emit(_ instruction: TextPattern.Instruction) throws(FHIRPathError) {
        guard program.count < TextPattern.longest else { throw .tooCostly("The pattern is too large.") }
        program.append(instruction)
    }

    private mutating func alternatives() throws(FHIRPathError) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 40 else { throw .tooCostly("The pattern nests too deeply.") }
        var ends: [Int] = []
        while true {
            let start = program.count
            try sequence()
            guard take("|") else { break }
            try insertSplit(at: start)
            ends.append(program.count)
            try emit(.jump(0))
            program[start] = .split(start + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    /// Puts a split before what has been written since a place, and moves what points behind it.
    private mutating func insertSplit(at place: Int) throws(FHIRPathError) {
        guard program.count < TextPattern.longest else { throw .tooCostly("The pattern is too large.") }
        func moved(_ target: Int) -> Int { target >= place ? target + 1 : target }
        for index in place..<program.count {
            switch program[index] {
            case .jump(let target): program[index] = .jump(moved(target))
            case .split(let first, let second): program[index] = .split(moved(first), moved(second))
            default: continue
            }
        }
        program.insert(.split(place + 1, place + 1), at: place)
    }

    private mutating func sequence() throws(FHIRPathError) {
        while let scalar = peek, scalar != "|", scalar != ")" {
            let start = program.count
            let isRepeatable = try atom(scalar)
            try repeated(from: start, isRepeatable: isRepeatable)
        }
    }

    /// One character, class, group or place; whether it can be repeated.
    private mutating func atom(_ scalar: Unicode.Scalar) throws(FHIRPathError) -> Bool {
        position += 1
        switch scalar {
        case "(": try group()
        case "[": try emit(.one(try characterClass()))
        case ".": try emit(.one(.init(ranges: [], isNegated: true)))
        case "^":
            try emit(.start)
            return false
        case "$":
            try emit(.end)
            return false
        case "\\": return try escape()
        case "*", "+", "?": throw fault("nothing stands before \(scalar).")
        default: try emit(.one(Self.only(scalar)))
        }
        return true
    }

    private mutating func group() throws(FHIRPathError) {
        var number: Int?
        if take("?") {
            if take(":") {
                number = nil
            } else if take("<"), let first = peek, first != "=", first != "!" {
                var name = ""
                while let scalar = peek, scalar != ">" {
                    name.unicodeScalars.append(scalar)
                    position += 1
                }
                guard take(">"), !name.isEmpty, groupNames[name] == nil else {
                    throw fault("the name of a group is wrong.")
                }
                groupCount += 1
                number = groupCount
                groupNames[name] = groupCount
            } else {
                throw .unsupported("Patterns that look ahead or behind, and flags, are not offered.")
            }
        } else {
            groupCount += 1
            number = groupCount
        }
        guard groupCount <= 50 else { throw .tooCostly("The pattern has too many groups.") }
        if let number { try emit(.save(number * 2)) }
        try alternatives()
        guard take(")") else { throw fault("a bracket is not closed.") }
        if let number { try emit(.save(number * 2 + 1)) }
    }

    private static func only(_ scalar: Unicode.Scalar) -> TextPattern.CharacterSet {
        .init(ranges: [scalar.value...scalar.value])
    }

    private static func opposite(_ set: TextPattern.CharacterSet) -> TextPattern.CharacterSet {
        .init(ranges: set.ranges, isNegated: true)
    }

    private mutating func escape() throws(FHIRPathError) -> Bool {
        guard let scalar = peek else { throw fault("it ends in a \\.") }
        position += 1
        switch scalar {
        case "b": try emit(.edge)
        case "B": try emit(.noEdge)
        case "A": try emit(.start)
        case "z", "Z": try emit(.end)
        case "1"..."9", "k": throw .unsupported("Patterns that refer back to a group are not offered.")
        default:
            try emit(.one(try escapedSet(scalar)))
            return true
        }
        return false
    }

    private mutating func escapedSet(_ scalar: Unicode.Scalar) throws(FHIRPathError) -> TextPattern.CharacterSet {
        switch scalar {
        case "d": return Self.digit
        case "D": return Self.opposite(Self.digit)
        case "w": return Self.word
        case "W": return Self.opposite(Self.word)
        case "s": return Self.space
        case "S": return Self.opposite(Self.space)
        case "n": return Self.only("\n")
        case "r": return Self.only("\r")
        case "t": return Self.only("\t")
        case "f": return Self.only("\u{C}")
        case "u", "x":
            var code: UInt32 = 0
            for _ in 0..<(scalar == "u" ? 4 : 2) {
                guard let next = peek, next.isASCII, let value = Character(next).hexDigitValue else {
                    throw fault("a character's number is wrong.")
                }
                code = code * 16 + UInt32(value)
                position += 1
            }
            guard let named = Unicode.Scalar(code) else { throw fault("a character's number is wrong.") }
            return Self.only(named)
        case "a"..."z", "A"..."Z", "0"..."9": throw .unsupported("The pattern uses \\\(scalar), which is not offered.")
        default: return Self.only(scalar)
        }
    }

    private mutating func characterClass() throws(FHIRPathError) -> TextPattern.CharacterSet {
        var set = TextPattern.CharacterSet(ranges: [])
        set.isNegated = take("^")
        var isFirst = true
        while let scalar = peek, scalar != "]" || isFirst {
            isFirst = false
            position += 1
            var low = Self.only(scalar)
            if scalar == "\\" {
                guard let next = peek else { break }
                position += 1
                low = next == "b" ? Self.only("\u{8}") : try escapedSet(next)
            }
            guard !low.isNegated else { throw .unsupported("\\D, \\W and \\S inside of a class are not offered.") }
            guard peek == "-", position + 1 < text.count, text[position + 1] != "]", low.ranges.count == 1,
                let from = low.ranges.first, from.count == 1
            else {
                set.ranges += low.ranges
                continue
            }
            position += 1
            guard let end = peek else { break }
            position += 1
            var high = Self.only(end)
            if end == "\\", let next = peek {
                position += 1
                high = try escapedSet(next)
            }
            guard let to = high.ranges.first, high.ranges.count == 1, to.count == 1, from.lowerBound <= to.lowerBound
            else {
                throw fault("a range of characters is wrong.")
            }
            set.ranges.append(from.lowerBound...to.lowerBound)
        }
        guard take("]") else { throw fault("a class is not closed.") }
        return set
    }

    /// `*`, `+`, `?` and `{m,n}` behind what has been written since a place.
    private mutating func repeated(from start: Int, isRepeatable: Bool) throws(FHIRPathError) {
        guard let bounds = try bounds() else { return }
        guard isRepeatable else { throw fault("a place cannot be repeated.") }
        let isLazy = take("?")
        if peek == "+" || peek == "*" || peek == "?" { throw .unsupported("Possessive repeats are not offered.") }
        let body = Array(program[start...])
        program.removeSubrange(start...)
        for _ in 0..<bounds.low { try copy(body, from: start) }
        guard let high = bounds.high else {
            let split = program.count
            try emit(.jump(0))
            try copy(body, from: start)
            try emit(.jump(split))
            program[split] = choice(split + 1, program.count, isLazy)
            return
        }
        var splits: [Int] = []
        for _ in bounds.low..<max(bounds.low, high) {
            splits.append(program.count)
            try emit(.jump(0))
            try copy(body, from: start)
        }
        for split in splits { program[split] = choice(split + 1, program.count, isLazy) }
    }

    private func choice(_ inside: Int, _ behind: Int, _ isLazy: Bool) -> TextPattern.Instruction {
        isLazy ? .split(behind, inside) : .split(inside, behind)
    }

    private mutating func copy(_ body: [TextPattern.Instruction], from start: Int) throws(FHIRPathError) {
        let shift = program.count - start
        for instruction in body {
            switch instruction {
            case .jump(let target): try emit(.jump(target + shift))
            case .split(let first, let second): try emit(.split(first + shift, second + shift))
            default: try emit(instruction)
            }
        }
    }

    private mutating func bounds() throws(FHIRPathError) -> (low: Int, high: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        // A { that begins no count is a character.
        guard peek == "{", position + 1 < text.count, ("0"..."9").contains(text[position + 1]) else { return nil }
        position += 1
        guard let low = number() else { throw fault("a count is wrong or above 1000.") }
        var high: Int? = low
        if take(",") {
            high = nil
            if peek != "}" {
                guard let stated = number() else { throw fault("a count is wrong or above 1000.") }
                high = stated
            }
        }
        guard take("}"), high.map({ $0 >= low }) ?? true else { throw fault("a count is wrong.") }
        return (low, high)
    }

    private mutating func number() -> Int? {
        var number = 0
        var seen = false
        while let scalar = peek, ("0"..."9").contains(scalar), number < 10_000 {
            number = number * 10 + Int(scalar.value - 48)
            seen = true
            position += 1
        }
        return seen && number <= 1_000 ? number : nil
    }
}
