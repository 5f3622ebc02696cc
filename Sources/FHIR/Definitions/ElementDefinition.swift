/// What FHIR R4 says of one element: how often it may be there and what it may be.
package struct ElementDefinition: Sendable {
    /// The name without a type, for a choice too: `value`, not `value[x]` or `valueQuantity`.
    package let name: String
    package let min: Int
    /// The greatest count; nil for no limit.
    package let max: Int?
    package let isChoice: Bool
    package let types: [ElementType]
    /// Whether `_summary=true` keeps it.
    package let isSummary: Bool
    /// The member name in JSON for each of ``types``: `valueQuantity`, `valueString` …
    package let jsonNames: [String]

    package init(name: String, min: Int, max: Int?, isChoice: Bool, types: [ElementType], isSummary: Bool) {
        self.name = name
        self.min = min
        self.max = max
        self.isChoice = isChoice
        self.types = types
        self.isSummary = isSummary
        jsonNames = types.map { Self.jsonName(name, isChoice: isChoice, $0) }
    }

    /// Whether JSON writes it as an array.
    package var isList: Bool { max != 1 }

    /// The member name in JSON when it is of this type: `value` and `Quantity` give `valueQuantity`.
    package func jsonName(_ type: ElementType) -> String { Self.jsonName(name, isChoice: isChoice, type) }

    private static func jsonName(_ name: String, isChoice: Bool, _ type: ElementType) -> String {
        guard isChoice, let first = type.name.first else { return name }
        return name + first.uppercased() + type.name.dropFirst()
    }
}

/// One of the types that an element may have.
package struct ElementType: Sendable {
    package enum Content: Sendable {
        case primitive(PrimitiveType)
        /// An object with the elements of a block.
        case block(Int)
        /// Any resource.
        case resource
    }

    /// The name of the datatype, or the path of the nested block: `Quantity`, `Patient.contact`.
    package let name: String
    package let content: Content
    /// Resource types that a Reference or canonical here may name; empty for any.
    package let targets: [String]
    /// The value set that a code must come from; nil when it is free or too large to list.
    package let codes: CodeSet?
}

/// The elements of a resource, a datatype or a nested part of one.
package struct ElementBlock: Sendable {
    package enum Kind: String, Sendable {
        case resource, abstract, datatype, backbone, primitive
    }

    /// What a JSON member name stands for.
    package struct Slot: Sendable {
        package let element: Int
        package let type: Int
    }

    package let path: String
    package let kind: Kind
    /// The path of the block that this one extends: `DomainResource`, `Quantity`; empty for none.
    package let base: String
    /// Inherited elements first, then its own, in the order of the definition.
    package internal(set) var elements: [ElementDefinition] = []
    /// By member name, with each choice type spelled out.
    package internal(set) var slots: [String: Slot] = [:]
    /// The place in ``elements`` by the name without a type, as FHIRPath writes it: `value`, `name`.
    package internal(set) var names: [String: Int] = [:]
    /// The elements that must be there.
    package internal(set) var required: [Int] = []
}

/// The codes of one value set.
package final class CodeSet: Sendable {
    package let name: String
    /// The codes of all its code systems.
    package let codes: Set<String>

    init(name: String, codes: Set<String>) {
        self.name = name
        self.codes = codes
    }
}
