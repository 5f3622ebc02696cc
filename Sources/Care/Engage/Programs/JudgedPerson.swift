package import Records

/// A person to every programme, criterion by criterion, for the page that says why.
package struct JudgedPerson: Sendable {
    package let places: [ProgramPlace]
    /// Alive and on the panel.
    package let isListed: Bool
    private let record: PersonRecord
    private let facts: KnownFacts
    private let now: Int64

    /// - Parameters:
    ///   - record: what whoever looks may see of the person.
    ///   - programs: those in force.
    ///   - care: what facts are worked out with.
    ///   - now: milliseconds since 1970.
    package init(_ record: PersonRecord, programs: [Program], care: CareContent, at now: Int64) {
        let person = PlacePerson(record, programs: programs, care: care, at: now)
        places = person.places()
        facts = person.facts
        isListed = record.patient.map { PersonState.isListed($0.root) } ?? false
        self.record = record
        self.now = now
    }

    package func readiness(_ criterion: Criterion) -> Readiness { Readiness(criterion, facts) }

    package func needs(_ program: Program) -> ProgramNeeds { ProgramNeeds(program, record, facts, at: now) }
}
