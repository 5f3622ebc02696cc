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
    /// What the engine reports, in the words of Records; other errors as they are.
    static func from(_ error: any Error) -> any Error {
        switch error as? EngineFailure {
        case .nulInText: Self.holdsNul
        case .outcomeUnknown: Self.outcomeUnknown
        case .connectionLost: Self.unavailable("The connection to the database was lost.")
        case .database(let code, let message) where ["08", "53", "57"].contains(code.prefix(2)):
            Self.unavailable("The database does not answer: \(message)")
        default: error
        }
    }

    static let holdsNul = Self.invalid(["A text holds the character U+0000."])
    case schema(found: Int, expected: Int)
    /// Another process writes this folder.
    case locked(String)
    /// The database does not answer; nothing was done.
    case unavailable(String)
    /// The connection broke while the change was being made durable: it may stand or not.
    case outcomeUnknown
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
        case .locked(let reason), .unavailable(let reason): reason
        case .outcomeUnknown: "The database was lost in the middle of saving. Look whether the change is there."
        }
    }
}
