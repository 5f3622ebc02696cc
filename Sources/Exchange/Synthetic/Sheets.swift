/// The kinds of resource that a population consists of; each goes to its own file.
package enum SyntheticKind: Int, Sendable, CaseIterable {
    case organization, practitioner, patient, relatedPerson, coverage, encounter, condition, medicationRequest
    case observation, allergyIntolerance, immunization, procedure, appointment

    /// The FHIR resource type, which is also the name of the file.
    package var type: String {
        switch self {
        case .organization: "Organization"
        case .practitioner: "Practitioner"
        case .patient: "Patient"
        case .relatedPerson: "RelatedPerson"
        case .coverage: "Coverage"
        case .encounter: "Encounter"
        case .condition: "Condition"
        case .medicationRequest: "MedicationRequest"
        case .observation: "Observation"
        case .allergyIntolerance: "AllergyIntolerance"
        case .immunization: "Immunization"
        case .procedure: "Procedure"
        case .appointment: "Appointment"
        }
    }

    /// `{"resourceType":"…","id":"`
    var opening: StaticString {
        switch self {
        case .organization: #"{"resourceType":"Organization","id":""#
        case .practitioner: #"{"resourceType":"Practitioner","id":""#
        case .patient: #"{"resourceType":"Patient","id":""#
        case .relatedPerson: #"{"resourceType":"RelatedPerson","id":""#
        case .coverage: #"{"resourceType":"Coverage","id":""#
        case .encounter: #"{"resourceType":"Encounter","id":""#
        case .condition: #"{"resourceType":"Condition","id":""#
        case .medicationRequest: #"{"resourceType":"MedicationRequest","id":""#
        case .observation: #"{"resourceType":"Observation","id":""#
        case .allergyIntolerance: #"{"resourceType":"AllergyIntolerance","id":""#
        case .immunization: #"{"resourceType":"Immunization","id":""#
        case .procedure: #"{"resourceType":"Procedure","id":""#
        case .appointment: #"{"resourceType":"Appointment","id":""#
        }
    }

    /// What stands between a person's id and the number of her record, as in `p000042-c3`.
    var letter: StaticString {
        switch self {
        case .organization, .practitioner, .patient: ""
        case .relatedPerson: "-r"
        case .coverage: "-v"
        case .encounter: "-e"
        case .condition: "-c"
        case .medicationRequest: "-m"
        case .observation: "-o"
        case .allergyIntolerance: "-a"
        case .immunization: "-i"
        case .procedure: "-x"
        case .appointment: "-n"
        }
    }
}

/// One resource as compact JSON.
package struct SyntheticResource: Sendable, Equatable {
    package let kind: SyntheticKind
    /// UTF-8 JSON without a line break.
    package let bytes: [UInt8]
}

/// NDJSON by kind, waiting to be written.
struct Sheets {
    private(set) var pages = [[UInt8]](repeating: [], count: SyntheticKind.allCases.count)
    private(set) var resources = 0

    mutating func add(_ kind: SyntheticKind, _ line: ByteLine) {
        pages[kind.rawValue].append(contentsOf: line.bytes)
        pages[kind.rawValue].append(UInt8(ascii: "\n"))
        resources += 1
    }

    mutating func clear(_ kind: SyntheticKind) { pages[kind.rawValue].removeAll(keepingCapacity: true) }

    mutating func clear() {
        for kind in SyntheticKind.allCases { clear(kind) }
    }

    /// Each resource by itself, patients before what speaks of them.
    var separate: [SyntheticResource] {
        SyntheticKind.allCases.flatMap { kind in
            pages[kind.rawValue].split(separator: UInt8(ascii: "\n"))
                .map { SyntheticResource(kind: kind, bytes: Array($0)) }
        }
    }
}
