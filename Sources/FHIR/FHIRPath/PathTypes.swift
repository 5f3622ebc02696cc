/// `is`, `as`, `ofType` and `type()`: N1 §6.3 and §5.2.4.
extension PathRun {
    /// Whether a value is of a type. FHIR's types know their parents.
    func isKind(_ item: PathItem, _ type: PathTypeName) throws(FHIRPathError) -> Bool {
        try check(type)
        switch item {
        case .element(let element):
            guard type.space != .system else { return false }
            return definitions.isKind(element.type, of: type.name)
        default:
            guard type.space != .fhir, PathTypeName.system.contains(type.name) else { return false }
            return type.name == item.systemName || type.name == "Any"
        }
    }

    func isKind(_ items: [PathItem], _ type: PathTypeName) throws(FHIRPathError) -> [PathItem] {
        try check(type)
        guard let item = try single(items, "What is asked for its type") else { return [] }
        return [.boolean(try isKind(item, type))]
    }

    /// The one value when it is of the type.
    func cast(_ items: [PathItem], _ type: PathTypeName) throws(FHIRPathError) -> [PathItem] {
        try check(type)
        guard let item = try single(items, "What is taken as \(type.name)") else { return [] }
        return try isExactly(item, type) ? [item] : []
    }

    func ofType(_ items: [PathItem], _ type: PathTypeName) throws(FHIRPathError) -> [PathItem] {
        try check(type)
        var found: [PathItem] = []
        for item in items where try isExactly(item, type) { found.append(item) }
        return found
    }

    /// As `isKind`, but a simple type is not taken for the one that it narrows: a `code` is not given as a `string`.
    private func isExactly(_ item: PathItem, _ type: PathTypeName) throws(FHIRPathError) -> Bool {
        if case .element(let element) = item, case .primitive(let primitive) = element.type {
            return type.space != .system && primitive.rawValue == type.name
        }
        return try isKind(item, type)
    }

    private func check(_ type: PathTypeName) throws(FHIRPathError) {
        let isSystem = type.space != .fhir && PathTypeName.system.contains(type.name)
        let isFHIR = type.space != .system && definitions.pathType(named: type.name) != nil
        // System.Patient is a name that stands for nothing, not a slip of the pen.
        guard isSystem || isFHIR || type.space == .system else {
            throw .semantic("There is no type \(String(type.name.prefix(60))).")
        }
    }

    func type(of item: PathItem) -> PathItem {
        guard case .element(let element) = item else { return .type(namespace: "System", name: item.systemName) }
        return .type(namespace: "FHIR", name: definitions.name(of: element.type) ?? "Element")
    }
}

extension PathItem {
    /// The name among FHIRPath's own types; for an element that of its value.
    var systemName: String {
        switch self {
        case .boolean: "Boolean"
        case .integer: "Integer"
        case .decimal: "Decimal"
        case .string: "String"
        case .moment(let moment):
            switch moment.kind {
            case .date: "Date"
            case .dateTime: "DateTime"
            case .time: "Time"
            }
        case .quantity: "Quantity"
        case .type: "TypeInfo"
        case .element: "Any"
        }
    }
}
