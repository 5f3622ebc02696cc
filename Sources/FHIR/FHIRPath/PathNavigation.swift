/// Functions that move about in a record: N1 §5.8 and FHIR R4 §2.9.1.5.
extension PathRun {
    func navigate(_ call: PathCall, on items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        switch call.function {
        case .children:
            var found: [PathItem] = []
            for item in items { try children(item, into: &found) }
            return found
        case .descendants: return try descendants(items)
        case .extension:
            guard let url = try string(call, 0, scope) else { return [] }
            var all: [PathItem] = []
            for item in items {
                if case .element(let element) = item { definitions.children(element, named: "extension", into: &all) }
            }
            try spend(all.count)
            return all.filter { item in
                if case .element(let element) = item { element.node?["url"]?.string == url } else { false }
            }
        case .resolve: return try resolved(items)
        case .weight, .ordinal: return try weights(items)
        case .hasValue:
            guard items.count == 1, let item = items.first else { return [.boolean(false)] }
            return [.boolean(item.isSimple)]
        case .getValue:
            guard items.count == 1, let item = items.first, item.isSimple else { return [] }
            return [item.atom]
        case .htmlChecks:
            guard let item = try single(items, "htmlChecks()") else { return [] }
            guard let text = item.string else { return [.boolean(false)] }
            try spend(text.utf8.count / 8)
            return [.boolean(NarrativeRules.fault(in: text) == nil)]
        default: return try conforms(items, to: try string(call, 0, scope))
        }
    }

    private func children(_ item: PathItem, into found: inout [PathItem]) throws(FHIRPathError) {
        guard case .element(let element) = item else { return }
        let before = found.count
        definitions.children(element, into: &found)
        try spend(found.count - before)
        try hold(items: found.count)
    }

    private func descendants(_ items: [PathItem]) throws(FHIRPathError) -> [PathItem] {
        var found: [PathItem] = []
        for item in items { try children(item, into: &found) }
        var place = 0
        while place < found.count {
            try children(found[place], into: &found)
            place += 1
        }
        return found
    }

    /// References, canonicals and addresses by what they name; what is not found is left out.
    private func resolved(_ items: [PathItem]) throws(FHIRPathError) -> [PathItem] {
        var found: [PathItem] = []
        for item in items {
            var address = item.string
            if case .element(let element) = item, case .block = element.type {
                address = element.node?["reference"]?.string
            }
            guard let address else { continue }
            try spend(10)
            guard let node = target(address) else { continue }
            found.append(
                .element(PathElement(node: node, beside: nil, type: definitions.pathType(ofResource: node))))
        }
        return found
    }

    private func target(_ address: String) -> JSONNode? {
        guard address.hasPrefix("#") else { return environment.resolve?(address) }
        if address == "#" { return root }
        let id = String(address.dropFirst())
        return root?["contained"]?.elements.first { $0["id"]?.string == id }
    }

    /// SDC 3.0 (weight): the points that stand at each value as itemWeight or ordinalValue; a value without any gives none.
    private func weights(_ items: [PathItem]) throws(FHIRPathError) -> [PathItem] {
        let urls = ["itemWeight", "ordinalValue"].map { "http://hl7.org/fhir/StructureDefinition/" + $0 }
        var found: [PathItem] = []
        for item in items {
            guard case .element(let element) = item else { continue }
            var all: [PathItem] = []
            definitions.children(element, named: "extension", into: &all)
            try spend(all.count + 1)
            for case .element(let entry) in all {
                guard let url = entry.node?["url"]?.string, urls.contains(url),
                    let digits = entry.node?["valueDecimal"]?.digits, let value = PathDecimal(digits)
                else { continue }
                found.append(.decimal(value))
                break
            }
        }
        return found
    }

    /// Only types of FHIR itself are known, no profiles.
    private func conforms(_ items: [PathItem], to url: String?) throws(FHIRPathError) -> [PathItem] {
        guard let item = try single(items, "conformsTo()"), let url else { return [] }
        let prefix = "http://hl7.org/fhir/StructureDefinition/"
        guard url.hasPrefix(prefix), definitions.pathType(named: String(url.dropFirst(prefix.count))) != nil else {
            throw .unsupported("conformsTo() knows FHIR's own types only, not this profile.")
        }
        guard case .element(let element) = item else { return [.boolean(false)] }
        return [.boolean(definitions.isKind(element.type, of: String(url.dropFirst(prefix.count))))]
    }
}
