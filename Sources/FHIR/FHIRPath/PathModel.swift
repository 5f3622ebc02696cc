/// What the definitions say about types, as FHIRPath asks it.
extension Definitions {
    /// The type of a resource by its `resourceType`.
    func pathType(ofResource node: JSONNode) -> PathType {
        node["resourceType"]?.string.flatMap { blockNumbers[$0] }.map { .block($0) } ?? .unknown
    }

    /// The type of FHIR with that name; nil when there is none.
    func pathType(named name: String) -> PathType? {
        if let primitive = PrimitiveType(rawValue: name) { return .primitive(primitive) }
        return blockNumbers[name].map { .block($0) }
    }

    /// Its name in FHIR; a nested part is a BackboneElement.
    func name(of type: PathType) -> String? {
        switch type {
        case .primitive(let primitive): return primitive.rawValue
        case .block(let number):
            let block = blocks[number]
            return block.kind == .backbone ? block.base : block.path
        case .unknown: return nil
        }
    }

    /// Whether a type is that of the name or derived from it.
    func isKind(_ type: PathType, of name: String) -> Bool {
        switch type {
        case .unknown: return false
        case .primitive(let primitive):
            return primitive.rawValue == name || primitive.parent?.rawValue == name || name == "Element"
        case .block(var number):
            for _ in 0..<8 {
                let block = blocks[number]
                if block.path == name { return true }
                guard let base = blockNumbers[block.base] else { return false }
                number = base
            }
            return false
        }
    }

    /// Elements of that name below an element (N1 §5.1): a list gives one by one, a choice what is there of any type.
    /// When as many as the limit have been found, the rest of a list is left.
    func children(_ element: PathElement, named name: String, into found: inout [PathItem], limit: Int = .max) {
        switch element.type {
        case .block(let number):
            guard let node = element.node else { return }
            let block = blocks[number]
            guard let index = block.names[name] else { return }
            let definition = block.elements[index]
            for (place, jsonName) in definition.jsonNames.enumerated() {
                append(node, jsonName, definition, definition.types[place], into: &found, limit: limit)
            }
        case .primitive:
            guard name == "id" || name == "extension", let beside = element.beside,
                let base = blockNumbers["Element"]
            else { return }
            children(PathElement(node: beside, beside: nil, type: .block(base)), named: name, into: &found)
        case .unknown:
            guard let value = element.node?[name] else { return }
            appendUnknown(value, into: &found)
        }
    }

    /// All elements below an element, in the order of the text.
    func children(_ element: PathElement, into found: inout [PathItem]) {
        switch element.type {
        case .block(let number):
            guard let node = element.node else { return }
            let block = blocks[number]
            for (name, _) in node.members {
                var name = name
                if let first = name.utf8.first, first == UInt8(ascii: "_") {
                    name = String(name.dropFirst())
                    guard node[name] == nil else { continue }
                }
                guard let slot = block.slots[name] else { continue }
                let definition = block.elements[slot.element]
                append(node, name, definition, definition.types[slot.type], into: &found)
            }
        case .primitive:
            guard let beside = element.beside, let base = blockNumbers["Element"] else { return }
            children(PathElement(node: beside, beside: nil, type: .block(base)), into: &found)
        case .unknown:
            guard let node = element.node else { return }
            for (name, value) in node.members where name != "resourceType" { appendUnknown(value, into: &found) }
        }
    }

    /// The element at a member and its sibling with an underscore.
    private func append(
        _ node: JSONNode, _ name: String, _ definition: ElementDefinition, _ type: ElementType,
        into found: inout [PathItem], limit: Int = .max
    ) {
        let value = node[name]
        let beside = type.isPrimitive ? node["_" + name] : nil
        guard value != nil || beside != nil else { return }
        guard definition.isList || value?.kind == .array else {
            found.append(.element(element(value, beside, type)))
            return
        }
        guard type.isPrimitive, let beside, beside.kind == .array else {
            guard let value else { return }
            if value.kind == .array {
                for item in value.elements where item.kind != .null {
                    found.append(.element(element(item, nil, type)))
                    if found.count >= limit { return }
                }
            } else {
                found.append(.element(element(value, nil, type)))
            }
            return
        }
        let values = value.map { Array($0.elements) } ?? []
        let siblings = Array(beside.elements)
        for place in 0..<max(values.count, siblings.count) {
            let item = place < values.count && values[place].kind != .null ? values[place] : nil
            let part = place < siblings.count && siblings[place].kind != .null ? siblings[place] : nil
            if item != nil || part != nil { found.append(.element(element(item, part, type))) }
        }
    }

    private func appendUnknown(_ value: JSONNode, into found: inout [PathItem]) {
        if value.kind == .array {
            for item in value.elements { found.append(.element(PathElement(node: item, beside: nil, type: .unknown))) }
        } else {
            found.append(.element(PathElement(node: value, beside: nil, type: .unknown)))
        }
    }

    private func element(_ node: JSONNode?, _ beside: JSONNode?, _ type: ElementType) -> PathElement {
        let kind: PathType =
            switch type.content {
            case .primitive(let primitive): .primitive(primitive)
            case .block(let number): .block(number)
            case .resource: node.map { pathType(ofResource: $0) } ?? .unknown
            }
        return PathElement(node: node, beside: beside, type: kind)
    }
}

extension PrimitiveType {
    /// The primitive type that this one narrows (FHIR R4 §2.24.0).
    var parent: PrimitiveType? {
        switch self {
        case .code, .id, .markdown: .string
        case .url, .canonical, .oid, .uuid: .uri
        case .positiveInt, .unsignedInt: .integer
        default: nil
        }
    }
}
