/// Why a FHIRPath expression cannot be read or evaluated.
package enum FHIRPathError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text is not FHIRPath. `position` counts Unicode scalars from 0.
    case syntax(position: Int, reason: String)
    /// A name, function or type that does not exist where it stands.
    case semantic(String)
    /// A value to which what was asked cannot be done.
    case execution(String)
    /// Part of the language that Almoner leaves out, and why.
    case unsupported(String)
    /// The expression, or what it made, passed a limit of ``FHIRPathBudget``.
    case tooCostly(String)

    /// What is wrong, in words; without the values of a record.
    package var description: String {
        switch self {
        case .syntax(let position, let reason): "At character \(position + 1): \(reason)"
        case .semantic(let reason), .execution(let reason), .unsupported(let reason), .tooCostly(let reason): reason
        }
    }
}
