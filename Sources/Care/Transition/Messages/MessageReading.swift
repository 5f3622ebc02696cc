package import FHIR
package import Records

/// What a message of another system says, read from the FHIR message that was made of it: a Bundle of type `message`
/// whose MessageHeader names the event (HL7 table 0003).
package struct MessageReading: Sendable {
    package static let occurredURL = "urn:almoner:event-time"
    package static let recordedURL = "urn:almoner:recorded-time"
    /// A field that the sender says is to be empty, as a path: `Patient.telecom`.
    package static let clearedURL = "urn:almoner:cleared"

    let stored: StoredMessage
    /// The trigger, for example `A01`.
    package let event: String
    /// When it happened, milliseconds since 1970.
    let occurred: Int64
    /// When the sender wrote it down.
    let recorded: Int64
    let cleared: Set<String>
    /// The person it is about, as the sender knows them.
    package let patient: JSON?
    /// Entries that the sender has made one: who stays, and who goes.
    let merges: [(kept: JSON, goes: JSON)]
    package let encounter: JSON?
    /// What else it says: diagnoses, allergies, next of kin, coverage, each with the id it has in every message.
    let others: [(id: String, resource: JSON)]
    /// What its own addresses stand for, those of the person and the stay apart.
    private let places: [String: String]
    private let patientURL: String?
    private let encounterURL: String?

    /// - Parameters:
    ///   - stored: the message as it is kept.
    ///   - bundle: the FHIR message that was made of it; nil is given for what is none.
    package init?(_ stored: StoredMessage, _ bundle: JSON) {
        let entries = bundle["entry"]?.array ?? []
        guard let header = entries.first?["resource"], header["resourceType"]?.string == "MessageHeader",
            let event = header["eventCoding"]?["code"]?.string
        else {
            return nil
        }
        self.stored = stored
        self.event = event
        let said = header["extension"]?.array ?? []
        func time(_ url: String) -> Int64? {
            said.first { $0["url"]?.string == url }?["valueDateTime"]?.string.flatMap { FHIRDate($0)?.low }
        }
        let recorded = time(Self.recordedURL) ?? stored.recorded ?? stored.received
        self.recorded = recorded
        occurred = time(Self.occurredURL) ?? stored.occurred ?? recorded
        cleared = Set(said.compactMap { $0["url"]?.string == Self.clearedURL ? $0["valueString"]?.string : nil })
        var patients: [(url: String, resource: JSON)] = []
        var encounter: (url: String, resource: JSON)?
        var others: [(id: String, resource: JSON)] = []
        var places: [String: String] = [:]
        for entry in entries.dropFirst() {
            guard let resource = entry["resource"], let type = resource["resourceType"]?.string,
                let url = entry["fullUrl"]?.string
            else {
                continue
            }
            switch type {
            case "Patient": patients.append((url, resource))
            case "Encounter": encounter = (url, resource)
            default:
                let id = String(url.dropFirst("urn:uuid:".count))
                others.append((id, resource))
                places[url] = "\(type)/\(id)"
            }
        }
        let staying = patients.filter { Self.successor($0.resource) == nil }
        merges = patients.compactMap { goes in
            Self.successor(goes.resource).flatMap { url in staying.first { $0.url == url } }
                .map { (kept: $0.resource, goes: goes.resource) }
        }
        patient = staying.first?.resource
        patientURL = staying.first?.url
        self.encounter = encounter?.resource
        encounterURL = encounter?.url
        self.others = others
        self.places = places
    }

    private static func successor(_ patient: JSON) -> String? {
        patient["link"]?.array.first { $0["type"]?.string == "replaced-by" }?["other"]?["reference"]?.string
    }

    /// A resource of the message with its references to what is on file.
    /// - Parameters:
    ///   - value: as it stands in the message.
    ///   - person: the id of the Patient.
    ///   - stay: the id of the Encounter, where there is one.
    /// - Returns: the same with the addresses of the message replaced.
    func settled(_ value: JSON, person: String, stay: String?) -> JSON {
        switch value {
        case .object(let members):
            .object(
                members.map { member in
                    guard member.name == "reference", let url = member.value.string else {
                        return JSONMember(
                            name: member.name, value: settled(member.value, person: person, stay: stay))
                    }
                    return JSONMember(name: member.name, value: .string(place(of: url, person, stay)))
                })
        case .array(let values): .array(values.map { settled($0, person: person, stay: stay) })
        default: value
        }
    }

    private func place(of url: String, _ person: String, _ stay: String?) -> String {
        switch url {
        case patientURL: "Patient/\(person)"
        case encounterURL: stay.map { "Encounter/\($0)" } ?? url
        default: places[url] ?? url
        }
    }

    /// The order in which the sender said things, whatever the order in which they came. What was said in one moment is
    /// ordered by its kind, and by its words where even that is the same.
    static func isEarlier(_ left: MessageReading, _ right: MessageReading) -> Bool {
        let one = (left.recorded, left.rank, left.occurred, left.stored.control)
        let other = (right.recorded, right.rank, right.occurred, right.stored.control)
        return one == other ? left.stored.body.lexicographicallyPrecedes(right.stored.body) : one < other
    }

    private var rank: Int {
        switch event {
        case "A28", "A04": 0
        case "A01": 1
        case "A06", "A07": 2
        case "A02": 3
        case "A03": 5
        case "A11", "A12", "A13": 6
        default: 4
        }
    }
}
