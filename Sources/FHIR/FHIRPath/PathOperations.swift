/// Operators: N1 §6.
extension PathRun {
    func operation(_ left: [PathItem], _ operand: PathOperand, _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        let symbol = operand.symbol
        switch symbol {
        case .and, .or, .xor, .implies: return try logic(left, operand, scope)
        default: break
        }
        let right = try evaluate(operand.value, scope)
        switch symbol {
        case .equal: return try equal(left, right).map { [.boolean($0)] } ?? []
        case .unequal: return try equal(left, right).map { [.boolean(!$0)] } ?? []
        case .alike: return [.boolean(try alike(left, right))]
        case .unlike: return [.boolean(try !alike(left, right))]
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return try compare(left, symbol, right)
        case .union:
            var known = try known(left)
            for item in right { try add(item, to: &known) }
            return known.items
        case .isIn: return try isIn(left, right)
        case .contains: return try isIn(right, left)
        case .join: return try join(left, right)
        default: return try reckon(left, symbol, right)
        }
    }

    /// `code = 'x'` on one element, which rules and conditions ask most: the bytes are compared where they stand. Nil when
    /// it is anything else.
    func hasText(_ left: PathNode, _ operand: PathOperand, _ scope: Scope) -> Bool? {
        guard operand.symbol == .equal, case .literal(.string(let text)) = operand.value,
            case .chain(nil, let steps) = left,
            steps.count == 1, case .member(let name)? = steps.first, scope.this.count == 1,
            case .element(let element)? = scope.this.first, case .block(let number) = element.type,
            let node = element.node?[name], let slot = definitions.blocks[number].slots[name]
        else { return nil }
        switch definitions.blocks[number].elements[slot.element].types[slot.type].content {
        case .primitive(.date), .primitive(.dateTime), .primitive(.instant), .primitive(.time): return nil
        default: break
        }
        let isSame = node.withStringBytes { bytes, escaped in escaped ? nil : bytes.elementsEqual(text.utf8) }
        return isSame ?? nil
    }

    /// Three-valued logic (N1 §6.5). What cannot change the answer is not evaluated.
    private func logic(_ left: [PathItem], _ operand: PathOperand, _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        let one = try condition(left)
        func other() throws(FHIRPathError) -> Bool? { try condition(try evaluate(operand.value, scope)) }
        let result: Bool?
        switch operand.symbol {
        case .and:
            if one == false { return [.boolean(false)] }
            let two = try other()
            result = two == false ? false : one == true && two == true ? true : nil
        case .or:
            if one == true { return [.boolean(true)] }
            let two = try other()
            result = two == true ? true : one == false && two == false ? false : nil
        case .implies:
            if one == false { return [.boolean(true)] }
            let two = try other()
            result = two == true ? true : one == true ? two : nil
        default:
            guard let one, let two = try other() else { return [] }
            result = one != two
        }
        return result.map { [.boolean($0)] } ?? []
    }

    private func isIn(_ items: [PathItem], _ collection: [PathItem]) throws(FHIRPathError) -> [PathItem] {
        guard let item = try single(items, "What is looked for") else { return [] }
        for other in collection where try equal(item, other) == true { return [.boolean(true)] }
        return [.boolean(false)]
    }

    private func compare(
        _ left: [PathItem], _ symbol: PathOperator, _ right: [PathItem]
    ) throws(FHIRPathError) -> [PathItem] {
        guard let one = try single(left, "What is compared"), let two = try single(right, "What is compared") else {
            return []
        }
        guard let order = try order(one, two) else { return [] }
        switch symbol {
        case .less: return [.boolean(order < 0)]
        case .lessOrEqual: return [.boolean(order <= 0)]
        case .greater: return [.boolean(order > 0)]
        default: return [.boolean(order >= 0)]
        }
    }

