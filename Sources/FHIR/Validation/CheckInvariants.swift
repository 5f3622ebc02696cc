/// The rules of FHIR R4 (`Content/fhir/invariants.tsv`).
///
/// Most are decided by which elements are there; only what is left is evaluated as FHIRPath. Those that concern nearly every
/// element are written by hand here and in `CheckContained`, and a test holds them against their FHIRPath.
extension Validator.Walk {
    /// The rules of an object and of its elements.
    mutating func rules(_ node: JSONNode, of number: Int, _ block: ElementBlock, _ there: Presence.Set) {
        switch block.path {
        case "Extension": extensionParts(block, there)
        case "Narrative": narrative(node)
        default: break
        }
        if block.kind != .resource, let id = block.names["id"], there == 1 << Presence.Set(id) {
            report(.invariant, "An element has a value or parts, not only an id. (ele-1)")
        }
        for rule in definitions.rules[number] {
            guard !isFull else { return }
            if let element = rule.element {
                guard there & (1 << Presence.Set(element)) != 0 else { continue }
                var found: [PathItem] = []
                definitions.children(
                    PathElement(node: node, beside: nil, type: .block(number)), named: block.elements[element].name,
                    into: &found)
                for item in found { evaluate(rule, on: item, below: block.elements[element].name) }
                continue
            }
            switch rule.presence.answer(there) {
            case .yes: continue
            case .no: broken(rule)
            case .nothing: if !rule.emptyHolds { broken(rule) }
            case .unknown:
                evaluate(rule, on: .element(PathElement(node: node, beside: nil, type: .block(number))), below: nil)
            }
        }
    }

    private mutating func broken(_ rule: Invariant, below name: String? = nil) {
        report(.invariant, "\(rule.human) (\(rule.key))", below: name, severity: rule.severity)
    }

    private mutating func evaluate(_ rule: Invariant, on item: PathItem, below name: String?) {
        guard let node = rule.node else { return }
        let run =
            run
            ?? PathRun(
                definitions: definitions, context: item, resource: resource, root: root,
                environment: FHIRPathEnvironment(), budget: .rules(values: resource.document.nodes.count))
        self.run = run
        run.context = item
        run.resource = resource
        run.root = root
        do throws(FHIRPathError) {
            let result = try run.condition(try run.evaluate(node, PathRun.Scope(this: [item])))
            if !(result ?? rule.emptyHolds) { broken(rule, below: name) }
        } catch {
            guard case .tooCostly = error else {
                return report(
                    .processing, "Whether '\(rule.human)' holds cannot be told: \(error) (\(rule.key))", below: name,
                    severity: .warning)
            }
            report(.tooCostly, "The record is too large to check '\(rule.human)' (\(rule.key)).", below: name)
        }
    }

    /// ext-1: an extension has a value or further extensions, not both and not neither.
    private mutating func extensionParts(_ block: ElementBlock, _ there: Presence.Set) {
        guard let value = block.names["value"], let parts = block.names["extension"] else { return }
        if (there & (1 << Presence.Set(value)) != 0) == (there & (1 << Presence.Set(parts)) != 0) {
            report(.invariant, "An extension has either a value or extensions of its own. (ext-1)")
        }
    }

    /// txt-1 and txt-2: what a narrative may hold.
    private mutating func narrative(_ node: JSONNode) {
        guard let div = node["div"] else { return }
        let fault = div.withStringBytes { bytes, escaped in
            escaped ? div.string.flatMap { NarrativeRules.fault(in: $0) } : NarrativeRules.fault(utf8: bytes)
        }
        if let fault = fault ?? nil {
            report(.invariant, "The narrative cannot be kept. \(fault) (txt-1)", below: "div")
        }
    }

    /// ele-1 for what stands beside a simple value: with no value it needs more than an id.
    mutating func beside(_ value: JSONNode, of base: Int, hasValue: Bool) {
        guard hasValue else { return object(value, of: base) }
        // With a value an id alone is enough.
        if value.members.allSatisfy({ $0.name == "id" && $0.value.kind == .string && $0.value.string?.isEmpty == false }
        ),
            value["id"] != nil
        {
            return
        }
        object(value, of: base)
    }
}
