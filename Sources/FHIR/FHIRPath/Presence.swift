/// What can be said of a rule from which elements are there, without looking at any of them.
///
/// Most of FHIR's rules are about elements that most records leave out: `value.empty() or system.exists()`. Such a rule is
/// compiled to a little formula over "is there", with four answers: true, false, nothing, and "look closer".
indirect enum Presence: Sendable {
    /// Elements of a block by place in ``ElementBlock/elements``.
    typealias Set = UInt128

    enum Answer: Sendable { case yes, no, nothing, unknown }

    case answer(Answer)
    case isThere(Int)
    /// One answer when the element is absent; when it is there it has to be looked at.
    case absent(Int, Answer)
    case not(Presence)
    case both(PathOperator, Presence, Presence)

    func answer(_ there: Set) -> Answer {
        switch self {
        case .answer(let answer): return answer
        case .isThere(let element): return there & (1 << Set(element)) != 0 ? .yes : .no
        case .absent(let element, let answer): return there & (1 << Set(element)) != 0 ? .unknown : answer
        case .not(let inner):
            switch inner.answer(there) {
            case .yes: return .no
            case .no: return .yes
            case let other: return other
            }
        case .both(let symbol, let left, let right):
            return Self.combine(symbol, left.answer(there)) { right.answer(there) }
        }
    }

    private static func combine(_ symbol: PathOperator, _ left: Answer, _ right: () -> Answer) -> Answer {
        switch symbol {
        case .and:
            if left == .no { return .no }
            let right = right()
            if right == .no { return .no }
            if left == .unknown || right == .unknown { return .unknown }
            return left == .yes && right == .yes ? .yes : .nothing
        case .or:
            if left == .yes { return .yes }
            let right = right()
            if right == .yes { return .yes }
            if left == .unknown || right == .unknown { return .unknown }
            return left == .no && right == .no ? .no : .nothing
        case .implies:
            if left == .no { return .yes }
            let right = right()
            if right == .yes { return .yes }
            if left == .unknown || right == .unknown { return .unknown }
            return left == .yes ? right : .nothing
        default:
            // xor, = and != of two conditions.
            let right = right()
            if left == .nothing || right == .nothing { return .nothing }
            if left == .unknown || right == .unknown { return .unknown }
            return (left == right) == (symbol == .equal) ? .yes : .no
        }
    }
}

extension Presence {
    /// The formula of an expression that is evaluated on an object of a block.
    init(_ node: PathNode, in block: ElementBlock) {
        self = Self.formula(node, block)
    }

    private static func formula(_ node: PathNode, _ block: ElementBlock) -> Presence {
        switch node {
        case .literal(.boolean(let value)): return .answer(value ? .yes : .no)
        case .chain(nil, let steps): return chain(steps[...], block)
        case .typeTest(let first, _): return nothingWithout(first, block)
        case .operation(let first, let operands):
            // = and < are conditions too, on what stands beside them.
            guard let symbol = operands.first?.symbol else { return .answer(.unknown) }
            switch symbol {
            case .and, .or, .xor, .implies:
                var all = formula(first, block)
                for operand in operands { all = .both(operand.symbol, all, formula(operand.value, block)) }
                return all
            case .equal, .unequal:
                guard operands.count == 1 else { return .answer(.unknown) }
                if isCondition(first), isCondition(operands[0].value) {
                    return .both(symbol, formula(first, block), formula(operands[0].value, block))
                }
                return nothingWithout(first, block)
            case .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: return nothingWithout(first, block)
            default: return .answer(.unknown)
            }
        default: return .answer(.unknown)
        }
    }

    /// Whether it always gives true, false or nothing by how it is written.
    private static func isCondition(_ node: PathNode) -> Bool {
        guard case .chain(_, let steps) = node, case .call(let call)? = steps.last else { return false }
        return [.exists, .empty, .not].contains(call.function)
    }

    private static func leading(_ node: PathNode, _ block: ElementBlock) -> Int? {
        guard case .chain(nil, let steps) = node, case .member(let name)? = steps.first,
            let element = block.names[name],
            element < Set.bitWidth, steps.dropFirst().allSatisfy(givesNothingForNothing)
        else { return nil }
        return element
    }

    private static func nothingWithout(_ node: PathNode, _ block: ElementBlock) -> Presence {
        leading(node, block).map { .absent($0, .nothing) } ?? .answer(.unknown)
    }

    private static func givesNothingForNothing(_ step: PathStep) -> Bool {
        guard case .call(let call) = step else { return true }
        switch call.function {
        case .where, .select, .ofType, .as, .single, .first, .last, .tail, .skip, .take, .trace, .distinct, .substring,
            .startsWith, .endsWith, .contains, .matches, .matchesFull, .replaceMatches, .upper, .lower, .toInteger,
            .toString, .extension, .children, .descendants, .not, .length:
            return true
        default: return false
        }
    }

    private static func chain(_ steps: ArraySlice<PathStep>, _ block: ElementBlock) -> Presence {
        guard case .member(let name)? = steps.first, let element = block.names[name], element < Set.bitWidth,
            case .call(let last)? = steps.last
        else { return nothingWithout(.chain(nil, Array(steps)), block) }
        let between = steps.dropFirst().dropLast()
        switch last.function {
        case .not: return .not(chain(steps.dropLast(), block))
        case .exists, .empty, .all, .isDistinct, .hasValue:
            guard between.allSatisfy(givesNothingForNothing) else { return .answer(.unknown) }
            let isExact = between.isEmpty && last.arguments.isEmpty
            switch last.function {
            case .exists: return isExact ? .isThere(element) : .absent(element, .no)
            case .empty: return isExact ? .not(.isThere(element)) : .absent(element, .yes)
            case .hasValue: return .absent(element, .no)
            default: return .absent(element, .yes)
            }
        default: return nothingWithout(.chain(nil, Array(steps)), block)
        }
    }
}
