package import FHIR

/// By what a person is told from others, from a Patient that is on file or one that somebody wrote about.
package struct MatchFacts: Sendable {
    package struct Name: Sendable, Equatable {
        package let family: String
        package let given: [String]
    }

    /// Each name, also one that is over, as search compares text.
    package let names: [Name]
    package let birth: CalendarDay?
    /// `male`, `female` or `other`; nil when it is not known.
    package let sex: String?
    package let phones: Set<String>
    package let addresses: Set<String>
    package let postcodes: Set<String>
    /// Authority and value of each identifier, joined.
    package let identifiers: Set<String>

    /// - Parameter patient: the root of a Patient.
    package init(_ patient: JSONNode) {
        names = patient.list("name").prefix(8).compactMap(Self.name)
        birth = patient.text("birthDate").flatMap { CalendarDay($0) }
        sex = patient.text("gender").flatMap { $0 == "unknown" ? nil : $0 }
        phones = Set(SearchKeys.phones(patient).map(\.digits).filter { $0.utf8.count >= 7 })
        let homes = patient.list("address").prefix(8)
        addresses = Set(
            homes.compactMap { home in
                let line = home.list("line").compactMap(\.string).joined(separator: " ")
                let words = PersonName.parts(of: line)
                // A line without a number is the name of a place, which many share.
                return words.contains { $0.contains { $0.isNumber } } ? words.joined(separator: " ") : nil
            })
        postcodes = Set(
            homes.compactMap { $0.text("postalCode").map { String(SearchText.normalized($0).prefix(5)) } }
                .filter { !$0.isEmpty })
        identifiers = Set(
            patient.list("identifier").prefix(20).compactMap { identifier in
                guard let system = identifier.text("system"), let value = identifier.text("value") else {
                    return nil
                }
                let key = SearchKeys.key(ofIdentifier: value)
                return key.isEmpty ? nil : "\(system)|\(key)"
            })
    }

    private static func name(_ node: JSONNode) -> Name? {
        var family = PersonName.parts(of: node.text("family") ?? "").joined(separator: " ")
        var given = node.list("given").compactMap(\.string).flatMap { PersonName.parts(of: $0) }
        if family.isEmpty, given.isEmpty {
            // One text: the last word is taken for the family name.
            let words = PersonName.parts(of: node.text("text") ?? "")
            family = words.last ?? ""
            given = Array(words.dropLast())
        }
        return family.isEmpty && given.isEmpty ? nil : Name(family: family, given: given)
    }
}
