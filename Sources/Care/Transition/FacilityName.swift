import FHIR
import Records

/// The name of the facility of a stay. An Encounter may write no name beside its reference: then the Organization on
/// file says it.
struct FacilityName {
    private static let type = "Organization/"
    private let reader: Reader
    private var known: [String: String?] = [:]

    init(_ reader: Reader) {
        self.reader = reader
    }

    /// The name for a name, or for a reference such as `Organization/5`; nil when none is on file.
    mutating func name(_ facility: String?) throws -> String? {
        guard let facility, facility.hasPrefix(Self.type) else {
            return facility
        }
        if let known = known[facility] {
            return known
        }
        let name = try reader.find(reference: facility)?.root.text("name")
        known.updateValue(name, forKey: facility)
        return name
    }
}
