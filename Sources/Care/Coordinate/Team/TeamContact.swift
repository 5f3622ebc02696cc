package import FHIR
package import Records

/// Somebody around a person as a plan names them: what they are called, what they do, and where they can be called.
package struct TeamContact: Sendable {
    /// nil: neither the reference nor the record behind it has one.
    package let name: String?
    package let role: String
    package let phone: String?
    /// For example `Practitioner/ruth`; nil for who stands by the person.
    package let reference: String?

    /// Stands by the person, and does not work with them.
    package var isOfCircle: Bool { reference.map { $0.hasPrefix("RelatedPerson/") } ?? true }

    /// The care managers first, then the care teams, the own doctor, and the circle.
    /// - Parameters:
    ///   - record: of the types CareTeam, EpisodeOfCare, Patient and RelatedPerson.
    ///   - reader: for the names and telephones of who is only referred to.
    /// - Returns: each once.
    /// - Throws: what the database reports.
    package static func all(in record: PersonRecord, by reader: Reader) throws -> [TeamContact] {
        var names = SourceNames(reader)
        let members = TeamMember.all(in: record)
        let named = Set(members.compactMap(\.reference))
        // Who stands by the person and is of the team too is told once, with what they do in it.
        return try members.filter { !named.contains($0.relative?.reference ?? "") }.map { member in
            let own =
                member.relative
                ?? member.reference.flatMap { reference in
                    record.all("RelatedPerson").first { $0.reference == reference }
                }
            let root =
                try own?.root
                ?? member.reference.flatMap { $0.hasPrefix("#") ? nil : try reader.find(reference: $0)?.root }
            return TeamContact(
                name: try member.name.isEmpty ? names.name(member.who) : member.name, role: member.role,
                phone: phone(root, isAtWork: own == nil), reference: member.reference)
        }
    }

    /// The telephone at work before others. Nobody who works with the person is called at home.
    /// - Parameters:
    ///   - root: a Practitioner, an Organization, a PractitionerRole or a RelatedPerson.
    ///   - isAtWork: works with the person.
    /// - Returns: nil when none is known.
    package static func phone(_ root: JSONNode?, isAtWork: Bool = true) -> String? {
        let closed: Set<String> = isAtWork ? ["old", "temp", "home"] : ["old", "temp"]
        let phones = (root?.list("telecom") ?? []).filter { telecom in
            telecom.text("system") == "phone" && !closed.contains(telecom.text("use") ?? "")
                && telecom["period"]?["end"] == nil
        }
        return (phones.first { $0.text("use") == "work" } ?? phones.first)?.text("value")
    }
}
