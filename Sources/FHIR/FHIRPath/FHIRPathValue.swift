/// One value that an expression gave.
package struct FHIRPathValue: Sendable {
    let item: PathItem
    private let typeName: String

    init(_ item: PathItem, _ definitions: Definitions) {
        self.item = item
        if case .element(let element) = item {
            typeName = definitions.name(of: element.type) ?? "Element"
        } else {
            typeName = Self.name(item)
        }
    }

    /// A text for a variable of ``FHIRPathEnvironment``.
    package init(_ text: String) { self.init(simple: .string(text)) }

    /// A boolean for a variable.
    package init(_ value: Bool) { self.init(simple: .boolean(value)) }

    /// A whole number of 32 bits for a variable; others are held at the nearest.
    package init(_ value: Int) { self.init(simple: .integer(min(max(value, Int(Int32.min)), Int(Int32.max)))) }

    /// A number for a variable: a whole one where it is whole; nil when it is not finite or too large.
    package init?(_ value: Double) {
        if let whole = Int32(exactly: value) {
            self.init(Int(whole))
        } else if let decimal = PathDecimal(value) {
            self.init(simple: .decimal(decimal))
        } else {
            return nil
        }
    }

    /// A whole day for a variable.
    package init?(day: CalendarDay) {
        guard let moment = PathMoment(day.text, as: .date) else {
            return nil
        }
        self.init(simple: .moment(moment))
    }

    /// A resource for a variable.
    package init(resource: JSONNode, definitions: Definitions) {
        self.init(
            .element(PathElement(node: resource, beside: nil, type: definitions.pathType(ofResource: resource))),
            definitions)
    }

    private init(simple item: PathItem) {
        self.item = item
        typeName = Self.name(item)
    }

    private static func name(_ item: PathItem) -> String {
        let name = item.systemName
        guard let first = name.first, name != "Quantity", name != "TypeInfo" else { return name }
        return first.lowercased() + name.dropFirst()
    }

    /// Its type as FHIR names it: `code`, `HumanName`, `Patient`. A value that was made by the expression is a `boolean`,
    /// `string`, `integer`, `decimal`, `date`, `dateTime`, `time`, `Quantity` or `TypeInfo`.
    package var type: String { typeName }

    /// The place in the record; nil for what the expression made.
    package var node: JSONNode? {
        if case .element(let element) = item { element.node } else { nil }
    }

    package var bool: Bool? { item.bool }

    /// The text of a string or of anything that is one in FHIR; nil for numbers, dates and parts.
    package var string: String? { item.string }

    package var int: Int? { item.integer }

    package var double: Double? { item.decimal?.double }

    /// The value as text, a number with the digits it has; nil for parts of a record.
    package var text: String? { PathRun.text(item) }

    /// The value as JSON: a part of a record as it is there; amounts and dates as FHIRPath writes them.
    package var json: JSON {
        switch item {
        case .boolean(let value): .bool(value)
        case .integer(let value): .int(value)
        case .decimal(let value): .decimal(value.text)
        case .string(let text): .string(text)
        case .moment(let moment): .string(moment.text)
        case .quantity(let value): .string(value.text)
        case .type(let space, let name): ["namespace": .string(space), "name": .string(name)]
        case .element(let element): element.node?.value ?? element.beside?.value ?? .null
        }
    }
}
