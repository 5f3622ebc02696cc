/// One evaluation of an expression: what it is about, and the work that is left to it.
final class PathRun {
    let definitions: Definitions
    var context: PathItem
    var resource: JSONNode?
    var root: JSONNode?
    let environment: FHIRPathEnvironment
    let budget: FHIRPathBudget
    private var steps: Int

    init(
        definitions: Definitions, context: PathItem, resource: JSONNode?, root: JSONNode?,
        environment: FHIRPathEnvironment, budget: FHIRPathBudget
    ) {
        self.definitions = definitions
        self.context = context
        self.resource = resource
        self.root = root
        self.environment = environment
        self.budget = budget
        steps = budget.steps
    }

    /// What `$this`, `$index` and `$total` stand for. A path begins at `$this`.
    struct Scope {
        var this: [PathItem]
        var index: Int?
        var total: [PathItem]?
    }

    /// Takes work from the budget.
    func spend(_ work: Int) throws(FHIRPathError) {
        steps -= max(work, 1)
        if steps < 0 { throw .tooCostly("Evaluating the expression took more than \(budget.steps) steps.") }
    }

    /// Refuses a collection or text that has become too large.
    func hold(items: Int) throws(FHIRPathError) {
        if items > budget.items { throw .tooCostly("A collection came to have more than \(budget.items) values.") }
    }

    func hold(text: Int) throws(FHIRPathError) {
        if text > budget.text { throw .tooCostly("A text came to be longer than \(budget.text) characters.") }
    }

    func evaluate(_ node: PathNode, _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        try spend(1)
        switch node {
        case .literal(let item): return [item]
        case .empty: return []
        case .this: return scope.this
        case .index: return scope.index.map { [.integer($0)] } ?? []
        case .total: return scope.total ?? []
        case .variable(let name): return try variable(name)
        case .chain(let base, let steps): return try chain(base, steps, scope)
        case .sign(let isNegative, let operand):
            return try signed(try evaluate(operand, scope), isNegative: isNegative)
        case .operation(let first, let operands):
            if operands.count == 1, let isSame = hasText(first, operands[0], scope) { return [.boolean(isSame)] }
            var result = try evaluate(first, scope)
            for operand in operands { result = try operation(result, operand, scope) }
            return result
        case .typeTest(let first, let tests):
            var result = try evaluate(first, scope)
            for test in tests {
                result = test.isTest ? try isKind(result, test.type) : try cast(result, test.type)
            }
            return result
        }
    }

    private func chain(_ base: PathNode?, _ steps: [PathStep], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        var steps = steps[...]
        var current: [PathItem]
        if let base {
            current = try evaluate(base, scope)
        } else {
            current = scope.this
            // A path may begin with the name of the type that it is about: Patient.name (N1 §5.1).
            if case .member(let name)? = steps.first, let letter = name.utf8.first, (65...90).contains(letter) {
                let named = current.filter { item in
                    if case .element(let element) = item { definitions.isKind(element.type, of: name) } else { false }
                }
                if !named.isEmpty {
                    current = named
                    steps = steps.dropFirst()
                }
            }
        }
        for (place, step) in zip(steps.indices, steps) {
            try spend(1 + current.count)
            switch step {
            case .member(let name):
                // Of a list whose first is asked for, the rest need not be looked at.
                let after = place + 1 < steps.endIndex ? steps[place + 1] : nil
                current = try members(of: current, name, limit: after?.isFirst == true ? 1 : .max)
            case .call(let call): current = try perform(call, on: current, scope)
            case .item(let node):
                guard let index = try single(try evaluate(node, scope), "The number in [ ]") else { return [] }
                guard let place = index.integer else { throw .execution("The number in [ ] is not a whole number.") }
                current = current.indices.contains(place) ? [current[place]] : []
            }
        }
        return current
    }

    private func members(of items: [PathItem], _ name: String, limit: Int) throws(FHIRPathError) -> [PathItem] {
        var found: [PathItem] = []
        for item in items {
            switch item {
            case .element(let element): definitions.children(element, named: name, into: &found, limit: limit)
            case .type(let space, let own):
                if name == "namespace" {
                    found.append(.string(space))
                } else if name == "name" {
                    found.append(.string(own))
                }
            default: continue
            }
            try hold(items: found.count)
            if found.count >= limit { break }
        }
        try spend(found.count)
        return found
    }

    /// The only value of a collection, nil when it is empty (N1 §4.5).
    /// - Throws: when there are several; `what` names it.
    func single(_ items: [PathItem], _ what: @autoclosure () -> String) throws(FHIRPathError) -> PathItem? {
        guard items.count < 2 else { throw .execution("\(what()) has several values where one is needed.") }
        return items.first
    }

    /// As a condition: nil when it is empty; one value that is not a boolean counts as true (N1 §4.5).
    func condition(_ items: [PathItem]) throws(FHIRPathError) -> Bool? {
        guard let item = try single(items, "A condition") else { return nil }
        return item.bool ?? true
    }

    func variable(_ name: String) throws(FHIRPathError) -> [PathItem] {
        if let given = environment.variables[name] { return given.map(\.item) }
        func whole(_ node: JSONNode?) -> [PathItem] {
            node.map { [.element(PathElement(node: $0, beside: nil, type: definitions.pathType(ofResource: $0)))] }
                ?? []
        }
        switch name {
        case "context": return [context]
        case "resource": return whole(resource)
        case "rootResource": return whole(root)
        case "ucum": return [.string("http://unitsofmeasure.org")]
        case "sct": return [.string("http://snomed.info/sct")]
        case "loinc": return [.string("http://loinc.org")]
        default:
            if name.hasPrefix("vs-") { return [.string("http://hl7.org/fhir/ValueSet/" + name.dropFirst(3))] }
            if name.hasPrefix("ext-") {
                return [.string("http://hl7.org/fhir/StructureDefinition/" + name.dropFirst(4))]
            }
            throw .semantic("There is no variable %\(String(name.prefix(60))).")
        }
    }
}

extension PathStep {
    fileprivate var isFirst: Bool {
        if case .call(let call) = self { call.function == .first } else { false }
    }
}
