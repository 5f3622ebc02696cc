import FHIR

/// What all messages together say of a person: of each field what the sender said last.
struct PatientFold {
    typealias Other = (reading: MessageReading, resource: JSON)

    /// A Patient without id.
    private(set) var patient: JSON = ["resourceType": "Patient"]
    /// What else they say, by id.
    private(set) var others: [String: Other] = [:]

    /// - Parameter readings: messages about one person, in any order.
    init(_ readings: [MessageReading]) {
        var identifiers: [JSON] = []
        for reading in readings.sorted(by: MessageReading.isEarlier) {
            if let said = reading.patient {
                for name in said.names where name != "resourceType" && name != "id" && name != "identifier" {
                    patient[name] = said[name]
                }
                // Numbers are gathered: a message of one department does not name those of another.
                for identifier in said["identifier"]?.array ?? [] where !identifiers.contains(identifier) {
                    identifiers.append(identifier)
                }
            }
            for path in reading.cleared.sorted() {
                let parts = path.split(separator: ".")
                if parts.count == 2, parts.first == "Patient", let name = parts.last, name != "identifier" {
                    patient[String(name)] = nil
                }
            }
            for (id, resource) in reading.others {
                others[id] = (reading, resource)
            }
        }
        if !identifiers.isEmpty {
            patient["identifier"] = .array(identifiers)
        }
    }
}
