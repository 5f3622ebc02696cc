/// A parsed expression.
indirect enum PathNode: Sendable {
    case literal(PathItem)
    case empty
    case this
    case index
    case total
    /// `%name`
    case variable(String)
    /// Steps from a value, or from `$this` when there is none.
    case chain(PathNode?, [PathStep])
    case sign(isNegative: Bool, PathNode)
    /// Operators of one rank, from left to right; a list, so that a long chain of them does not nest.
    case operation(PathNode, [PathOperand])
    case typeTest(PathNode, [PathTypeTest])
}

struct PathOperand: Sendable {
    let symbol: PathOperator
    let value: PathNode
}

/// `is T`, or `as T` when it is not a test.
struct PathTypeTest: Sendable {
    let isTest: Bool
    let type: PathTypeName
}

enum PathStep: Sendable {
    case member(String)
    case call(PathCall)
    case item(PathNode)
}

struct PathCall: Sendable {
    let function: PathFunction
    let arguments: [PathNode]
    /// The argument of `is`, `as` and `ofType`.
    let type: PathTypeName?
    /// The pattern of `matches` and its kin when it is written in the expression.
    let pattern: TextPattern?
}

/// N1 §6.8, from what binds most to what binds least.
enum PathOperator: String, Sendable {
    case times = "*"
    case over = "/"
    case div, mod
    case plus = "+"
    case minus = "-"
    case join = "&"
    case union = "|"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "="
    case unequal = "!="
    case alike = "~"
    case unlike = "!~"
    case isIn = "in"
    case contains
    case and
    case or, xor
    case implies

    /// The operators of each rank, the loosest first; `is` and `as` stand between `+` and `|`.
    static let ranks: [[PathOperator]] = [
        [.implies], [.or, .xor], [.and], [.isIn, .contains], [.equal, .unequal, .alike, .unlike],
        [.less, .lessOrEqual, .greater, .greaterOrEqual], [.union], [.plus, .minus, .join],
        [.times, .over, .div, .mod],
    ]
    static let rankOfTypes = 7
}
