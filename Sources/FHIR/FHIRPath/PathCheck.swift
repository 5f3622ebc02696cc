extension FHIRPath {
    /// Checks the names of an expression against the type that it will be evaluated on.
    ///
    /// Evaluating is patient: an element that a type does not have gives nothing. Where an expression is written by hand,
    /// that is most often a slip. What cannot be known beforehand is let through.
    /// - Parameter type: the type of the context: `Patient`, `HumanName`.
    /// - Throws: the first element that its type cannot have.
    package func check(on type: String) throws(FHIRPathError) {
        guard let kind = definitions.pathType(named: type) else { throw .semantic("There is no type \(type).") }
        let checker = PathChecker(definitions: definitions, context: [kind])
        _ = try checker.types(of: node, this: [kind])
    }
}

/// Follows the types of an expression as far as they are known; nil stands for anything.
private struct PathChecker {
    typealias Types = [PathType]?

    let definitions: Definitions
    let context: Types

    /// What a part of the expression can give. A branch is one of several alternatives, of which some may be about other
    /// types.
    func types(of node: PathNode, this: Types, isBranch: Bool = false) throws(FHIRPathError) -> Types {
        switch node {
        case .literal, .empty, .index, .total: return nil
        case .this: return this
        case .variable(let name): return name == "context" ? context : nil
        case .sign(_, let operand):
            _ = try types(of: operand, this: this)
            return nil
        case .operation(let first, let operands):
            let isUnion = operands.allSatisfy { $0.symbol == .union }
            var all = try types(of: first, this: this, isBranch: isUnion)
            for operand in operands {
                let other = try types(of: operand.value, this: this, isBranch: isUnion)
                if let known = all, let other { all = known + other } else { all = nil }
            }
            return isUnion ? all : nil
        case .typeTest(let first, let tests):
            _ = try types(of: first, this: this)
            guard let last = tests.last, !last.isTest else { return nil }
            return named(last.type)
        case .chain(let base, let steps): return try chain(base, steps, this: this, isBranch: isBranch)
        }
    }

    private func named(_ type: PathTypeName) -> Types {
        type.space == .system ? nil : definitions.pathType(named: type.name).map { [$0] }
    }

    private func chain(
        _ base: PathNode?, _ steps: [PathStep], this: Types, isBranch: Bool
    ) throws(FHIRPathError) -> Types {
        var current = this
        var steps = steps[...]
        if let base {
            current = try types(of: base, this: this)
        } else if case .member(let name)? = steps.first, let known = this,
            known.contains(where: { definitions.isKind($0, of: name) })
        {
            steps = steps.dropFirst()
        } else if case .member(let name)? = steps.first, let letter = name.utf8.first, (65...90).contains(letter),
            definitions.pathType(named: name) != nil
        {
            // The branch of another type, as search parameters have them: Patient.name | Practitioner.name
            if isBranch || this == nil { return nil }
            throw .semantic("The path begins with \(name), but is not about one.")
        }
        var isOrdered = true
        for step in steps {
            if !isOrdered, step.needsOrder {
                throw .semantic("What children() and descendants() give is in no order to count on.")
            }
            isOrdered = !step.losesOrder
            switch step {
            case .member(let name): current = try member(name, of: current)
            case .item(let index): _ = try types(of: index, this: this)
            case .call(let call): current = try result(of: call, on: current, this: this)
            }
        }
        return current
    }

    private func member(_ name: String, of types: Types) throws(FHIRPathError) -> Types {
        guard let types else { return nil }
        var found: [PathType] = []
        var isOpen = false
        for type in types {
            switch type {
            case .unknown: isOpen = true
            case .primitive:
                if name == "extension" { found += definitions.pathType(named: "Extension").map { [$0] } ?? [] }
                if name == "id" { found.append(.primitive(.string)) }
            case .block(let number):
                let block = definitions.blocks[number]
                guard let index = block.names[name] else {
                    // What is meant to be extended may turn out to be something narrower.
                    if block.kind == .abstract || block.path == "Element" { isOpen = true }
                    continue
                }
                for type in block.elements[index].types {
                    switch type.content {
                    case .primitive(let primitive): found.append(.primitive(primitive))
                    case .block(let number): found.append(.block(number))
                    case .resource: isOpen = true
                    }
                }
            }
        }
        if isOpen { return nil }
        guard !found.isEmpty else {
            let owner = types.first.flatMap { definitions.name(of: $0) } ?? "this"
            throw .semantic("There is no element \(String(name.prefix(60))) in \(owner).")
        }
        return found
    }

    private func result(of call: PathCall, on types: Types, this: Types) throws(FHIRPathError) -> Types {
        switch call.function {
        case .where, .all, .exists, .select, .sort, .trace, .repeat, .iif:
            var inner: Types = nil
            for argument in call.arguments { inner = try self.types(of: argument, this: types) }
            switch call.function {
            case .where, .sort, .trace: return types
            case .select: return inner
            default: return nil
            }
        case .first, .last, .tail, .skip, .take, .single, .distinct, .intersect, .exclude:
            for argument in call.arguments { _ = try self.types(of: argument, this: this) }
            return types
        case .ofType, .as: return call.type.flatMap(named)
        case .extension: return definitions.pathType(named: "Extension").map { [$0] }
        case .aggregate, .coalesce: return nil
        default:
            for argument in call.arguments { _ = try self.types(of: argument, this: this) }
            return nil
        }
    }
}

extension PathStep {
    fileprivate var losesOrder: Bool {
        if case .call(let call) = self { call.function == .children || call.function == .descendants } else { false }
    }

    fileprivate var needsOrder: Bool {
        switch self {
        case .item: true
        case .member: false
        case .call(let call): [.first, .last, .tail, .skip, .take].contains(call.function)
        }
    }
}
