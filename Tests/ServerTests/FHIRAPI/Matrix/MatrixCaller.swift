import Testing

/// Somebody who asks in the matrix, and what of the population is theirs to see.
struct MatrixCaller: Sendable, CustomTestStringConvertible {
    let name: String
    let scopes: String
    /// Sees only the people of this care manager; nil for all people.
    let panel: String?
    /// Sees only these types; nil for all.
    let types: Set<String>?

    var testDescription: String { name }

    func sees(_ step: MatrixStep) -> Bool {
        guard panel == nil || step.isOfPanel else {
            return false
        }
        // Episodes say who is in a panel, whether the caller may read them or not.
        return types?.contains(step.type) ?? true || panel != nil && step.type == "EpisodeOfCare"
    }

    /// One care manager's people, all types.
    static let narrow = MatrixCaller(
        name: "narrow", scopes: "system/*.cruds", panel: "Practitioner/ruth", types: nil)

    private static let some: Set<String> = [
        "Patient", "Observation", "Encounter", "Organization", "Practitioner", "Medication",
    ]
    private static let scopesOfSome =
        "system/Patient.rs system/Observation.cruds system/Encounter.rs system/Organization.rs "
        + "system/Practitioner.rs system/Medication.rs"

    /// All people, some types.
    static let partial = MatrixCaller(name: "partial", scopes: scopesOfSome, panel: nil, types: some)

    /// One care manager's people, some types.
    static let both = MatrixCaller(name: "both", scopes: scopesOfSome, panel: "Practitioner/ruth", types: some)

    /// Everything: the control.
    static let wide = MatrixCaller(name: "wide", scopes: "system/*.cruds", panel: nil, types: nil)

    static let all = [narrow, partial, both]
}
