package import FHIR

/// Why Records refused. Messages never hold a patient's data.
package enum RecordsFailure: Error, Sendable {
    /// The caller's roles do not reach this.
    case forbidden(type: String)
    case notFound(type: String, id: String)
    case gone(type: String, id: String)
    /// Someone saved in between: what is stored now.
    case stale(current: Resource)
    /// The resource breaks the definitions of FHIR: what and where.
    case invalid([String])
    case malformed(JSONError)
    /// A text that was to be looked up or kept holds the character U+0000, which FHIR's strings never do.
    static let holdsNul = Self.invalid(["A text holds the character U+0000."])
    case schema(found: Int, expected: Int)
    /// Another process writes this folder.
    case locked(String)
}

/// In words for the person at a terminal.
extension RecordsFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .forbidden(let type): "This account may not do that with a \(type)."
        case .notFound(let type, _): "There is no such \(type)."
        case .gone(let type, _): "This \(type) was removed."
        case .stale(let current): "Someone changed this \(current.type) in between."
        case .invalid(let reasons): reasons.joined(separator: " ")
        case .malformed(let error): "This is not JSON: \(error.reason)."
        case .schema(let found, let expected):
            "The records were made by another version of almoner (their tables are version \(found), not \(expected))."
        case .locked(let reason): reason
        }
    }
}
