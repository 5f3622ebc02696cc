import FHIR

/// The identifiers by which a segment names a person.
struct HL7PersonIdentifiers {
    struct Identifier {
        let system: String
        let value: String
        /// Table HL70203, upper case; nil when none was written.
        let type: String?
        let json: JSON

        var key: String { "\(system)|\(value)" }
    }

    let all: [Identifier]

    /// Those of a PID: PID-3, and what senders before HL7 v2.4 put into PID-2, PID-4 and PID-19.
    init(_ pid: HL7Message.Segment, _ datatypes: HL7Datatypes) {
        var found = Self.read([pid[3], pid[2], pid[4]], datatypes)
        if let number = datatypes.socialSecurity(pid[19].text),
            !found.contains(where: { $0.system == HL7Datatypes.socialSecurity })
        {
            found.append(number)
        }
        all = found
    }

    /// Those that an MRG retires: MRG-1, and MRG-4 of older senders where MRG-1 is empty.
    init(merged mrg: HL7Message.Segment?, _ datatypes: HL7Datatypes) {
        let current = Self.read([mrg?[1]].compactMap { $0 }, datatypes)
        all = current.isEmpty ? Self.read([mrg?[4]].compactMap { $0 }, datatypes) : current
    }

    private static func read(_ fields: [HL7Value], _ datatypes: HL7Datatypes) -> [Identifier] {
        var found: [Identifier] = []
        for part in fields.flatMap(\.repetitions) {
            if let one = datatypes.identifier(part), !found.contains(where: { $0.key == one.key }) { found.append(one) }
        }
        return found
    }

    var isEmpty: Bool { keys.isEmpty }

    /// `system|value` of those that name the person within the sender's house, the main one first: medical record numbers
    /// and what has no type; where there are none, any but numbers of accounts, visits, licences and social security.
    var keys: [String] {
        let own = all.filter { $0.type.map { ["MR", "PI", "PT"].contains($0) } ?? true }
        let other = all.filter { identifier in
            !["AN", "VN", "SS", "SSN", "DL", "PPN", "MA", "MC", "XX"].contains(identifier.type ?? "")
        }
        return (own.isEmpty ? other : own).map(\.key)
    }
}
