/// What a file has for one element.
package struct FileFinding: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        case found
        /// There, but after its clock.
        case late
        case missing
        /// Its clock still runs, or it does not apply to this file.
        case notYet
    }

    /// Where the evidence stands.
    package enum Place: Sendable, Equatable {
        case summary, engage, plan, education, graduate
        case assessment(form: String, response: String)
        case contact(String)
    }

    package let element: ReviewRules.Element
    package let outcome: Outcome
    /// What was found, or what is missing, in plain words.
    package let words: String
    /// When, milliseconds since 1970.
    package let at: Int64?
    package let place: Place?

    /// How many of some files have an element, in time, of those that it applies to.
    package static func share(_ findings: [FileFinding]) -> (met: Int, of: Int) {
        let counted = findings.filter { $0.outcome != .notYet }
        return (counted.count { $0.outcome == .found }, counted.count)
    }
}
