/// Objects: resources, datatypes and nested parts.
extension Validator.Walk {
    /// A resource with its `resourceType`; nested when it is contained or part of a Bundle or Parameters.
    mutating func resource(_ node: JSONNode, expecting type: String?, isNested: Bool) {
        guard node.kind == .object else { return report(.structure, "A resource is written as an object.") }
        guard let stated = node["resourceType"]?.string else {
            return report(.structure, "The resource does not say its resourceType.")
        }
        guard definitions.number(ofType: stated) != nil, let block = definitions.blockNumbers[stated] else {
            return report(.structure, "FHIR R4 has no resource type '\(Self.shown(stated))'.")
        }
        if !isNested { place.enter(stated) }
        defer { if !isNested { place.leave() } }
        if let type, type != stated {
            return report(.invalid, "This is a resource of type \(stated); \(type) was expected.")
        }
        let outer = resource
        resource = node
        defer { resource = outer }
        object(node, of: block)
        contained(in: node, isNested: isNested)
    }

    /// The members of an object against the elements that it may have.
    mutating func object(_ node: JSONNode, of number: Int) {
        let block = definitions.blocks[number]
        guard node.kind == .object else {
            return report(.structure, "This is written as an object, not as \(Self.words(for: node.kind)).")
        }
        var isEmpty = true
        var there: Presence.Set = 0
        var choices: [Int] = []
        for (name, value) in node.members {
            guard !isFull else { return }
            isEmpty = false
            if let slot = block.slots[name] {
                let element = block.elements[slot.element]
                if element.isChoice { choices.append(slot.element) }
                there |= 1 << Presence.Set(slot.element)
                member(value, named: name, slot, of: block, in: node)
            } else if name.utf8.first == UInt8(ascii: "_"), let slot = block.slots[String(name.dropFirst())] {
                there |= 1 << Presence.Set(slot.element)
                sibling(value, named: String(name.dropFirst()), slot, of: block, in: node)
                let element = block.elements[slot.element]
                if element.isChoice, node[String(name.dropFirst())] == nil { choices.append(slot.element) }
            } else if name != "resourceType" || block.kind != .resource {
                report(
                    .structure, "There is no element '\(Self.shown(name))' in \(block.path).", below: Self.shown(name))
            }
        }
        if isEmpty { report(.structure, "An object cannot be empty.") }
        for (position, choice) in choices.enumerated() where choices[..<position].contains(choice) {
            let name = block.elements[choice].name
            report(.structure, "Only one type can be given for \(name)[x].", below: name)
        }
        for required in block.required where there & (1 << Presence.Set(required)) == 0 {
            let name = block.elements[required].name
            report(.required, "\(name) has to be given.", below: name)
        }
        if !isEmpty { rules(node, of: number, block, there) }
    }

    /// One member that is defined, alone or as a list.
    private mutating func member(
        _ value: JSONNode, named name: String, _ slot: ElementBlock.Slot, of block: ElementBlock, in parent: JSONNode
    ) {
        let element = block.elements[slot.element]
        let type = element.types[slot.type]
        place.enter(element.name, type: element.isChoice ? type.name : nil)
        defer { place.leave() }
        guard element.isList else {
            if value.kind == .array { return report(.structure, "\(name) can be given only once, not as a list.") }
            return single(value, named: name, type)
        }
        guard value.kind == .array else { return report(.structure, "\(name) is written as a list.") }
        let siblings = type.isPrimitive ? parent["_" + name].map { Array($0.elements) } : nil
        var count = 0
        for item in value.elements {
            guard !isFull else { return }
            place.at(count)
            if item.kind == .null, type.isPrimitive {
                // A null keeps the place of an extension beside it.
                let beside = siblings.flatMap { $0.indices.contains(count) ? $0[count] : nil }
                if beside?.kind != .object { report(.structure, "A null needs an extension beside it in _\(name).") }
            } else {
                single(item, named: name, type)
            }
            count += 1
        }
        place.at(nil)
        if count == 0 { report(.structure, "A list cannot be empty.") }
        if let max = element.max, count > max { report(.structure, "\(name) can be given at most \(max) times.") }
    }

    private mutating func single(_ value: JSONNode, named name: String, _ type: ElementType) {
        switch type.content {
        case .primitive(let primitive): self.primitive(value, named: name, primitive, codes: type.codes)
        case .block(let block):
            object(value, of: block)
            if type.name == "Reference" { reference(value, targets: type.targets) }
        case .resource:
            let outer = root
            if name != "contained" { root = value }
            resource(value, expecting: nil, isNested: true)
            root = outer
        }
    }

    /// What stands beside a primitive under its name with an underscore: an id and extensions.
    private mutating func sibling(
        _ value: JSONNode, named name: String, _ slot: ElementBlock.Slot, of block: ElementBlock, in parent: JSONNode
    ) {
        let element = block.elements[slot.element]
        let type = element.types[slot.type]
        guard type.isPrimitive, let base = definitions.blockNumbers["Element"] else {
            return report(.structure, "Only a simple value has a part under _\(name).", below: "_" + name)
        }
        place.enter(element.name, type: element.isChoice ? type.name : nil)
        defer { place.leave() }
        guard element.isList else { return beside(value, of: base, hasValue: parent[name] != nil) }
        guard value.kind == .array else { return report(.structure, "_\(name) is written as a list, as \(name) is.") }
        let simple = parent[name].map { Array($0.elements) } ?? []
        var count = 0
        for item in value.elements {
            place.at(count)
            let hasValue = simple.indices.contains(count) && simple[count].kind != .null
            if item.kind != .null { beside(item, of: base, hasValue: hasValue) }
            count += 1
        }
        place.at(nil)
        if let values = parent[name], values.kind == .array, values.elements.reduce(0, { sum, _ in sum + 1 }) != count {
            report(.structure, "_\(name) has to be as long as \(name).")
        }
        if count == 0 { report(.structure, "A list cannot be empty.") }
    }

    /// A name or code from outside as it may be repeated in a message: short, and without control characters.
    static func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(64).filter { $0.value >= 32 && $0.value != 127 }))
    }

    static func words(for kind: JSONNode.Kind) -> String {
        switch kind {
        case .object: "an object"
        case .array: "a list"
        case .string: "text"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}

extension ElementType {
    var isPrimitive: Bool {
        if case .primitive = content { true } else { false }
    }
}
