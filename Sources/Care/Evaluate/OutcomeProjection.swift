import FHIR
package import Records

/// What the figures count, one row an event, so that each figure leads to the people behind it.
///
/// Each event stands once for everyone, once for people in any programme, and once for each programme that the person was
/// in at the time. Rows hold when things happened; which period they belong to is asked when they are counted.
package struct OutcomeProjection: Projection {
    package static let table = "outcome"
    package static let never = Int64.max
    static let columns = ["kind", "scope", "role", "at", "until", "value", "label"]
    /// The scope of all people on file.
    package static let everyone = "everyone"
    /// The scope of people in any programme.
    package static let anyProgram = "any-programme"
    /// The kind of row that holds a person's time in a scope.
    static let member = "member"
    private static let day: Int64 = 86_400_000

    /// How a row counts.
    enum Role: Int64 {
        /// In the denominator only.
        case counted = 0
        /// On top too.
        case met = 1
        case excluded = 2
    }

    package init() {}

    package var tables: [ProjectionTable] {
        [
            ProjectionTable(
                Self.table,
                columns: [
                    "kind": .text, "scope": .text, "role": .integer, "at": .integer, "until": .integer, "value": .real,
                    "label": .text,
                ],
                indexes: [["kind", "scope", "role", "at"], ["kind", "scope", "at"]])
        ]
    }

    package var reads: Set<String> { ["Patient", "Encounter", "EpisodeOfCare", "Goal"] }

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        guard let patient = person.patient, patient.root["active"]?.bool != false else {
            return []
        }
        let programs = person.all("EpisodeOfCare").compactMap(ProgramTime.init)
        // Older than what any page asks for.
        let oldest = asOf - 1_200 * Self.day
        let events = OutcomeEvents(person, programs, patient).events.filter { $0.until >= oldest || $0.at >= oldest }
        return events.flatMap { event in
            event.scopes.map { scope in
                ProjectionRow(
                    Self.table,
                    [
                        .text(event.kind), .text(scope), .integer(event.role.rawValue), .integer(event.at),
                        .integer(event.until), event.value.map { .real($0) } ?? .null, .text(event.label),
                    ])
            }
        }
    }
}
