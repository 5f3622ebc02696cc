/// One fact about a resource that a search can find it by.
package struct IndexRow: Sendable, Hashable {
    /// Number of the search parameter, which also tells the resource type.
    package let parameter: Int
    package let value: IndexValue

    package init(parameter: Int, value: IndexValue) {
        self.parameter = parameter
        self.value = value
    }
}

/// What is compared when a search parameter is used, by its kind.
package enum IndexValue: Sendable, Hashable {
    /// A code as written; no system for plain codes, booleans, texts and contact points.
    case token(system: String?, code: String)
    /// Milliseconds since 1970 in UTC: the first, and the first after. An open end is ``FHIRDate/earliest`` or
    /// ``FHIRDate/latest``.
    case date(low: Int64, high: Int64)
    /// A resource by type and id, without a version.
    case reference(type: String, id: String)
    /// An absolute or canonical address, or a `urn:`; a canonical with a version gives a row with and one without it.
    case url(String)
    /// As ``SearchText/normalized(_:)`` leaves it, and ``SearchText/exact(_:)`` of what was written.
    case string(String, exact: Int64)
    /// Both ends included; `code` is the coded unit, or the written one where there is no code; `unit` the written one
    /// where it differs, which a search without a system may name.
    case quantity(low: Double, high: Double, system: String?, code: String?, unit: String?)
    /// Both ends included; the same number twice for a single value, infinite for an open range.
    case number(low: Double, high: Double)
    case uri(String)
    /// What stands together in one element.
    case together(TogetherRow)
}

/// The parts of a composite parameter that one element holds, each in the place that ``CompositeShape`` gives it.
package struct TogetherRow: Sendable, Hashable {
    package enum Link: Sendable, Hashable {
        case none
        /// A code system or an address.
        case word(String)
        case place(type: String, id: String)
    }

    package var code = ""
    package var system: String?
    package var low: Double = 0
    package var high: Double = 0
    package var text = ""
    package var link = Link.none
}

extension [IndexRow] {
    /// A bit for each parameter of the type that has a row.
    package var present: Int64 {
        var bits: UInt64 = 0
        for row in self {
            bits |= 1 << UInt64(row.parameter % SearchParameter.second)
        }
        return Int64(bitPattern: bits)
    }
}
