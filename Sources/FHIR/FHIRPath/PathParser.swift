/// Reads an expression (N1, appendix B) into a ``PathNode``. Brackets and arguments nest to a limit, so that reading and
/// evaluating need a bounded stack.
struct PathParser {
    private let tokens: [PathToken]
    private var position = 0
    private var depth = 0

    /// - Throws: what is wrong, and at which character.
    static func parse(_ expression: String) throws(FHIRPathError) -> PathNode {
        guard expression.unicodeScalars.count <= FHIRPathBudget.longestExpression else {
            throw .tooCostly("The expression is longer than \(FHIRPathBudget.longestExpression) characters.")
        }
        var lexer = PathLexer(expression)
        var parser = PathParser(tokens: try lexer.tokens())
        let node = try parser.expression()
        guard parser.token.kind == .end else { throw parser.fault("This was not expected here.") }
        return node
    }

    private init(tokens: [PathToken]) { self.tokens = tokens }

    private var token: PathToken {
        tokens.indices.contains(position) ? tokens[position] : PathToken(kind: .end, position: 0)
    }

    private func fault(_ reason: String) -> FHIRPathError { .syntax(position: token.position, reason: reason) }

    private mutating func take(_ symbol: String) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func need(_ symbol: String) throws(FHIRPathError) {
        guard take(symbol) else { throw fault("\(symbol) is missing.") }
    }

