/// FHIR R4 §3.1.1.4.7: how a value in a resource is to stand to the one that is asked for.
package enum SearchPrefix: String, Sendable, Hashable, CaseIterable {
    case eq, ne, gt, lt, ge, le, sa, eb, ap
}

/// A moment or a day and how the resource's stretch of time is to stand to it.
package struct DateTest: Sendable, Hashable {
    package let prefix: SearchPrefix
    /// The stretch that the text covers; with `ap` widened by a tenth of the time between it and now.
    package let low: Int64
    package let high: Int64
}

/// A number and how the resource's is to stand to it.
package struct NumberTest: Sendable, Hashable {
    package let prefix: SearchPrefix
    /// Exactly what was written; for comparisons, which ignore how precise it is.
    package let value: Double
    /// The stretch that the digits cover, `high` apart; with `ap` a tenth of the value to each side.
    package let low: Double
    package let high: Double
}

/// What a search says of the system of a code.
package enum SystemTest: Sendable, Hashable {
    case any
    /// `|code`: the code has no system.
    case none
    /// `orNone` where the resource holds the plain code and the definition says its system.
    case named(String, orNone: Bool)
}

/// `code` nil: any code of the system.
package struct TokenTest: Sendable, Hashable {
    package let system: SystemTest
    package let code: String?
}

package struct StringTest: Sendable, Hashable {
    package enum Mode: Sendable, Hashable {
        case starts, contains
        /// The number that ``SearchText/exact(_:)`` gives the text.
        case exact(Int64)
    }

    package let mode: Mode
    /// As ``SearchText/normalized(_:)`` leaves it.
    package let text: String
}

package enum ReferenceTest: Sendable, Hashable {
    case place(type: String, id: String)
    /// An id alone; of any of these types.
    case id(String, types: [String])
    case url(String)
}

package struct QuantityTest: Sendable, Hashable {
    package let number: NumberTest
    package let system: SystemTest
    /// The code, or the unit as written; nil for any.
    package let code: String?
}

package struct URITest: Sendable, Hashable {
    package enum Mode: Sendable, Hashable {
        case exact
        /// The value is the text or continues it after a slash.
        case below
        /// The text is the value or continues it after a slash.
        case above
    }

    package let mode: Mode
    package let text: String
}

/// A stretch around a place on the earth.
package struct NearTest: Sendable, Hashable {
    /// Degrees.
    package let latitude: Double
    package let longitude: Double
    /// Kilometres.
    package let distance: Double
}

/// Parts of a composite that have to stand in one element.
package struct TogetherTest: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case code(TokenTest)
        case otherCode(TokenTest)
        case reference(ReferenceTest)
        case amount(QuantityTest)
        case date(DateTest)
        case number(NumberTest)
        case first(NumberTest)
        case second(NumberTest)
        case text(StringTest)
    }

    /// Under which the rows are kept.
    package let parameter: Int
    package let parts: [Part]
}
