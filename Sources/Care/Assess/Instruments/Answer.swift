/// One answer as it was given. A code stands for one of the choices of its question.
package enum Answer: Sendable, Equatable {
    case code(String)
    case text(String)
    case boolean(Bool)
    case integer(Int)
    /// A day, `yyyy-mm-dd`.
    case date(String)
}

/// Answers by the link id of their question.
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
