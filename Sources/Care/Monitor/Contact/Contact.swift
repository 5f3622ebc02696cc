package import FHIR
package import Records

/// One contact, as it stands in an Encounter of ours.
package struct Contact: Sendable {
    package enum Direction: String, Sendable, CaseIterable {
        case outgoing, incoming
    }

    package enum Channel: String, Sendable, CaseIterable {
        case phone, video, home, office

        package var words: String {
            switch self {
            case .phone: "Phone"
            case .video: "Video"
            case .home: "Home visit"
            case .office: "In the office"
            }
        }

        /// HL7 v3 ActCode.
        var encounterClass: String {
            switch self {
            case .phone, .video: "VR"
            case .home: "HH"
            case .office: "AMB"
            }
        }
    }

    package enum Speaker: String, Sendable, CaseIterable {
        case person, caregiver, other
    }

    /// What can be compared to know that it is the right person.
    package enum Identifier: String, Sendable, CaseIterable {
        case name
        case birthDate = "birth-date"
        case address, phone, number

        package var words: String {
            switch self {
            case .name: "Full name"
            case .birthDate: "Birth date"
            case .address: "Address"
            case .phone: "Phone number on file"
            case .number: "Record number"
            }
        }
    }

    package let id: String
    package let version: Int
    package let person: String
    package let status: String
    package let direction: Direction
    package let channel: Channel
    package let speaker: Speaker
    /// For example `RelatedPerson/5`.
    package let caregiver: String?
    package let identifiedBy: [Identifier]
    package let interpreter: String?
    /// For example `Practitioner/ruth`.
    package let owner: String
    package let start: Int64
    package let time: ContactTime
    /// Between a young person and the care team: all that comes of it carries ``ConfidentialLabel``.
    package let isConfidential: Bool

    package var isOpen: Bool { status == "in-progress" }

    /// What whatever comes of it is labelled with; nil for nothing.
    var label: String? { isConfidential ? ConfidentialLabel.code : nil }

    /// Whether health may be spoken of: with the person, or with a caregiver who has consent.
    package var mayHearHealth: Bool { speaker != .other }

    /// - Returns: nil for an Encounter that is no contact of ours.
    package init?(_ encounter: Resource) {
        let root = encounter.root
        guard let type = root.list("type").lazy.compactMap({ CareCode.code($0, in: CareCode.contact) }).first,
            let channel = Channel(rawValue: type), let patient = root.text("subject", "reference"),
            patient.hasPrefix("Patient/"),
            let owner = root.list("participant").lazy
                .compactMap({ $0.text("individual", "reference") }).first(where: { $0.hasPrefix("Practitioner/") })
        else {
            return nil
        }
        func code(_ name: String) -> String? {
            CareCode.marks(root, name).last?.text("valueCode")
        }
        id = encounter.id
        version = encounter.version
        person = String(patient.dropFirst("Patient/".count))
        status = root.text("status") ?? ""
        direction = code("direction").flatMap(Direction.init) ?? .outgoing
        self.channel = channel
        speaker = code("speaker").flatMap(Speaker.init) ?? .other
        caregiver = root.list("participant").lazy
            .compactMap { $0.text("individual", "reference") }.first { $0.hasPrefix("RelatedPerson/") }
        identifiedBy = CareCode.marks(root, "identified-by").compactMap {
            $0.text("valueCode").flatMap(Identifier.init)
        }
        interpreter = CareCode.marks(root, "interpreter").last?.text("valueString")
        self.owner = owner
        start = CareMoment.of(root.text("period", "start")) ?? encounter.updated
        time = ContactTime(root)
        isConfidential = ConfidentialLabel.isOn(root)
    }

    /// - Throws: ``NotNow`` when it is no contact of ours, ``RecordsFailure/notFound(type:id:)``.
    package static func get(_ id: String, of person: String? = nil, by reader: Reader) throws -> (Contact, Resource) {
        let encounter = try reader.get("Encounter", id)
        guard let contact = Contact(encounter), person == nil || contact.person == person else {
            throw RecordsFailure.notFound(type: "Encounter", id: id)
        }
        return (contact, encounter)
    }
}