    private mutating func expression() throws(FHIRPathError) -> PathNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= FHIRPathBudget.deepest else {
            throw .tooCostly("Brackets or arguments stand in each other more than \(FHIRPathBudget.deepest) deep.")
        }
        return try ranked(0)
    }

    /// Operators of one rank and what binds more.
    private mutating func ranked(_ rank: Int) throws(FHIRPathError) -> PathNode {
        if rank == PathOperator.rankOfTypes { return try typed() }
        return try ranked(rank, above: { parser throws(FHIRPathError) in try parser.ranked(rank + 1) })
    }

    private mutating func ranked(
        _ rank: Int, above: (inout PathParser) throws(FHIRPathError) -> PathNode
    ) throws(FHIRPathError) -> PathNode {
        let first = try above(&self)
        var operands: [PathOperand] = []
        while let symbol = symbol(of: rank) {
            position += 1
            operands.append(PathOperand(symbol: symbol, value: try above(&self)))
        }
        return operands.isEmpty ? first : .operation(first, operands)
    }

    private func symbol(of rank: Int) -> PathOperator? {
        switch token.kind {
        case .symbol(let text), .word(let text):
            PathOperator(rawValue: text).flatMap { PathOperator.ranks[rank].contains($0) ? $0 : nil }
        default: nil
        }
    }

    private mutating func typed() throws(FHIRPathError) -> PathNode {
        let first = try sum()
        var tests: [PathTypeTest] = []
        while case .word(let word) = token.kind, word == "is" || word == "as" {
            position += 1
            tests.append(PathTypeTest(isTest: word == "is", type: try typeName()))
        }
        return tests.isEmpty ? first : .typeTest(first, tests)
    }

    private mutating func sum() throws(FHIRPathError) -> PathNode {
        let rank = PathOperator.rankOfTypes
        return try ranked(rank, above: { parser throws(FHIRPathError) in try parser.product(rank + 1) })
    }

    private mutating func product(_ rank: Int) throws(FHIRPathError) -> PathNode {
        try ranked(rank, above: { parser throws(FHIRPathError) in try parser.signed() })
    }

    private mutating func signed() throws(FHIRPathError) -> PathNode {
        var isNegative = false
        var isSigned = false
        while true {
            if take("-") { isNegative.toggle() } else if !take("+") { break }
            isSigned = true
        }
        let node = try path()
        return isSigned ? .sign(isNegative: isNegative, node) : node
    }

    /// A value and the steps from it.
    private mutating func path() throws(FHIRPathError) -> PathNode {
        var base: PathNode?
        var steps: [PathStep] = []
        switch token.kind {
        case .word(let word) where word != "true" && word != "false": steps.append(try step())
        case .quotedWord: steps.append(try step())
        default: base = try value()
        }
        while true {
            if take(".") {
                if case .dollar = token.kind {
                    throw fault("$this, $index and $total stand at the beginning of a path.")
                }
                steps.append(try step())
            } else if take("[") {
                steps.append(.item(try expression()))
                try need("]")
            } else {
                break
            }
        }
        if steps.isEmpty, let base { return base }
        return .chain(base, steps)
    }

    /// A name or a function.
    private mutating func step() throws(FHIRPathError) -> PathStep {
        let start = token
        let name: String
        switch token.kind {
        case .word(let word): name = word
        case .quotedWord(let word): name = word
        default: throw fault("A name is missing.")
        }
        position += 1
        guard case .word = start.kind, take("(") else { return .member(name) }
        guard let function = PathFunction(rawValue: name) else {
            throw .semantic("There is no function \(String(name.prefix(60)))().")
        }
        if let reason = function.reasonLeftOut { throw .unsupported(reason) }
        return .call(try call(function, at: start))
    }

    private mutating func call(_ function: PathFunction, at start: PathToken) throws(FHIRPathError) -> PathCall {
        if function.takesType {
            let type = try typeName()
            try need(")")
            return PathCall(function: function, arguments: [], type: type, pattern: nil)
        }
        var arguments: [PathNode] = []
        if !take(")") {
            repeat { arguments.append(try expression()) } while take(",")
            try need(")")
        }
        guard function.arguments.contains(arguments.count) else {
            let wanted = function.arguments
            let words =
                wanted.lowerBound == wanted.upperBound
                ? "\(wanted.lowerBound)" : "\(wanted.lowerBound) to \(wanted.upperBound)"
            throw .syntax(position: start.position, reason: "\(function.rawValue)() takes \(words) arguments.")
        }
        var pattern: TextPattern?
        if [.matches, .matchesFull, .replaceMatches].contains(function),
            case .literal(.string(let text))? = arguments.first
        {
            pattern = try TextPattern(text)
        }
        return PathCall(function: function, arguments: arguments, type: nil, pattern: pattern)
    }

    private mutating func typeName() throws(FHIRPathError) -> PathTypeName {
        let first = try name()
        guard take(".") else { return PathTypeName(space: .either, name: first) }
        let second = try name()
        switch first {
        case "FHIR": return PathTypeName(space: .fhir, name: second)
        case "System": return PathTypeName(space: .system, name: second)
        default: throw fault("Types are of System or FHIR.")
        }
    }

    private mutating func name() throws(FHIRPathError) -> String {
        switch token.kind {
        case .word(let word), .quotedWord(let word):
            position += 1
            return word
        default: throw fault("The name of a type is missing.")
        }
    }

    private mutating func value() throws(FHIRPathError) -> PathNode {
        let start = token
        position += 1
        switch start.kind {
        case .word(let word): return .literal(.boolean(word == "true"))
        case .string(let text): return .literal(.string(text))
        case .number(let digits): return try number(digits, at: start)
        case .moment(let moment): return .literal(.moment(moment))
        case .variable(let name): return .variable(name)
        case .dollar("this"): return .this
        case .dollar("index"): return .index
        case .dollar("total"): return .total
        case .symbol("("):
            let inner = try expression()
            try need(")")
            return inner
        case .symbol("{"):
            try need("}")
            return .empty
        case .end: throw .syntax(position: start.position, reason: "The expression ends too early.")
        default: throw .syntax(position: start.position, reason: "A value or a name was expected here.")
        }
    }

    /// A number, or an amount when a unit stands behind it.
    private mutating func number(_ digits: String, at start: PathToken) throws(FHIRPathError) -> PathNode {
        let fault = FHIRPathError.syntax(position: start.position, reason: "The number is too large.")
        guard let decimal = PathDecimal(digits) else { throw fault }
        switch token.kind {
        case .string(let unit):
            position += 1
            return .literal(.quantity(PathQuantity(decimal, unit)))
        case .word(let unit) where PathQuantity.words.contains(unit):
            position += 1
            return .literal(.quantity(PathQuantity(decimal, unit, isCalendar: true)))
        default: break
        }
        if digits.utf8.contains(UInt8(ascii: ".")) { return .literal(.decimal(decimal)) }
        // One more than the greatest, since a minus may stand before it.
        guard let whole = Int(digits), whole <= 1 << 31 else { throw fault }
        return .literal(.integer(whole))
    }
}
