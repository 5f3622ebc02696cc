import FHIR
import Testing

/// Somebody who asks in the matrix, and what of the population is theirs to see.
struct MatrixCaller: Sendable, CustomTestStringConvertible {
    let name: String
    let scopes: String
    /// Sees only the people of this care manager; nil for all people.
    let panel: String?
    /// Sees only these types; nil for all.
    let types: Set<String>?
    /// Labels that hide a record; then whatever is not of the panel carries the first of them.
    var hidden: [String] = []

    var testDescription: String { name }

    func sees(_ step: MatrixStep) -> Bool {
        guard panel == nil && hidden.isEmpty || step.isOfPanel else {
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

    /// All people and all types, but for what carries a label.
    static let blind = MatrixCaller(
        name: "blind", scopes: "system/*.cruds", panel: nil, types: nil, hidden: ["ADOL", "42CFRPart2"])

    /// The same of some types alone.
    static let halfBlind = MatrixCaller(
        name: "half blind", scopes: scopesOfSome, panel: nil, types: some, hidden: ["sud-counselling-note"])

    static let all = [narrow, partial, both, blind, halfBlind]

    /// The population as it is for this caller: what is hidden by a label carries it.
    func labelled(_ steps: [MatrixStep]) -> [MatrixStep] {
        guard let label = hidden.first else {
            return steps
        }
        let system = label == "ADOL" ? "http://terminology.hl7.org/CodeSystem/v3-ActCode" : "urn:almoner:label"
        return steps.map { step in
            guard !step.isOfPanel, var resource = step.resource else {
                return step
            }
            var meta = resource["meta"] ?? [:]
            meta["security"] = .array(
                (meta["security"]?.array ?? []) + [["system": .string(system), "code": .string(label)]])
            resource["meta"] = meta
            return MatrixStep(at: step.at, type: step.type, id: step.id, resource: resource, isOfPanel: false)
        }
    }
}