    /// Before (-1), equal (0) or behind (1); nil when it cannot be told.
    func order(_ left: PathItem, _ right: PathItem) throws(FHIRPathError) -> Int? {
        try spend(1)
        switch (left.atom, right.atom) {
        case (.string(let one), .string(let two)):
            try spend(min(one.utf8.count, two.utf8.count) / 16)
            if one == two { return 0 }
            return one.unicodeScalars.lexicographicallyPrecedes(two.unicodeScalars) ? -1 : 1
        case (.integer, .integer), (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
            guard let one = left.decimal, let two = right.decimal else { return nil }
            return one == two ? 0 : one < two ? -1 : 1
        case (.moment(let one), .moment(let two)):
            guard (one.kind == .time) == (two.kind == .time) else { break }
            return one.order(two)
        default:
            let one = left.quantity ?? left.decimal.map { PathQuantity($0, "1") }
            let two = right.quantity ?? right.decimal.map { PathQuantity($0, "1") }
            guard let one, let two else { break }
            return one.order(two)
        }
        throw .execution("\(left.systemName) and \(right.systemName) cannot be put in order.")
    }

    private func join(_ left: [PathItem], _ right: [PathItem]) throws(FHIRPathError) -> [PathItem] {
        let one = try single(left, "What is joined")
        let two = try single(right, "What is joined")
        guard let first = one.map(\.string) ?? "", let second = two.map(\.string) ?? "" else {
            throw .execution("Only texts can be joined with &.")
        }
        return [.string(try joined(first, second))]
    }

    private func joined(_ first: String, _ second: String) throws(FHIRPathError) -> String {
        let count = first.utf8.count + second.utf8.count
        try hold(text: count)
        try spend(count / 32)
        return first + second
    }

    func signed(_ items: [PathItem], isNegative: Bool) throws(FHIRPathError) -> [PathItem] {
        guard let item = try single(items, "A sign") else { return [] }
        switch item.atom {
        case .integer(let value): return [.integer(isNegative ? 0 - value : value)]
        case .decimal(let value): return [.decimal(isNegative ? value.negated : value)]
        default:
            guard let amount = item.quantity else { throw .execution("\(item.systemName) cannot have a sign.") }
            let value = isNegative ? amount.value.negated : amount.value
            return [.quantity(PathQuantity(value, amount.unit, isCalendar: amount.isCalendar))]
        }
    }

    /// `+ - * / div mod`; what overflows or is divided by zero is empty.
    private func reckon(
        _ left: [PathItem], _ symbol: PathOperator, _ right: [PathItem]
    ) throws(FHIRPathError) -> [PathItem] {
        guard let one = try single(left, "What is reckoned with"), let two = try single(right, "What is reckoned with")
        else { return [] }
        let fault = FHIRPathError.execution("\(one.systemName) \(symbol.rawValue) \(two.systemName) has no meaning.")
        switch (one.atom, two.atom) {
        case (.integer(let first), .integer(let second)) where symbol != .over:
            return whole(first, symbol, second)
        case (.integer, .integer), (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
            guard let first = one.decimal, let second = two.decimal else { throw fault }
            guard let result = decimal(first, symbol, second) else { return [] }
            return symbol == .div ? result.integer.map { [.integer($0)] } ?? [] : [.decimal(result)]
        case (.string(let first), .string(let second)) where symbol == .plus:
            return [.string(try joined(first, second))]
        case (.moment(let moment), _) where symbol == .plus || symbol == .minus:
            guard let amount = two.quantity else { throw fault }
            return try moment.adding(amount, sign: symbol == .minus ? -1 : 1).map { [.moment($0)] } ?? []
        default:
            return try amounts(one, symbol, two, fault)
        }
    }

    private func whole(_ first: Int, _ symbol: PathOperator, _ second: Int) -> [PathItem] {
        let result: (partialValue: Int, overflow: Bool)
        switch symbol {
        case .plus: result = first.addingReportingOverflow(second)
        case .minus: result = first.subtractingReportingOverflow(second)
        case .times: result = first.multipliedReportingOverflow(by: second)
        case .div: result = first.dividedReportingOverflow(by: second)
        default: result = first.remainderReportingOverflow(dividingBy: second)
        }
        guard !result.overflow, Int32(exactly: result.partialValue) != nil else { return [] }
        return [.integer(result.partialValue)]
    }

    private func decimal(_ first: PathDecimal, _ symbol: PathOperator, _ second: PathDecimal) -> PathDecimal? {
        switch symbol {
        case .plus: first.adding(second)
        case .minus: first.subtracting(second)
        case .times: first.multiplied(by: second)
        case .over: first.divided(by: second)
        case .div: first.quotient(second)
        default: first.remainder(second)
        }
    }

    private func amounts(
        _ left: PathItem, _ symbol: PathOperator, _ right: PathItem, _ fault: FHIRPathError
    ) throws(FHIRPathError) -> [PathItem] {
        switch symbol {
        case .plus, .minus:
            guard let one = left.quantity, let two = right.quantity else { throw fault }
            // Only amounts in the same unit: which unit a sum of two should have is not said.
            guard one.unit == two.unit else { return [] }
            let sum = symbol == .plus ? one.value.adding(two.value) : one.value.subtracting(two.value)
            return sum.map { [.quantity(PathQuantity($0, one.unit, isCalendar: one.isCalendar))] } ?? []
        case .times, .over:
            guard let one = left.quantity ?? left.decimal.map({ PathQuantity($0, "1") }),
                let two = right.quantity ?? right.decimal.map({ PathQuantity($0, "1") })
            else { throw fault }
            guard let value = decimal(one.value, symbol, two.value) else { return [] }
            return [.quantity(PathQuantity(value, Self.unit(one.unit, symbol, two.unit)))]
        default: throw fault
        }
    }

    private static func unit(_ one: String, _ symbol: PathOperator, _ two: String) -> String {
        func bracketed(_ unit: String) -> String { unit.utf8.contains(UInt8(ascii: "/")) ? "(" + unit + ")" : unit }
        switch (symbol, one, two) {
        case (_, _, "1"): return one
        case (.times, "1", _): return two
        case (.over, _, _) where one == two: return "1"
        case (.over, "1", _): return "/" + bracketed(two)
        default: return one + (symbol == .over ? "/" : ".") + bracketed(two)
        }
    }
}
