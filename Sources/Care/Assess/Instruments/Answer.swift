import FHIR

/// One answer as it was given. A code stands for one of the choices of its question.
package enum Answer: Sendable, Equatable {
    case code(String)
    case text(String)
    case boolean(Bool)
    case integer(Int)
    /// A day, `yyyy-mm-dd`.
    case date(String)
    /// A number with the digits that were given.
    case decimal(String)
    /// A moment with its zone, as FHIR writes it.
    case dateTime(String)
    /// `hh:mm:ss`
    case time(String)
    /// A number with the code of its unit; without one when the question names none.
    case quantity(String, unit: String?)
    case attachment(Attachment)

    /// A file that was handed in, stored as a Binary.
    package struct Attachment: Sendable, Equatable {
        /// `Binary/5`
        package let reference: String
        package let type: String
        package let title: String
        package let bytes: Int

        package init(reference: String, type: String, title: String, bytes: Int) {
            self.reference = reference
            self.type = type
            self.title = title
            self.bytes = bytes
        }
    }
}

/// Answers by the link id of their question; those of the second row and later by that of the row (``Instrument/Place``).
package typealias Answers = [String: [Answer]]

/// Sex for the cut-offs that differ by it, by Patient.gender; `other` and absent count as unknown.
package enum CutOffSex: String, Sendable, CaseIterable {
    case female, male, unknown

    /// - Parameter gender: the code of Patient.gender.
    package init(gender: String?) { self = gender.flatMap(CutOffSex.init(rawValue:)) ?? .unknown }
}

/// What is wrong with one field of a form, in words for the person who filled it in.
package struct FieldError: Sendable, Equatable {
    package let linkId: String
    package let message: String

    package init(linkId: String, message: String) {
        self.linkId = linkId
        self.message = message
    }
}

extension Answer {
    /// A number for comparing; nil for what is none.
    var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .decimal(let digits), .quantity(let digits, _): Double(digits)
        default: nil
        }
    }

    /// Whether nothing was said: a text of white space only.
    package var isBlank: Bool {
        switch self {
        case .text(let text): !text.contains { !$0.isWhitespace }
        case .code(let text), .date(let text), .dateTime(let text), .time(let text), .decimal(let text),
            .quantity(let text, _):
            text.isEmpty
        case .boolean, .integer, .attachment: false
        }
    }

    /// Before, the same, or after; nil where two answers cannot be compared.
    func order(to other: Answer) -> Int? {
        if let left = number, let right = other.number {
            if case .quantity(_, let mine) = self, case .quantity(_, let theirs) = other, mine != theirs { return nil }
            return left < right ? -1 : left > right ? 1 : 0
        }
        switch (self, other) {
        case (.date(let left), .date(let right)), (.time(let left), .time(let right)),
            (.text(let left), .text(let right)):
            return left < right ? -1 : left > right ? 1 : 0
        case (.dateTime(let left), .dateTime(let right)):
            guard let left = FHIRDate(left)?.low, let right = FHIRDate(right)?.low else { return nil }
            return left < right ? -1 : left > right ? 1 : 0
        default: return nil
        }
    }
}
