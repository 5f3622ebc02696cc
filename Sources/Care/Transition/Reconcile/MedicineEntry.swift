package import FHIR
package import Records

/// Who says that a person takes a medicine.
package enum MedicineSource: String, Sendable, CaseIterable {
    /// What the hospital wrote at the discharge.
    case hospital
    /// What is ordered outside of a hospital.
    case clinic
    /// What a pharmacy gave out.
    case pharmacy
    /// What the person really takes, as they or a caregiver say.
    case home
    /// The list that was signed before.
    case signed

    package static let system = "urn:almoner:medicine-source"
    /// Those of which somebody can type in a list.
    package static let typed: [MedicineSource] = [.hospital, .clinic, .pharmacy, .home]

    package var title: String {
        switch self {
        case .hospital: "Hospital"
        case .clinic: "Clinic"
        case .pharmacy: "Pharmacy"
        case .home: "At home"
        case .signed: "Last signed list"
        }
    }

    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A medicine as one source has it.
package struct MedicineEntry: Sendable {
    package let source: MedicineSource
    /// What it stands in, for example `MedicationRequest/5`; several where a source says the same more than once.
    package internal(set) var references: [String]
    package let name: String
    /// Name and way of taking it, as they were read.
    package let text: MedicineText
    /// How it is taken, as the source says; nil where it does not.
    package let takes: String?
    package let reason: String?
    /// As FHIR writes it.
    package let date: String?
    /// The source says that it is to be stopped.
    package let isStopped: Bool
    /// The source says that the person does not take it.
    package let isNotTaken: Bool
    let rxnorm: [String]
    let makeup: MedicineChecks.Makeup
    /// What it is, as it stands in the source.
    let concept: JSON?
    /// Labels of what it stands in.
    let labels: [JSON]
    /// The issue in whose answer it was decided; of the signed list alone.
    let issue: String?

    /// The same for two entries that say the same.
    var fingerprint: String {
        let identity = makeup.ingredients.isEmpty ? [name.plainWords] : makeup.ingredients
        return [
            identity.joined(separator: "+"), text.strength.map(\.words).joined(separator: "/"), text.release ?? "",
            text.route ?? "", takes?.plainWords ?? "", isStopped ? "stopped" : isNotTaken ? "not taken" : "",
        ].joined(separator: "|")
    }
}

extension MedicineEntry {
    /// A line as somebody typed it, for one source.
    init(
        typed line: String, _ source: MedicineSource, reference: String, checks: MedicineChecks,
        wording: MedicineWording
    ) {
        let text = MedicineText(line, wording)
        let makeup = checks.makeup(text.name, [])
        self.init(
            source: source, references: [reference], name: text.title, text: text, takes: text.takes(wording),
            reason: text.reason, date: nil, isStopped: text.isStopped, isNotTaken: text.isNotTaken, rxnorm: [],
            makeup: makeup, concept: nil, labels: [], issue: nil)
    }
}
