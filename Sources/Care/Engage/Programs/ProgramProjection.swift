import FHIR
package import Records

/// Where everybody stands to the programmes in force: a row a person and programme. It follows each change of a record in
/// the transaction of the change, and time by night.
package struct ProgramProjection: Projection {
    package static let table = "program_place"

    private let care: CareContent

    package init(care: CareContent) {
        self.care = care
    }

    package var tables: [ProjectionTable] {
        [
            ProjectionTable(
                Self.table,
                columns: [
                    "program": .text, "state": .text, "turn": .integer, "since": .integer, "why": .text, "other": .text,
                    "owner": .text, "name": .text, "sort_name": .text, "birth": .text,
                ],
                indexes: [["person_id"], ["program", "state", "turn", "since"]])
        ]
    }

    package var reads: Set<String> { care.programs.reads }
    package var isScore: Bool { true }

    package func concerns(_ type: String, _ body: [UInt8]) -> Bool { care.programs.concerns(type, body) }

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        guard let patient = person.patient?.root else {
            return []
        }
        let programs = care.programs.effective(on: FHIRDate.day(asOf))
        let places = PlacePerson(person, programs: programs, care: care, at: asOf).places()
        guard !places.isEmpty else {
            return []
        }
        let name = PersonName(patient)
        return places.map { place in
            ProjectionRow(
                Self.table,
                [
                    .text(place.program), .text(place.state.rawValue), .integer(Self.order(place.rank)),
                    .integer(place.since ?? 0), .text(place.why), .text(place.other ?? ""),
                    .text(place.careManager ?? ""), .text(name.list), .text(name.sorting),
                    .text(patient.text("birthDate") ?? ""),
                ])
        }
    }

    /// A rank as a whole number that sorts as it does, the highest first.
    private static func order(_ rank: Double) -> Int64 {
        -Int64(min(max(rank, -1e12), 1e12) * 1000)
    }
}
