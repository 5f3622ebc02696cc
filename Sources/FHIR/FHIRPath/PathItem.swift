/// One value in a collection while an expression is evaluated.
enum PathItem: Sendable {
    case element(PathElement)
    case boolean(Bool)
    case integer(Int)
    case decimal(PathDecimal)
    case string(String)
    case moment(PathMoment)
    case quantity(PathQuantity)
    /// What `type()` gives.
    case type(namespace: String, name: String)
}

/// An element of a record: its value, and what stands beside it under its name with an underscore.
struct PathElement: Sendable {
    /// Nil for a simple element that has only an id or extensions.
    let node: JSONNode?
    let beside: JSONNode?
    let type: PathType
}

/// What an element is, as far as the definitions say.
enum PathType: Sendable, Equatable {
    case block(Int)
    case primitive(PrimitiveType)
    /// Something that the definitions do not know.
    case unknown
}

/// The name of a type as an expression writes it: `Patient`, `FHIR.string`, `System.Boolean`.
struct PathTypeName: Sendable, Equatable {
    enum Space: Sendable { case fhir, system, either }

    let space: Space
    let name: String

    static let system: Set<String> = [
        "Any", "Boolean", "String", "Integer", "Long", "Decimal", "Date", "DateTime", "Time", "Quantity",
    ]
}

extension PathItem {
    /// The value of FHIRPath's own types behind a simple element; anything else is itself.
    var atom: PathItem {
        guard case .element(let element) = self, let value = element.value else { return self }
        return value
    }

    /// Whether it is one of FHIRPath's own values, or a simple element that has one.
    var isSimple: Bool {
        guard case .element(let element) = self else { return true }
        guard let kind = element.node?.kind, kind != .object, kind != .array, kind != .null else { return false }
        if case .block = element.type { return false }
        return true
    }

    var string: String? {
        if case .string(let text) = atom { text } else { nil }
    }

    var bool: Bool? {
        if case .boolean(let value) = atom { value } else { nil }
    }

    var integer: Int? {
        if case .integer(let value) = atom { value } else { nil }
    }

    /// A whole number as a decimal too.
    var decimal: PathDecimal? {
        switch atom {
        case .integer(let value): PathDecimal(value)
        case .decimal(let value): value
        default: nil
        }
    }

    /// A quantity of FHIRPath or of FHIR; a number is one of unit 1 only where it has to be asked for.
    var quantity: PathQuantity? {
        switch self {
        case .quantity(let value): value
        case .element(let element): element.quantity
        default: nil
        }
    }
}

extension PathElement {
    /// The value of a simple element in FHIRPath's own types (FHIR R4 §2.9.1.1).
    var value: PathItem? {
        guard let node else { return nil }
        switch (type, node.kind) {
        case (_, .object), (_, .array), (_, .null), (.block, _): return nil
        case (_, .bool): return node.bool.map { .boolean($0) }
        case (.primitive(.decimal), .number): return node.digits.flatMap { PathDecimal($0) }.map { .decimal($0) }
        case (_, .number):
            guard let digits = node.digits else { return nil }
            if let whole = Int32(digits) { return .integer(Int(whole)) }
            return PathDecimal(digits).map { .decimal($0) }
        case (.primitive(let primitive), .string):
            guard let text = node.string else { return nil }
            switch primitive {
            case .date: return PathMoment(text, as: .date).map { .moment($0) } ?? .string(text)
            case .dateTime, .instant: return PathMoment(text, as: .dateTime).map { .moment($0) } ?? .string(text)
            case .time: return PathMoment(text, as: .time).map { .moment($0) } ?? .string(text)
            default: return .string(text)
            }
        case (.unknown, .string): return node.string.map { .string($0) }
        }
    }

    /// FHIR R4 §2.9.1.1: a Quantity of UCUM as FHIRPath's. A code of UCUM comes before the unit that people read.
    var quantity: PathQuantity? {
        guard case .block = type, let node, let digits = node["value"]?.digits, node["comparator"] == nil,
            let value = PathDecimal(digits)
        else { return nil }
        let code = node["system"]?.string == "http://unitsofmeasure.org" ? node["code"]?.string : nil
        return PathQuantity(value, code ?? node["unit"]?.string ?? node["code"]?.string ?? "1")
    }
}

/// Work on text that several functions share.
enum PathText {
    /// Without white space at either end.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// As `~` compares it: small letters, and every stretch of white space as one space.
    static func plain(_ text: String) -> String {
        text.lowercased().unicodeScalars.split { $0.properties.isWhitespace }.map(String.init).joined(separator: " ")
    }
}
